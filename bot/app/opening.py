"""Opens the app: every part made, connected to its neighbours and, in the end, closed."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

from prometheus_client import CollectorRegistry

from bot.app.ground import (
    make_data_folder,
    make_shelving,
    open_database_of,
    require_content_folder,
    system_clock,
)
from bot.app.parts import make_courier, make_desk, make_pacer, make_presence, make_receiver
from bot.app.running import Heliograph
from bot.chat import commands
from bot.chat.application import Reception
from bot.chat.chores import chores
from bot.chat.failing import Cause
from bot.chat.inbound.intake import Intake
from bot.chat.inbound.kept import Memory
from bot.chat.inbound.pushed import Pushed
from bot.chat.inbound.throttling import Throttle
from bot.chat.measuring import measured
from bot.chat.routing import all_routes
from bot.chat.transport.wire import connect, make_bot
from bot.jobs import Tick
from bot.services.operators.probing import Lookout
from bot.services.operators.pruning import prune
from bot.services.ports import Clock
from bot.services.readers.illustrating import Illustrator
from bot.services.readers.picture_store import StoredPictures
from bot.services.receiving import StoredInbox
from bot.settings import Settings
from bot.storage.address import parse_address
from bot.storage.engine import Database
from bot.storage.occupancy import served_alone
from bot.storage.operators import statistics
from bot.storage.outage import Outage
from bot.web.health import Health, health_app
from bot.web.measures import Measures
from bot.web.serving import served

log = logging.getLogger(__name__)

PRUNE = timedelta(hours=1)
HOLD = timedelta(seconds=10)
# What else asks for something may hang for as long as PostgreSQL does, and say nothing of it.
ASK = timedelta(seconds=5)


@asynccontextmanager
async def open_app(settings: Settings, *, clock: Clock = system_clock) -> AsyncIterator[Heliograph]:
    """Everything made and connected, the folder loaded once; raises HeliographError with one sentence."""
    token = settings.require_token()
    if settings.webhook_url:
        settings.require_webhook_secret()
    require_content_folder(settings.content)
    async with AsyncExitStack() as stack:
        health = Health(clock, Measures(CollectorRegistry()))
        if settings.health_address:
            await stack.enter_async_context(served(health_app(health), settings.health_address))
        make_data_folder(settings.data)
        # Before the tables are brought up to date: who serves them may be another version.
        stack.enter_context(served_alone(parse_address(settings.sqlalchemy_url)))
        db = await stack.enter_async_context(open_database_of(settings))
        db.outage = Outage()
        lookout = health.lookout = Lookout(db, clock)
        presence = make_presence(db)
        if presence is not None:
            # From the first look at the folder on, which tells the others whose it is; a start may wait for Telegram.
            presence.begin()
            stack.push_async_callback(presence.end)
        shelving = make_shelving(settings, db, clock, presence.owner if presence else "")
        shelving.observe = health.measures.synced
        await shelving.sync()
        pacer = make_pacer(settings, db, health.measures)
        bot = make_bot(token, pacer, api_url=settings.api_url, observe=health.measures.requested)
        stack.push_async_callback(bot.shutdown)
        await connect(bot, clock)
        illustrator = Illustrator(settings.data / "pictures", store=StoredPictures(db, bot.id, clock))
        await stack.enter_async_context(illustrator)
        desk = make_desk(settings, shelving, bot, illustrator, clock)
        stack.push_async_callback(desk.publisher.close)
        await commands.register(bot, settings.title, settings.language, settings.admins)
        routes = all_routes()
        failed = health.measures.failures(Cause)
        reception = await stack.enter_async_context(Reception(desk, routes, failed))
        handle = measured(reception.handle, health.measures, routes.commands)
        shared = bool(settings.webhook_url) and db.dialect == "postgresql"
        inbox = StoredInbox(db, bot.id, clock, shared=shared)
        make_intake = partial(
            Intake,
            handle,
            inbox,
            Throttle(exempt=settings.admins),
            finished=Memory(),
            failed=partial(failed, Cause.FAULT),
        )
        receiver = await make_receiver(settings, bot, make_intake, inbox)
        log.info("Serving %s as @%s", settings.title, bot.username)
        observe = health.measures.delivered
        courier = make_courier(settings, db, bot, pacer, clock, presence=presence, observe=observe)
        ticks = [
            *(Tick(*chore) for chore in chores(desk)),
            Tick("forget what is old", PRUNE, partial(_prune, settings, db, clock)),
            Tick("look how large the shelf is", PRUNE, partial(statistics.renew, db)),
        ]
        if shared and isinstance(receiver, Pushed):
            ticks.append(Tick("look after the inbox", HOLD, partial(receiver.tend, inbox.hold)))
        if db.dialect == "postgresql":
            ticks.append(Tick("ask the database whether it answers", ASK, lookout.answers))
        yield Heliograph(shelving, receiver, courier, health, ticks, last=[desk.tally.flush])


async def _prune(settings: Settings, db: Database, clock: Clock) -> None:
    await prune(db, now=clock(), keep=timedelta(days=settings.keep_days))

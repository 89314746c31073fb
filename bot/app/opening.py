"""Opens the app: every part made, connected to its neighbours and, in the end, closed."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

from prometheus_client import CollectorRegistry

from bot.app.ground import make_shelving, open_database_of, system_clock
from bot.app.parts import make_courier, make_desk, make_pacer, make_receiver
from bot.app.running import Heliograph
from bot.chat import commands
from bot.chat.application import Reception
from bot.chat.chores import chores
from bot.chat.intake import Intake
from bot.chat.measuring import measured
from bot.chat.pushed import Pushed
from bot.chat.routing import all_routes
from bot.chat.throttling import Throttle
from bot.chat.wire import connect, make_bot
from bot.jobs import Tick
from bot.services.illustrating import Illustrator
from bot.services.picture_store import StoredPictures
from bot.services.ports import Clock
from bot.services.pruning import prune
from bot.services.receiving import StoredInbox
from bot.settings import Settings
from bot.storage import statistics
from bot.storage.engine import Database
from bot.web.health import Health, health_app
from bot.web.measures import Measures
from bot.web.serving import served

log = logging.getLogger(__name__)

PRUNE = timedelta(hours=1)
HOLD = timedelta(seconds=20)


@asynccontextmanager
async def open_app(settings: Settings, *, clock: Clock = system_clock) -> AsyncIterator[Heliograph]:
    """Everything made and connected, the folder loaded once; raises HeliographError with one sentence."""
    token = settings.require_token()
    if settings.webhook_url:
        settings.require_webhook_secret()
    async with AsyncExitStack() as stack:
        health = Health(clock, Measures(CollectorRegistry()))
        if settings.health_address:
            await stack.enter_async_context(served(health_app(health), settings.health_address))
        db = health.db = await stack.enter_async_context(open_database_of(settings))
        shelving = make_shelving(settings, db, clock)
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
        stack.push_async_callback(desk.tally.flush)
        await commands.register(bot, settings.title, settings.language, settings.admins)
        routes = all_routes()
        reception = await stack.enter_async_context(Reception(desk, routes))
        handle = measured(reception.handle, health.measures, routes.commands)
        shared = bool(settings.webhook_url) and db.dialect == "postgresql"
        inbox = StoredInbox(db, bot.id, clock, shared=shared)
        make_intake = partial(Intake, handle, inbox, Throttle(exempt=settings.admins))
        receiver = await make_receiver(settings, bot, make_intake, inbox)
        log.info("Serving %s as @%s", settings.title, bot.username)
        courier = make_courier(settings, db, bot, pacer, clock)
        ticks = [
            *(Tick(*chore) for chore in chores(desk)),
            Tick("forget what is old", PRUNE, partial(_prune, settings, db, clock)),
            Tick("look how large the shelf is", PRUNE, partial(statistics.renew, db)),
        ]
        if shared and isinstance(receiver, Pushed):
            ticks.append(Tick("look after the inbox", HOLD, partial(receiver.tend, inbox.hold)))
        yield Heliograph(shelving, receiver, courier, health, ticks)


async def _prune(settings: Settings, db: Database, clock: Clock) -> None:
    await prune(db, now=clock(), keep=timedelta(days=settings.keep_days))

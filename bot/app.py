"""The composition root: the one module that knows every other, for production, demo and tests alike."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry

from bot.chat import commands
from bot.chat.application import ALLOWED_UPDATES, Reception, all_routes
from bot.chat.chores import chores
from bot.chat.desk import Desk
from bot.chat.intake import Intake
from bot.chat.measuring import measured
from bot.chat.messenger import TelegramMessenger
from bot.chat.pacing import Pacer
from bot.chat.publisher import make_publisher
from bot.chat.pushed import Pushed, announce
from bot.chat.rates import Limits
from bot.chat.receiving import Receiver
from bot.chat.throttling import Throttle
from bot.chat.wire import PacedBot, Polling, connect, make_bot
from bot.domain.post import State
from bot.jobs import Tick, scheduler
from bot.services import indexing
from bot.services.delivering import Courier
from bot.services.illustrating import Illustrator
from bot.services.picture_store import StoredPictures
from bot.services.ports import Clock
from bot.services.pruning import prune
from bot.services.reading import Library
from bot.services.receiving import StoredInbox
from bot.services.reindexing import reindex_if_outdated
from bot.services.shelving import Shelving
from bot.services.syncing import SyncReport
from bot.services.tallying import Tally
from bot.settings import Settings, SettingsError
from bot.storage.address import parse_address
from bot.storage.backup import in_use
from bot.storage.engine import Database, open_database
from bot.web.health import Health, health_app
from bot.web.measures import Measures
from bot.web.serving import served
from bot.web.webhook import webhook_app

log = logging.getLogger(__name__)

RESCAN = timedelta(minutes=5)
DUE = timedelta(seconds=15)
PLAN = timedelta(seconds=2)
TIDY = timedelta(minutes=1)
PRUNE = timedelta(hours=1)
HOLD = timedelta(seconds=20)
# What is in the air when the program is told to end; requests have shorter time-outs.
FINISH = timedelta(seconds=25)


def system_clock() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


class Heliograph:
    """A running publication; made by `open_app`."""

    def __init__(
        self, shelving: Shelving, receiver: Receiver | Pushed, courier: Courier, health: Health, chores: Sequence[Tick]
    ) -> None:
        self.shelving = shelving
        self.courier = courier
        self.receiver = receiver
        self.health = health
        self.chores = chores
        health.last_turn = lambda: receiver.last_turn
        health.measures.watch_contact(lambda: receiver.last_contact, health.clock)
        self._look = asyncio.Event()

    def look_again(self) -> None:
        """Load the content folder soon; may be called from a signal handler."""
        self._look.set()

    async def serve(self, stop: asyncio.Event) -> None:
        """Answer readers and follow the folder until `stop`; then what runs is finished."""
        ticks = scheduler(
            [
                Tick("look at the content folder", RESCAN, self.shelving.sync),
                Tick("publish what is due", DUE, self._publish_due),
                Tick("plan digests", PLAN, self.courier.plan),
                Tick("tidy the outbox", TIDY, self.courier.tidy),
                *self.chores,
            ]
        )
        await self.courier.recover()
        ticks.start()
        followers = [asyncio.create_task(self.shelving.follow()), asyncio.create_task(self._look_when_told())]
        sending = asyncio.create_task(self.courier.run())
        self.health.accepts_updates = True
        try:
            await self.receiver.run(stop)
        finally:
            self.health.accepts_updates = False
            ticks.shutdown(wait=False)
            await self.courier.stop(FINISH)
            for follower in followers:
                follower.cancel()
            await asyncio.gather(*followers, sending, return_exceptions=True)

    async def _publish_due(self) -> None:
        """What was scheduled is pushed at its minute, without waiting for more to join it."""
        if any(turned.state is State.PUBLISHED for turned in await self.shelving.turn_due()):
            await self.courier.plan(hurry=True)

    async def _look_when_told(self) -> None:
        while True:
            await self._look.wait()
            self._look.clear()
            try:
                await self.shelving.sync()
            except Exception:
                # The tick border: the next look tries again.
                log.exception("The content folder could not be loaded")


@asynccontextmanager
async def open_database_of(settings: Settings) -> AsyncIterator[Database]:
    """The database of these settings, its tables and its search index up to date."""
    make_data_folder(settings.data)
    with in_use(parse_address(settings.sqlalchemy_url)):
        db = await open_database(settings.sqlalchemy_url)
        try:
            await reindex_if_outdated(db)
            yield db
        finally:
            await db.close()


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
        shelving = _shelving(settings, db, clock)
        shelving.observe = health.measures.synced
        await shelving.sync()
        pacer = _pacer(settings, health.measures)
        bot = make_bot(token, pacer, api_url=settings.api_url, observe=health.measures.requested)
        stack.push_async_callback(bot.shutdown)
        await connect(bot, clock)
        illustrator = Illustrator(settings.data / "pictures", store=StoredPictures(db, bot.id, clock))
        await stack.enter_async_context(illustrator)
        desk = _desk(settings, shelving, bot, illustrator, clock)
        stack.push_async_callback(desk.publisher.close)
        stack.push_async_callback(desk.tally.flush)
        await commands.register(bot, settings.title, settings.language, settings.admins)
        routes = all_routes()
        reception = await stack.enter_async_context(Reception(desk, routes))
        handle = measured(reception.handle, health.measures, routes.commands)
        shared = bool(settings.webhook_url) and db.dialect == "postgresql"
        inbox = StoredInbox(db, bot.id, clock, shared=shared)
        intake = Intake(handle, inbox, Throttle(exempt=settings.admins))
        log.info("Serving %s as @%s", settings.title, bot.username)
        courier = _courier(settings, db, bot, pacer, clock)
        ticks = [
            *(Tick(*chore) for chore in chores(desk)),
            Tick("forget what is old", PRUNE, partial(_prune, settings, db, clock)),
            *([Tick("look after the inbox", HOLD, partial(_look_after, inbox, intake))] if shared else []),
        ]
        yield Heliograph(shelving, await _receiver(settings, bot, intake, inbox), courier, health, ticks)


async def sync_once(settings: Settings, *, allow_withdraw: bool = False, clock: Clock = system_clock) -> SyncReport:
    """Load the content folder into the database once."""
    async with open_database_of(settings) as db:
        return await _shelving(settings, db, clock).sync(allow_withdraw=allow_withdraw)


def _pacer(settings: Settings, measures: Measures) -> Pacer:
    limits = Limits(
        per_second=settings.sends_per_second,
        chat_per_second=settings.chat_sends_per_second,
        group_per_minute=settings.group_sends_per_minute,
    )
    return Pacer(
        limits,
        asyncio.get_running_loop(),
        lambda priority, seconds: measures.paced(priority.name.lower(), seconds),
    )


def _courier(settings: Settings, db: Database, bot: PacedBot, pacer: Pacer, clock: Clock) -> Courier:
    return Courier(
        db,
        TelegramMessenger(bot, pacer, settings.title, paid=settings.paid_broadcast),
        clock,
        owner=f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(4)}",
        fallback_language=settings.language,
        zone=str(settings.zone),
        uncertain=settings.uncertain,
        # Several processes share a PostgreSQL database; a SQLite file has one.
        alone=db.dialect == "sqlite",
        gather=timedelta(seconds=settings.push_gather),
        kept=timedelta(days=settings.keep_days),
    )


async def _prune(settings: Settings, db: Database, clock: Clock) -> None:
    await prune(db, now=clock(), keep=timedelta(days=settings.keep_days))


async def _receiver(settings: Settings, bot: PacedBot, intake: Intake, inbox: StoredInbox) -> Receiver | Pushed:
    if not settings.webhook_url:
        # A webhook left behind by an earlier program would keep every update from us.
        await bot.delete_webhook()
        return Receiver(Polling(bot, ALLOWED_UPDATES), intake, inbox.clock)
    secret = settings.require_webhook_secret()
    path = urlsplit(settings.webhook_url).path or "/"
    return Pushed(
        lambda take: served(webhook_app(path, secret, take), settings.listen_address),
        lambda: announce(bot, settings.webhook_url, secret, ALLOWED_UPDATES),
        inbox.admit,
        intake,
        inbox.clock,
    )


async def _look_after(inbox: StoredInbox, intake: Intake) -> None:
    """Keep what is worked on here, and take over from replicas that ended."""
    await inbox.hold(intake.kept)
    await intake.resume()


def _desk(settings: Settings, shelving: Shelving, bot: PacedBot, illustrator: Illustrator, clock: Clock) -> Desk:
    library = Library(
        shelving.db,
        settings.content,
        illustrator,
        site_url=settings.site_url,
        deep_link=f"https://t.me/{bot.username}?start=",
    )
    return Desk(
        bot=bot,
        db=shelving.db,
        library=library,
        publisher=make_publisher(library, shelving, settings.data),
        tally=Tally(shelving.db, clock),
        shelving=shelving,
        title=settings.title,
        username=bot.username,
        fallback_language=settings.language,
        zone=settings.zone,
        admins=settings.admins,
        now=clock,
    )


def _shelving(settings: Settings, db: Database, clock: Clock) -> Shelving:
    if not settings.content.is_dir():
        raise SettingsError(
            f"HELIOGRAPH_CONTENT: there is no folder {settings.content}; make it, or name the folder of your posts."
        )
    return Shelving(
        db,
        settings.content,
        settings.zone,
        settings.language,
        clock,
        zone_is_assumed=not settings.timezone,
        indexer=indexing,
        push_hold=settings.push_hold,
    )


def make_data_folder(folder: Path) -> None:
    """For the bot's user alone. Raises SettingsError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"HELIOGRAPH_DATA: the folder {folder} cannot be made: {error.strerror or error}."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"HELIOGRAPH_DATA: the folder {folder} cannot be written; give the bot's user the right.")

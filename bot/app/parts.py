"""Makes the parts of the running bot from its settings."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

from bot.chat.application import ALLOWED_UPDATES
from bot.chat.desk import Desk
from bot.chat.inbound.electing import Elected, while_nobody_fetches
from bot.chat.inbound.intake import Intake
from bot.chat.inbound.pushed import Pushed, announce
from bot.chat.inbound.receiving import Receiver
from bot.chat.messenger import TelegramMessenger
from bot.chat.publisher import make_publisher
from bot.chat.transport.pacing import Pacer
from bot.chat.transport.rates import Limits
from bot.chat.transport.shared_spacing import SharedSpacing
from bot.chat.transport.wire import PacedBot, Polling, remove_webhook
from bot.services.delivery.delivering import Courier
from bot.services.delivery.presence import Presence
from bot.services.delivery.reserving import SharedPace
from bot.services.delivery.verdicts import Fate
from bot.services.operators.tallying import Tally
from bot.services.ports import Clock
from bot.services.readers.illustrating import Illustrator
from bot.services.readers.reading import Library
from bot.services.receiving import StoredInbox
from bot.services.shelf.shelving import Shelving
from bot.settings import Settings
from bot.storage.engine import Database
from bot.storage.seat import Seat
from bot.web.measures import Measures
from bot.web.serving import served
from bot.web.webhook import webhook_app


def make_pacer(settings: Settings, db: Database, measures: Measures) -> Pacer:
    """Of this process alone on SQLite; on PostgreSQL all processes keep one pace together."""
    loop = asyncio.get_running_loop()
    limits = Limits(
        per_second=settings.sends_per_second,
        chat_per_second=settings.chat_sends_per_second,
        group_per_minute=settings.group_sends_per_minute,
    )
    shared = None
    if db.dialect == "postgresql":
        bot_id = int(settings.require_token().partition(":")[0])
        shared = SharedSpacing(SharedPace(db, bot_id, limits.per_second), limits.per_second, loop.time)
    return Pacer(limits, loop, lambda priority, seconds: measures.paced(priority.name.lower(), seconds), shared)


def make_presence(db: Database) -> Presence | None:
    """By which the other processes know that this one lives; None where there are no others."""
    return Presence(db, _own_name()) if db.dialect == "postgresql" else None


def _own_name() -> str:
    """That no other process has, nor had."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(4)}"


def make_courier(
    settings: Settings,
    db: Database,
    bot: PacedBot,
    pacer: Pacer,
    clock: Clock,
    *,
    presence: Presence | None = None,
    observe: Callable[[Fate, int], None] = lambda fate, number: None,
) -> Courier:
    return Courier(
        db,
        TelegramMessenger(bot, pacer, settings.title, paid=settings.paid_broadcast, zone=settings.zone),
        clock,
        owner=presence.owner if presence else _own_name(),
        fallback_language=settings.language,
        zone=str(settings.zone),
        uncertain=settings.uncertain,
        # Several processes share a PostgreSQL database; a SQLite file has one.
        alone=db.dialect == "sqlite",
        gather=timedelta(seconds=settings.push_gather),
        kept=timedelta(days=settings.keep_days),
        presence=presence,
        operators=settings.admins,
        observe=observe,
    )


async def make_receiver(
    settings: Settings, bot: PacedBot, make_intake: Callable[[], Intake], inbox: StoredInbox
) -> Receiver | Elected | Pushed:
    # A SQLite file has one process, which asks nobody.
    seat = None
    if inbox.db.dialect == "postgresql":
        seat = Seat(inbox.db.address, f"fetches updates of {bot.id}", outage=inbox.db.outage)
    if not settings.webhook_url:
        await remove_webhook(bot, inbox.clock)

        def poller() -> Receiver:
            return Receiver(Polling(bot, ALLOWED_UPDATES), make_intake(), inbox.clock)

        return Elected(seat, poller, inbox.clock) if seat else poller()
    secret = settings.require_webhook_secret()
    # What is asked for is compared as servers hand it on, decoded.
    path = unquote(urlsplit(settings.webhook_url).path) or "/"
    set_webhook = partial(announce, bot, settings.webhook_url, secret, ALLOWED_UPDATES)
    return Pushed(
        lambda take: served(webhook_app(path, secret, take), settings.listen_address),
        partial(while_nobody_fetches, seat, set_webhook) if seat else set_webhook,
        inbox.admit,
        make_intake(),
        inbox.clock,
    )


def make_desk(settings: Settings, shelving: Shelving, bot: PacedBot, illustrator: Illustrator, clock: Clock) -> Desk:
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

"""What people do with their digests: follow, choose when, pause, end; every view is the subscriber as it is then."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import HeliographError
from bot.domain.subscription import (
    INSTANT,
    MAX_KEYWORD,
    MAX_SUBSCRIPTIONS,
    Cadence,
    Followed,
    Kind,
    Subscriber,
    Subscription,
    daily,
    in_quotes,
)
from bot.services.delivery.digests import fold_words
from bot.storage.border import albums, asked, chats, moving
from bot.storage.delivery import outbox, planning, subscribers
from bot.storage.engine import Connection, Database
from bot.storage.shelf import listing
from bot.storage.shelf.topics import Kind as TopicKind


class TooManySubscriptionsError(HeliographError):
    """A chat follows as many things as it may."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who asks, and for which chat and topic; `kind` is Telegram's word for the chat."""

    chat_id: int
    kind: str
    thread_id: int = 0
    user_id: int | None = None
    telegram_language: str = ""


async def at(db: Database, chat_id: int, thread_id: int = 0) -> Subscriber | None:
    """What this chat and topic follows; None when it never followed anything, or ended it."""
    async with db.read() as connection:
        return await subscribers.find(connection, chat_id, thread_id)


async def by_id(db: Database, subscriber_id: int) -> Subscriber | None:
    """The subscriber with this number."""
    async with db.read() as connection:
        return (await subscribers.load(connection, [subscriber_id])).get(subscriber_id)


async def topic(db: Database, kind: Kind, key: str, *, language: str) -> Followed | None:
    """The category or tag with this key, named in the reader's language."""
    async with db.read() as connection:
        row = await listing.topic(connection, language, TopicKind(str(kind)), key)
    return Followed(kind, key, row.name) if row else None


async def topic_called(db: Database, name: str, *, language: str) -> Followed | None:
    """The category, or the #tag, that a person names, by its folded name in either language."""
    kind = Kind.TAG if name.startswith("#") else Kind.CATEGORY
    wanted = fold_words(name.removeprefix("#"))
    async with db.read() as connection:
        for tongue in (language, "zh", "en"):
            for row in await listing.all_topics(connection, tongue, TopicKind(str(kind))):
                if wanted in {fold_words(row.name), fold_words(row.path.rpartition("/")[2])}:
                    return Followed(kind, row.key, row.name)
    return None


def keyword(text: str) -> Followed | None:
    """A word or phrase to follow, with or without quotes; None when nothing of it is left, or it is too long."""
    inner = in_quotes(text)
    text = text if inner is None else inner
    folded = fold_words(text)
    if not folded or len(folded) > MAX_KEYWORD:
        return None
    return Followed(Kind.KEYWORD, folded, " ".join(text.split()))


async def follow(db: Database, place: Place, what: Followed, *, zone: str, now: datetime) -> tuple[Subscriber, bool]:
    """Follow something in this place, at the time it has chosen before or every day at nine; whether that is new.

    `zone` is the publication's, for those who never chose one. A person who writes to the bot can be reached again.
    """
    async with db.write() as connection:
        subscriber_id = await _enter(connection, place, now)
        before = await _one(connection, subscriber_id)
        if len(before.subscriptions) >= MAX_SUBSCRIPTIONS:
            raise TooManySubscriptionsError(f"{MAX_SUBSCRIPTIONS} subscriptions are the most there can be.")
        cadence = before.cadence or daily(before.zone or zone)
        slot = await subscribers.slot_of(connection, cadence, now=now)
        begins = cadence.next(after=now, last=before.last_digest_at)
        new = await subscribers.follow(connection, subscriber_id, what, slot, not_before=begins, now=now)
        return await _one(connection, subscriber_id), new


async def enter(db: Database, place: Place, *, now: datetime) -> Subscriber:
    """The subscriber of a place, made when missing, so that it can be looked after from elsewhere."""
    async with db.write() as connection:
        return await _one(connection, await _enter(connection, place, now))


async def _enter(connection: Connection, place: Place, now: datetime) -> int:
    await outbox.keep_still(connection, chat_id=place.chat_id)
    await chats.remember(connection, place.chat_id, kind=place.kind, telegram_language=place.telegram_language, now=now)
    id_ = await subscribers.ensure(connection, place.chat_id, place.thread_id, created_by=place.user_id, now=now)
    if await subscribers.resume(connection, place.chat_id):
        await planning.catch_up(connection, place.chat_id, now=now)
    return id_


async def unfollow(db: Database, subscriber_id: int, kind: Kind, key: str) -> Subscriber | None:
    """Follow this no longer; who follows nothing any more keeps the zone that was chosen."""
    async with db.write() as connection:
        await subscribers.unfollow(connection, subscriber_id, kind, key)
        return (await subscribers.load(connection, [subscriber_id])).get(subscriber_id)


async def end_all(db: Database, subscriber_id: int) -> None:
    """Follow nothing any more; what was on its way is not sent."""
    async with db.write() as connection:
        await outbox.keep_still(connection, subscriber_id=subscriber_id)
        await subscribers.remove(connection, subscriber_id)


async def choose_time(
    db: Database,
    subscriber_id: int,
    *,
    only: int = 0,
    days: int | None = None,
    minute: int | None = None,
    zone: str = "",
    now: datetime,
) -> Subscriber | None:
    """Change days, minute or nothing but one of them, for all subscriptions or the `only` one with this id.

    `zone` is the publication's, for a chat that never chose one and now leaves instant pushes.
    """
    async with db.write() as connection:
        reader = await _kept_still(connection, subscriber_id)
        if reader is None:
            return None
        for one in reader.subscriptions:
            if only in {0, one.id}:
                changed = _changed(one, reader, days=days, minute=minute, zone=zone)
                await _reschedule(connection, reader, one, changed, now)
        if days == INSTANT:
            # What waited for its hour would else wait for the next post, however long that takes.
            await planning.catch_up(connection, reader.chat_id, now=now)
        return await _one(connection, subscriber_id)


def _changed(one: Subscription, reader: Subscriber, *, days: int | None, minute: int | None, zone: str) -> Cadence:
    if days == INSTANT:
        return Cadence(INSTANT, 0, "")
    base = one.cadence
    if base.instant:
        usual = next((other.cadence for other in reader.subscriptions if not other.cadence.instant), None)
        base = replace(usual or daily(reader.zone or zone), days=daily("").days)
    return replace(base, days=base.days if days is None else days, minute=base.minute if minute is None else minute)


async def choose_zone(db: Database, subscriber_id: int, zone: str, *, now: datetime) -> Subscriber | None:
    """Local times are of this zone from now on; no day's digest is repeated or left out by the move."""
    async with db.write() as connection:
        reader = await _kept_still(connection, subscriber_id)
        if reader is None:
            return None
        await subscribers.change(connection, subscriber_id, zone=zone)
        for one in reader.subscriptions:
            if not one.cadence.instant:
                await _reschedule(connection, reader, one, replace(one.cadence, zone=zone), now)
        return await _one(connection, subscriber_id)


async def _reschedule(
    connection: Connection, reader: Subscriber, one: Subscription, cadence: Cadence, now: datetime
) -> None:
    if cadence == one.cadence:
        return
    slot = await subscribers.slot_of(connection, cadence, now=now)
    begins = reader.created_at if cadence.instant else cadence.next(after=now, last=reader.last_digest_at)
    await subscribers.reschedule(connection, one.id, slot, not_before=begins)


async def be_silent(db: Database, subscriber_id: int, *, silent: bool) -> Subscriber | None:
    """Whether digests come without a sound."""
    async with db.write() as connection:
        await subscribers.change(connection, subscriber_id, silent=silent)
        return (await subscribers.load(connection, [subscriber_id])).get(subscriber_id)


async def tell_nothing(db: Database, subscriber_id: int, *, even_if_nothing: bool) -> Subscriber | None:
    """Whether a line comes when there is nothing new."""
    async with db.write() as connection:
        await subscribers.change(connection, subscriber_id, even_if_nothing=even_if_nothing)
        return (await subscribers.load(connection, [subscriber_id])).get(subscriber_id)


async def pause(db: Database, chat_id: int, reason: str) -> None:
    """The chat cannot be reached: keep what it follows, send nothing."""
    async with db.write() as connection:
        await subscribers.pause(connection, chat_id, reason)


async def resume(db: Database, chat_id: int, *, now: datetime) -> bool:
    """The chat can be reached again; whether it could not. Looks before it writes: most chats follow nothing."""
    async with db.read() as connection:
        if not any(one.paused or one.rights_lost for one in await subscribers.of_chat(connection, chat_id)):
            return False
    async with db.write() as connection:
        await outbox.keep_still(connection, chat_id=chat_id)
        await subscribers.resume(connection, chat_id)
        await planning.catch_up(connection, chat_id, now=now)
    return True


async def move(db: Database, old: int, new: int) -> None:
    """A group became a supergroup: all that is kept of it goes with it."""
    async with db.write() as connection:
        await moving.move(connection, old, new)


async def forget(db: Database, chat_id: int) -> None:
    """Erase everything that is kept about a chat."""
    async with db.write() as connection:
        await outbox.keep_still(connection, chat_id=chat_id)
        await chats.forget(connection, chat_id)
        await asked.forget(connection, chat_id)
        await albums.forget(connection, chat_id)


async def _kept_still(connection: Connection, subscriber_id: int) -> Subscriber | None:
    await outbox.keep_still(connection, subscriber_id=subscriber_id)
    return (await subscribers.load(connection, [subscriber_id])).get(subscriber_id)


async def _one(connection: Connection, subscriber_id: int) -> Subscriber:
    return (await subscribers.load(connection, [subscriber_id]))[subscriber_id]

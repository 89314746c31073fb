"""Subscribers, what they follow, and the slots they share. Functions take the caller's connection, never commit."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.subscription import Cadence, Followed, Kind, Subscriber, Subscription
from bot.storage import facts
from bot.storage.columns import Instant
from bot.storage.delivery.digest_tables import slots, subscribers, subscriptions
from bot.storage.shelf.visibility import VISIBLE_SEQ
from bot.storage.tables import chats
from bot.storage.upsert import insert_or

_SUBSCRIBERS: Select[Any] = select(
    subscribers.c.id, subscribers.c.chat_id, chats.c.kind, subscribers.c.thread_id, chats.c.language,
    chats.c.telegram_language, chats.c.form, subscribers.c.zone, subscribers.c.silent, subscribers.c.even_if_nothing,
    subscribers.c.paused, subscribers.c.rights_lost_at, subscribers.c.last_digest_at, subscribers.c.created_by,
    subscribers.c.created_at,
).join(chats, chats.c.chat_id == subscribers.c.chat_id)  # fmt: skip
_DIGESTED = (
    update(subscribers)
    .where(subscribers.c.id.in_(bindparam("ids", expanding=True)))
    .values(last_digest_at=bindparam("at", type_=Instant))
)
_BY_IDS = _SUBSCRIBERS.where(subscribers.c.id.in_(bindparam("ids", expanding=True)))
_BY_PLACE = _SUBSCRIBERS.where(
    subscribers.c.chat_id == bindparam("chat"), subscribers.c.thread_id == bindparam("thread")
)
_OF_CHAT = _SUBSCRIBERS.where(subscribers.c.chat_id == bindparam("chat")).order_by(subscribers.c.id)
_SUBSCRIPTIONS: Select[Any] = (
    select(
        subscriptions.c.subscriber_id, subscriptions.c.id, subscriptions.c.kind, subscriptions.c.key,
        subscriptions.c.name, slots.c.days, slots.c.minute, slots.c.zone, subscriptions.c.cursor,
        subscriptions.c.not_before, slots.c.next_due_at, slots.c.last_due_at, slots.c.planned_seq,
    )
    .join(slots, slots.c.id == subscriptions.c.slot_id)
    .where(subscriptions.c.subscriber_id.in_(bindparam("ids", expanding=True)))
    .order_by(subscriptions.c.id)
)  # fmt: skip


async def load(connection: AsyncConnection, subscriber_ids: Collection[int]) -> dict[int, Subscriber]:
    """Subscribers with all they follow, by id."""
    ids = {"ids": sorted(subscriber_ids)}
    return await _with_subscriptions(connection, list(await connection.execute(_BY_IDS, ids)))


async def find(connection: AsyncConnection, chat_id: int, thread_id: int = 0) -> Subscriber | None:
    """The subscriber of this chat and topic."""
    rows = list(await connection.execute(_BY_PLACE, {"chat": chat_id, "thread": thread_id}))
    return next(iter((await _with_subscriptions(connection, rows)).values()), None)


async def of_chat(connection: AsyncConnection, chat_id: int) -> list[Subscriber]:
    """Every subscriber of a chat: one for each topic that has one."""
    rows = list(await connection.execute(_OF_CHAT, {"chat": chat_id}))
    return list((await _with_subscriptions(connection, rows)).values())


async def ids_after(connection: AsyncConnection, after: int, *, chat_id: int | None, size: int) -> list[int]:
    """Numbers of subscribers (of one chat), in order, beginning after `after`."""
    query = select(subscribers.c.id).where(subscribers.c.id > after).order_by(subscribers.c.id).limit(size)
    if chat_id is not None:
        query = query.where(subscribers.c.chat_id == chat_id)
    return list((await connection.execute(query)).scalars())


async def _with_subscriptions(connection: AsyncConnection, rows: list[Row[Any]]) -> dict[int, Subscriber]:
    followed: dict[int, list[Subscription]] = {row.id: [] for row in rows}
    if not followed:
        return {}
    for owner, id_, kind, key, name, days, minute, zone, *rest in await connection.execute(
        _SUBSCRIPTIONS, {"ids": sorted(followed)}
    ):
        one = Subscription(id_, Followed(Kind(kind), key, name), Cadence(days, minute, zone), *rest)
        followed[owner].append(one)
    return {row.id: _subscriber(row, tuple(followed[row.id])) for row in rows}


def _subscriber(row: Row[Any], followed: tuple[Subscription, ...]) -> Subscriber:
    return Subscriber(
        id=row.id,
        chat_id=row.chat_id,
        chat_kind=row.kind,
        thread_id=row.thread_id,
        language=row.language or "",
        telegram_language=row.telegram_language or "",
        form=row.form or "classic",
        zone=row.zone,
        silent=row.silent,
        even_if_nothing=row.even_if_nothing,
        paused=row.paused,
        rights_lost=row.rights_lost_at is not None,
        last_digest_at=row.last_digest_at,
        created_by=row.created_by,
        created_at=row.created_at,
        subscriptions=followed,
    )


async def ensure(
    connection: AsyncConnection, chat_id: int, thread_id: int, *, created_by: int | None, now: datetime
) -> int:
    """The id of this chat's and topic's subscriber, made when missing; the chat must be known."""
    row = {"chat_id": chat_id, "thread_id": thread_id, "created_by": created_by, "created_at": now}
    await connection.execute(insert_or(connection, subscribers).values(row).on_conflict_do_nothing())
    query = select(subscribers.c.id).where(subscribers.c.chat_id == chat_id, subscribers.c.thread_id == thread_id)
    found: int = (await connection.execute(query)).scalar_one()
    return found


async def change(connection: AsyncConnection, subscriber_id: int, **values: object) -> None:
    """Set columns of a subscriber: zone, silent, even_if_nothing, paused, rights_lost_at, last_digest_at."""
    await connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(**values))


async def lost_rights(connection: AsyncConnection, chat_id: int) -> bool:
    """Whether the bot is known not to be allowed to write in this chat, or in a topic of it."""
    lost = select(subscribers.c.id).where(subscribers.c.chat_id == chat_id, subscribers.c.rights_lost_at.is_not(None))
    return (await connection.execute(lost.limit(1))).first() is not None


async def digested(connection: AsyncConnection, last: Mapping[int, datetime]) -> None:
    """When each of these subscribers got its last digest on a timetable."""
    for at in set(last.values()):
        ids = sorted(id_ for id_, when in last.items() if when == at)
        await connection.execute(_DIGESTED, {"ids": ids, "at": at})


async def remove(connection: AsyncConnection, subscriber_id: int) -> None:
    """End everything it follows, and what is on its way to it."""
    await connection.execute(delete(subscribers).where(subscribers.c.id == subscriber_id))


async def follow(
    connection: AsyncConnection,
    subscriber_id: int,
    what: Followed,
    slot_id: int,
    *,
    not_before: datetime,
    now: datetime,
) -> bool:
    """Follow something from now on; what is on the shelf already is not news. False when it was followed before."""
    row = {
        "subscriber_id": subscriber_id,
        "kind": what.kind,
        "key": what.key,
        "name": what.name,
        "slot_id": slot_id,
        "cursor": await facts.count(connection, VISIBLE_SEQ),
        "not_before": not_before,
        "created_at": now,
    }
    statement = insert_or(connection, subscriptions).values(row).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(subscriptions.c.id))).first() is not None


async def unfollow(connection: AsyncConnection, subscriber_id: int, kind: Kind, key: str) -> bool:
    """Whether it was followed until now."""
    gone = delete(subscriptions).where(
        subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.kind == kind, subscriptions.c.key == key
    )
    return bool((await connection.execute(gone)).rowcount)


async def reschedule(connection: AsyncConnection, subscription_id: int, slot_id: int, *, not_before: datetime) -> None:
    """Move a subscription to another slot."""
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == subscription_id)
        .values(slot_id=slot_id, not_before=not_before)
    )


async def slot_of(connection: AsyncConnection, cadence: Cadence, *, now: datetime) -> int:
    """The id of the slot of this cadence, made when missing."""
    where = (slots.c.days == cadence.days, slots.c.minute == cadence.minute, slots.c.zone == cadence.zone)
    query = select(slots.c.id).where(*where)
    found: int | None = (await connection.execute(query)).scalar_one_or_none()
    if found is not None:
        return found
    row = {
        "days": cadence.days,
        "minute": cadence.minute,
        "zone": cadence.zone,
        "next_due_at": None if cadence.instant else cadence.next(after=now, last=None),
        # Whoever comes to it from another slot may be sent at once what waited there.
        "last_due_at": now if cadence.instant else None,
        "planned_seq": await facts.count(connection, VISIBLE_SEQ),
    }
    await connection.execute(insert_or(connection, slots).values(row).on_conflict_do_nothing())
    made: int = (await connection.execute(query)).scalar_one()
    return made


async def pause(connection: AsyncConnection, chat_id: int, reason: str, *, thread_id: int | None = None) -> None:
    """Send nothing to this chat (or this one topic of it) until `resume`."""
    where = [subscribers.c.chat_id == chat_id]
    if thread_id is not None:
        where.append(subscribers.c.thread_id == thread_id)
    await connection.execute(update(subscribers).where(*where).values(paused=reason[:200]))


async def resume(connection: AsyncConnection, chat_id: int) -> bool:
    """The chat can be reached again; whether it was paused."""
    statement = (
        update(subscribers)
        .where(subscribers.c.chat_id == chat_id, subscribers.c.paused.is_not(None))
        .values(paused=None)
    )
    return bool((await connection.execute(statement)).rowcount)

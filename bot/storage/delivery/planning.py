"""From slots that are due to rows of the outbox, in one transaction however many share them. Never commits."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Select, and_, bindparam, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.schedule import Timetable, next_due
from bot.domain.standing import Push
from bot.domain.subscription import INSTANT, Kind
from bot.storage import facts
from bot.storage.columns import Instant
from bot.storage.delivery.digest_tables import deliveries, slots, subscribers, subscriptions
from bot.storage.shelf.visibility import VISIBLE_SEQ
from bot.storage.tables import counters, post_topics, posts, topics
from bot.storage.upsert import insert_or

_NEWEST = select(counters.c.value).where(counters.c.name == VISIBLE_SEQ).scalar_subquery()
_UNSEEN = (slots.c.days == INSTANT, slots.c.next_due_at.is_(None), slots.c.planned_seq < _NEWEST)
_IS_DUE = select(
    or_(
        exists().where(slots.c.next_due_at <= bindparam("now", type_=Instant)),
        exists().where(*_UNSEEN),
    )
)
_GATHER = update(slots).where(*_UNSEEN).values(next_due_at=bindparam("due", type_=Instant))
_HURRY = (
    update(slots)
    .where(slots.c.days == INSTANT, slots.c.next_due_at > bindparam("due", type_=Instant))
    .values(next_due_at=bindparam("due", type_=Instant))
)
_DUE = (
    select(slots.c.id, slots.c.days, slots.c.minute, slots.c.zone)
    .where(slots.c.next_due_at <= bindparam("now", type_=Instant))
    .order_by(slots.c.id)
)
# Slots are locked before anything else, in the order of their numbers, by ticks and by senders alike. One that a sender
# holds is waited for: planned by the next tick, it would be due at a moment of which its readers have a digest already.
# Nobody who only refers to a slot, as by following something, waits for a tick.
_TAKE = (
    select(slots.c.id)
    .where(
        or_(
            slots.c.next_due_at <= bindparam("now", type_=Instant),
            and_(*_UNSEEN),
            and_(bindparam("hurry", type_=Boolean), slots.c.days == INSTANT),
        )
    )
    .order_by(slots.c.id)
    .with_for_update(key_share=True)
)
_HOLD = (
    select(slots.c.id)
    .where(
        slots.c.id.in_(
            select(subscriptions.c.slot_id)
            .join(deliveries, deliveries.c.subscriber_id == subscriptions.c.subscriber_id)
            .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
        )
    )
    .order_by(slots.c.id)
    .with_for_update(read=True)
)
_ADVANCE = (
    update(slots)
    .where(slots.c.id == bindparam("which"))
    .values(
        next_due_at=bindparam("next", type_=Instant),
        last_due_at=bindparam("now", type_=Instant),
        planned_seq=bindparam("newest"),
    )
)


def _planned() -> Select[Any]:
    """A row for every subscriber of these slots for whom there may be news; what it is, the fence decides."""
    news = (
        select(topics.c.kind, topics.c.key, func.max(posts.c.visible_seq).label("seq"))
        .select_from(posts.join(post_topics, post_topics.c.post_id == posts.c.id).join(topics))
        .where(posts.c.push == Push.OPEN)
        .group_by(topics.c.kind, topics.c.key)
        .subquery("news")
    )
    source = (
        slots.join(subscriptions, subscriptions.c.slot_id == slots.c.id)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .outerjoin(news, (news.c.kind == subscriptions.c.kind) & (news.c.key == subscriptions.c.key))
    )
    now = bindparam("now", type_=Instant)
    told_anyway = subscribers.c.even_if_nothing & (slots.c.days != INSTANT)
    any_post = subscriptions.c.kind.in_([Kind.ALL, Kind.KEYWORD]) & (subscriptions.c.cursor < bindparam("newest"))
    return (
        select(subscribers.c.id, slots.c.next_due_at, literal(State.PLANNED.value), now)
        .select_from(source)
        .where(
            slots.c.id.in_(bindparam("slots", expanding=True)),
            subscriptions.c.not_before <= now,
            subscribers.c.paused.is_(None),
            or_(any_post, news.c.seq > subscriptions.c.cursor, told_anyway),
        )
        # Who ends everything meanwhile would else make all of it fail.
        .with_for_update(read=True, key_share=True, of=subscribers)
    )


_COLUMNS = ["subscriber_id", "due_at", "state", "available_at"]
_PLANNED = _planned()


# What became visible while the chat could not be reached was planned for others, and would wait for the next post.
_MISSED = (
    select(subscribers.c.id, bindparam("now", type_=Instant), literal(State.PLANNED.value), bindparam("now"))
    .where(
        subscribers.c.chat_id == bindparam("chat_id"),
        subscribers.c.paused.is_(None),
        exists(
            select(subscriptions.c.id)
            .join(slots)
            .where(
                subscriptions.c.subscriber_id == subscribers.c.id,
                slots.c.days == INSTANT,
                subscriptions.c.cursor < slots.c.planned_seq,
            )
        ),
    )
    .with_for_update(read=True, key_share=True)
)


async def catch_up(connection: AsyncConnection, chat_id: int, *, now: datetime) -> None:
    """The chat can be reached again: what it follows as it happens, and has missed, goes out now."""
    statement = insert_or(connection, deliveries).from_select(_COLUMNS, _MISSED).on_conflict_do_nothing()
    await connection.execute(statement, {"chat_id": chat_id, "now": now})


async def is_due(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether `plan` has something to do; two index lookups."""
    return bool((await connection.execute(_IS_DUE, {"now": now})).scalar_one())


async def hold(connection: AsyncConnection, delivery_ids: Collection[int]) -> None:
    """Wait for ticks that plan for the subscribers of these digests, and keep others out until the transaction ends.

    To be said before the transaction touches the digests: a tick has its slots, and may wait for the digests. On SQLite
    there is one writer anyway.
    """
    if delivery_ids and connection.dialect.name == "postgresql":
        await connection.execute(_HOLD, {"ids": sorted(delivery_ids)})


async def plan(connection: AsyncConnection, *, now: datetime, gather: timedelta, hurried: bool = False) -> int:
    """Put everything due into the outbox and move its slots on; gives how many digests were planned.

    An instant push waits `gather` for more posts to join it, or (`hurried`) for nothing. A late call catches up with
    one digest, a second call at the same time does nothing; a subscriber whose last digest is still open gets the news
    with that one.
    """
    due = await _due(connection, now=now, gather=gather, hurried=hurried)
    if not due:
        return 0
    newest = await facts.count(connection, VISIBLE_SEQ)
    asked = {"now": now, "newest": newest, "slots": [slot.id for slot in due]}
    insert = insert_or(connection, deliveries).from_select(_COLUMNS, _PLANNED).on_conflict_do_nothing()
    # Of an INSERT the count is otherwise not kept on PostgreSQL.
    planned = (await connection.execute(insert, asked, execution_options={"preserve_rowcount": True})).rowcount
    await _advance(connection, due, newest, now)
    return planned


async def pass_over(connection: AsyncConnection, *, now: datetime) -> None:
    """Move every slot that is due, and that of instant pushes, on, and plan nothing."""
    due = await _due(connection, now=now, gather=timedelta(0), hurried=True)
    if due:
        await _advance(connection, due, await facts.count(connection, VISIBLE_SEQ), now)


async def _due(connection: AsyncConnection, *, now: datetime, gather: timedelta, hurried: bool) -> Sequence[Any]:
    """The slots that are due, for this transaction alone."""
    taken = set((await connection.execute(_TAKE, {"now": now, "hurry": hurried})).scalars())
    if hurried:
        await hurry(connection, now=now)
    else:
        await connection.execute(_GATHER, {"due": now + gather})
    return [slot for slot in await connection.execute(_DUE, {"now": now}) if slot.id in taken]


async def _advance(connection: AsyncConnection, due: Sequence[Any], newest: int, now: datetime) -> None:
    rows = [
        {"which": slot.id, "now": now, "newest": newest, "next": _next(slot.days, slot.minute, slot.zone, now)}
        for slot in due
    ]
    await connection.execute(_ADVANCE, rows)


async def hurry(connection: AsyncConnection, *, now: datetime) -> None:
    """Instant pushes wait for nothing more: what is new now goes at its minute."""
    await connection.execute(_GATHER, {"due": now})
    await connection.execute(_HURRY, {"due": now})


def _next(days: int, minute: int, zone: str, now: datetime) -> datetime | None:
    return None if days == INSTANT else next_due(Timetable(days, minute, zone), after=now)

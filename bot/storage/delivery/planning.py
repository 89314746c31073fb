"""From slots that are due to rows of the outbox, in one transaction however many share them. Never commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, literal, or_, select, update
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
    .with_for_update(skip_locked=True)
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
    )


_COLUMNS = ["subscriber_id", "due_at", "state", "available_at"]
_PLANNED = _planned()


# What became visible while the chat could not be reached was planned for others, and would wait for the next post.
_MISSED = (
    select(subscribers.c.id, bindparam("now", type_=Instant), literal(State.PLANNED.value), bindparam("now"))
    .select_from(slots.join(subscriptions, subscriptions.c.slot_id == slots.c.id).join(subscribers))
    .where(
        subscribers.c.chat_id == bindparam("chat_id"),
        subscribers.c.paused.is_(None),
        slots.c.days == INSTANT,
        subscriptions.c.cursor < slots.c.planned_seq,
    )
    .distinct()
)


async def catch_up(connection: AsyncConnection, chat_id: int, *, now: datetime) -> None:
    """The chat can be reached again: what it follows as it happens, and has missed, goes out now."""
    statement = insert_or(connection, deliveries).from_select(_COLUMNS, _MISSED).on_conflict_do_nothing()
    await connection.execute(statement, {"chat_id": chat_id, "now": now})


async def is_due(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether `plan` has something to do; two index lookups."""
    return bool((await connection.execute(_IS_DUE, {"now": now})).scalar_one())


async def plan(connection: AsyncConnection, *, now: datetime, gather: timedelta) -> int:
    """Put everything due into the outbox and move its slots on; gives how many digests were planned.

    An instant push waits `gather` for more posts to join it. A late call catches up with one digest, a second call at
    the same time does nothing; a subscriber whose last digest is still open gets the news with that one.
    """
    await connection.execute(_GATHER, {"due": now + gather})
    due = (await connection.execute(_DUE, {"now": now})).all()
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
    await hurry(connection, now=now)
    due = (await connection.execute(_DUE, {"now": now})).all()
    if due:
        await _advance(connection, due, await facts.count(connection, VISIBLE_SEQ), now)


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

"""After a restore: what fell due before it was sent already, or is too late. Never commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.subscription import INSTANT, Cadence
from bot.storage.authors.upload_tables import upload_albums, upload_files, uploads
from bot.storage.border.border_tables import inbox
from bot.storage.columns import Instant
from bot.storage.delivery.broadcast_tables import broadcasts
from bot.storage.delivery.digest_tables import deliveries, questions, slots, subscribers, subscriptions

_WAITING = (State.PLANNED, State.CLAIMED, State.RETRY)
_OPEN = (*_WAITING, State.SENDING, State.UNCERTAIN)
_TEXT = func.coalesce(deliveries.c.contents["broadcast"].as_integer(), 0) > 0
_WAITS = deliveries.c.state.in_(_WAITING) & ~deliveries.c.resend
_REACHED = select(subscribers.c.id).where(subscribers.c.paused.is_(None))
# Asked of each subscriber in turn, so that a page costs what it holds.
_TIMES = (
    select(func.count(subscriptions.c.slot_id.distinct()))
    .where(subscriptions.c.subscriber_id == subscribers.c.id)
    .scalar_subquery()
)
_PASS = (
    update(subscriptions)
    .where(
        subscriptions.c.slot_id == bindparam("which"),
        subscriptions.c.cursor < bindparam("to"),
        subscriptions.c.not_before <= bindparam("at", type_=Instant),
        exists().where(subscribers.c.id == subscriptions.c.subscriber_id, subscribers.c.paused.is_(None)),
    )
    .values(cursor=bindparam("to"))
)


@dataclass(frozen=True, slots=True)
class Ended:
    """Rows of the outbox that go nowhere any more: digests that were in the air, and messages of admins' texts."""

    digests: int
    texts: int


async def last_seen(connection: AsyncConnection) -> datetime | None:
    """The last moment at which anything was planned."""
    found: datetime | None = (await connection.execute(select(func.max(slots.c.last_due_at)))).scalar_one()
    return found


async def due_slots(connection: AsyncConnection, *, now: datetime) -> dict[int, Cadence]:
    """Slots that are due, and that of instant pushes, by number."""
    return await _slots(connection, or_(slots.c.next_due_at <= now, slots.c.days == INSTANT))


async def all_slots(connection: AsyncConnection) -> dict[int, Cadence]:
    """Every slot by number."""
    return await _slots(connection, true())


async def _slots(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[int, Cadence]:
    query = select(slots.c.id, slots.c.days, slots.c.minute, slots.c.zone).where(which).order_by(slots.c.id)
    return {row.id: Cadence(row.days, row.minute, row.zone) for row in await connection.execute(query)}


async def reachable(connection: AsyncConnection, *, after: int, size: int) -> list[int]:
    """Subscribers beyond `after` that can be reached."""
    return await _page(connection, true(), after, size)


async def in_several_slots(connection: AsyncConnection, *, after: int, size: int) -> list[int]:
    """Subscribers beyond `after` that can be reached and have subscriptions of different times."""
    return await _page(connection, _TIMES > 1, after, size)


async def _page(connection: AsyncConnection, which: ColumnElement[bool], after: int, size: int) -> list[int]:
    query = _REACHED.where(subscribers.c.id > after, which).order_by(subscribers.c.id).limit(size)
    return list((await connection.execute(query)).scalars())


async def waiting(connection: AsyncConnection, subscriber_ids: Collection[int]) -> set[int]:
    """Those of these subscribers for whom a digest was planned that is not on its way."""
    query = select(deliveries.c.subscriber_id).where(_WAITS, deliveries.c.subscriber_id.in_(sorted(subscriber_ids)))
    return set((await connection.execute(query)).scalars())


async def pass_by(connection: AsyncConnection, slot_id: int, *, at: datetime, up_to: int) -> None:
    """What a slot was due to send at that moment, up to this number, was sent to whoever can be reached."""
    await connection.execute(_PASS, {"which": slot_id, "to": up_to, "at": at})


async def end_open(connection: AsyncConnection, *, now: datetime) -> Ended:
    """Everything in the outbox counts as delivered, and admins know what became of their texts."""
    is_open = deliveries.c.state.in_(_OPEN)
    texts = (await connection.execute(select(func.count()).where(is_open, _TEXT))).scalar_one()
    flying = (await connection.execute(select(func.count()).where(is_open, ~_WAITS, ~_TEXT))).scalar_one()
    values = {"state": State.DROPPED, "cause": "a backup was restored", "settled_at": now}
    await connection.execute(update(deliveries).where(is_open).values(**values, owner=None, lease_until=None))
    untold = broadcasts.c.sent_at.is_not(None), broadcasts.c.told_at.is_(None)
    await connection.execute(update(broadcasts).where(*untold).values(told_at=now))
    return Ended(flying, texts)


async def forget_what_was_in_hand(connection: AsyncConnection) -> None:
    """Updates that were not finished, questions and uploads of the time of the copy: people have gone on since.

    Finished now, an old command would be answered twice and an old tap would change posts; an old question would take
    the next words for its answer.
    """
    for table in (inbox, questions, upload_albums, upload_files, uploads):
        await connection.execute(delete(table))

"""Texts of admins to subscribers, and their places in the outbox. Functions take the caller's connection."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, exists, insert, literal, or_, select, text, update
from sqlalchemy import func as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Contents, State
from bot.domain.message import Entity, Text
from bot.domain.subscription import Kind as Followable
from bot.storage.columns import Instant
from bot.storage.delivery.broadcast_tables import broadcasts
from bot.storage.delivery.digest_tables import FIXED, deliveries, subscribers, subscriptions
from bot.storage.shelf.topics import Kind
from bot.storage.tables import topics

_COLUMNS = ["subscriber_id", "due_at", "state", "available_at", "resend", "contents"]
_STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A text as its admin wrote it; `sent` once it is in the outbox."""

    id: int
    nonce: str
    admin_id: int
    text: Text
    sent: bool


async def keep(connection: AsyncConnection, nonce: str, admin_id: int, text: Text, *, now: datetime) -> None:
    """Keep a text until its admin says to whom it goes."""
    row = {"nonce": nonce, "admin_id": admin_id, "text": text.text, "aim": "", "made_at": now}
    await connection.execute(insert(broadcasts).values(row | {"entities": [asdict(one) for one in text.entities]}))


async def by_nonce(connection: AsyncConnection, nonce: str) -> Broadcast | None:
    return await _one(connection, select(broadcasts).where(broadcasts.c.nonce == nonce))


async def texts(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Text]:
    """The texts with these numbers."""
    found = await connection.execute(select(broadcasts).where(broadcasts.c.id.in_(sorted(ids))))
    return {row.id: _text(row) for row in found}


async def mark_sent(connection: AsyncConnection, nonce: str, aim: str, *, now: datetime) -> bool:
    """From now on it is on its way; False when it was before."""
    waiting = broadcasts.c.nonce == nonce, broadcasts.c.sent_at.is_(None)
    return bool((await connection.execute(update(broadcasts).where(*waiting).values(sent_at=now, aim=aim))).rowcount)


async def untold(connection: AsyncConnection) -> list[tuple[Broadcast, datetime]]:
    """Texts whose admin does not know yet what became of them, and when they were sent."""
    query = select(broadcasts).where(broadcasts.c.sent_at.is_not(None), broadcasts.c.told_at.is_(None))
    return [(_broadcast(row), row.sent_at) for row in await connection.execute(query.order_by(broadcasts.c.id))]


async def tell(connection: AsyncConnection, broadcast_id: int, *, now: datetime) -> bool:
    """From now on its admin knows; False when somebody told before."""
    untold = broadcasts.c.id == broadcast_id, broadcasts.c.told_at.is_(None)
    return bool((await connection.execute(update(broadcasts).where(*untold).values(told_at=now))).rowcount)


async def not_told(connection: AsyncConnection, broadcast_id: int) -> None:
    """Its admin does not know after all."""
    await connection.execute(update(broadcasts).where(broadcasts.c.id == broadcast_id).values(told_at=None))


async def standing(connection: AsyncConnection, broadcast_id: int, sent_at: datetime) -> dict[str, int]:
    """How many of its messages stand in which state."""
    # The due time was chosen so near that nearly every other row is passed over without reading what it holds.
    near = text(FIXED), deliveries.c.due_at.between(sent_at, sent_at + timedelta(seconds=1))
    own = deliveries.c.contents["broadcast"].as_integer() == broadcast_id
    query = select(deliveries.c.state, sql.count()).where(*near, own).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def drop(connection: AsyncConnection, nonce: str) -> None:
    """Forget a text that was not sent."""
    await connection.execute(delete(broadcasts).where(broadcasts.c.nonce == nonce, broadcasts.c.sent_at.is_(None)))


async def reached(connection: AsyncConnection, aim: str) -> int:
    """How many chats and topics that can be reached it would go to: all, or the followers of a category."""
    query = select(sql.count()).select_from((await _readers(connection, aim)).subquery())
    number: int = (await connection.execute(query)).scalar_one()
    return number


async def put_into_outbox(connection: AsyncConnection, broadcast_id: int, aim: str, *, now: datetime) -> int:
    """A row for every chat and topic that it goes to; gives how many."""
    due = await _free_moment(connection, now)
    contents = literal(Contents((), broadcast=broadcast_id).as_json(), deliveries.c.contents.type)
    readers = (await _readers(connection, aim)).add_columns(
        literal(due, Instant),
        literal(State.PLANNED.value),
        literal(now, Instant),
        # What it says stands fixed, and it may wait beside a digest that is open.
        literal(True),
        contents,
    )
    # Without this option PostgreSQL's driver does not say how many.
    kept = readers.with_for_update(read=True, key_share=True, of=subscribers)
    planned = insert(deliveries).from_select(_COLUMNS, kept).execution_options(preserve_rowcount=True)
    return (await connection.execute(planned)).rowcount


async def _free_moment(connection: AsyncConnection, now: datetime) -> datetime:
    """A time that no digest is due at: a chat has one row for each."""
    moment = now + _STEP
    # Asked of each subscriber in turn: what was ever due to anybody is much more than there are subscribers.
    due_then = exists().where(
        deliveries.c.subscriber_id == subscribers.c.id, deliveries.c.due_at == bindparam("then", type_=Instant)
    )
    taken = select(exists(select(subscribers.c.id).where(due_then)))
    while (await connection.execute(taken, {"then": moment})).scalar_one():
        moment += _STEP
    return moment


async def _readers(connection: AsyncConnection, aim: str) -> Select[Any]:
    followed = [subscriptions.c.subscriber_id == subscribers.c.id]
    if aim:
        keys = await _with_parents(connection, aim)
        of_category = and_(subscriptions.c.kind == Followable.CATEGORY, subscriptions.c.key.in_(keys))
        followed.append(or_(subscriptions.c.kind == Followable.ALL, of_category))
    return select(subscribers.c.id).where(subscribers.c.paused.is_(None), exists().where(*followed))


async def _with_parents(connection: AsyncConnection, key: str) -> list[str]:
    """The keys of a category and of those that it lies in: who follows one of them is told of its posts."""
    found: list[str] = []
    query = select(topics.c.key, topics.c.parent_id)
    row = (await connection.execute(query.where(topics.c.kind == Kind.CATEGORY, topics.c.key == key))).first()
    while row is not None:
        found.append(row.key)
        row = (await connection.execute(query.where(topics.c.id == row.parent_id))).first() if row.parent_id else None
    return found


async def _one(connection: AsyncConnection, query: Select[Any]) -> Broadcast | None:
    row = (await connection.execute(query)).first()
    return _broadcast(row) if row else None


def _broadcast(row: Any) -> Broadcast:
    return Broadcast(row.id, row.nonce, row.admin_id, _text(row), row.sent_at is not None)


def _text(row: Any) -> Text:
    return Text(row.text, tuple(Entity(**one) for one in row.entities))

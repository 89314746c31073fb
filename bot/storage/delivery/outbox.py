"""The outbox: digests claimed, fenced just before they are sent, and settled. Never commits.

Every function takes many rows at once, so that a fast sender needs few transactions.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Contents, State
from bot.storage import at_once
from bot.storage.columns import Instant
from bot.storage.delivery import cursors, delivered
from bot.storage.delivery.digest_tables import OPEN, deliveries, subscribers

_other = deliveries.alias("other")
_OPEN = (State.PLANNED, State.CLAIMED, State.RETRY)
_ENDED = (State.SENT, State.FAILED, State.DROPPED)
_NOW = bindparam("now", type_=Instant)
_READY = (
    select(deliveries.c.id)
    .where(text(OPEN), deliveries.c.available_at <= _NOW)
    .order_by(deliveries.c.available_at, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_FIRST = select(func.min(deliveries.c.available_at)).where(text(OPEN))
_CLAIM = (
    update(deliveries)
    .where(deliveries.c.id.in_(_READY.scalar_subquery()))
    .values(state=State.CLAIMED, owner=bindparam("me"), available_at=bindparam("until", type_=Instant))
    .returning(deliveries.c.id, deliveries.c.subscriber_id, deliveries.c.resend)
)
_BUSY_ELSEWHERE = exists().where(_other.c.subscriber_id == deliveries.c.subscriber_id, _other.c.state == State.SENDING)
_FENCE = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.owner == bindparam("me"),
        deliveries.c.state == State.CLAIMED,
        ~_BUSY_ELSEWHERE,
    )
    .values(
        state=State.SENDING, attempts=deliveries.c.attempts + 1, lease_until=bindparam("until", type_=Instant)
    )
    .returning(
        deliveries.c.id, deliveries.c.subscriber_id, deliveries.c.due_at, deliveries.c.attempts, deliveries.c.resend,
        deliveries.c.contents,
    )
)  # fmt: skip
_WRITE_CONTENTS = update(deliveries).where(deliveries.c.id == bindparam("which")).values(contents=bindparam("what"))
_SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("which"))
    .values(
        state=bindparam("becomes"), cause=bindparam("why"), message_id=bindparam("message"),
        settled_at=bindparam("now", type_=Instant), owner=None, lease_until=None,
    )
)  # fmt: skip

_WRITE_TOGETHER = text("""
    UPDATE deliveries SET contents = written.what FROM
    json_to_recordset(CAST(:rows AS json)) AS written(which bigint, what json)
    WHERE deliveries.id = written.which
""")
_SETTLE_TOGETHER = text("""
    UPDATE deliveries SET state = ended.becomes, cause = ended.why, message_id = ended.message, settled_at = :now,
    owner = NULL, lease_until = NULL FROM
    json_to_recordset(CAST(:rows AS json)) AS ended(which bigint, becomes text, why text, message bigint)
    WHERE deliveries.id = ended.which
""").bindparams(_NOW)


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    subscriber_id: int
    resend: bool


@dataclass(frozen=True, slots=True)
class Fenced:
    """A digest that is in the air from now on; `contents` is set for one that is sent again as it was."""

    id: int
    subscriber_id: int
    due_at: datetime
    attempts: int
    contents: Contents | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a digest."""

    id: int
    state: State
    cause: str | None = None
    message_id: int | None = None


async def claim(connection: AsyncConnection, me: str, *, most: int, now: datetime, until: datetime) -> list[Claimed]:
    """Take up to `most` digests that may be sent now; whoever holds them longer than `until` loses them."""
    rows = await connection.execute(_CLAIM, {"me": me, "most": most, "now": now, "until": until})
    return sorted((Claimed(*row) for row in rows), key=lambda one: one.id)


async def fence(connection: AsyncConnection, ids: Collection[int], me: str, *, until: datetime) -> list[Fenced]:
    """Of these claims, those that may go: they are mine still, and nothing else is in the air to that subscriber."""
    rows = await connection.execute(_FENCE, {"ids": sorted(ids), "me": me, "until": until})
    return [
        Fenced(
            row.id,
            row.subscriber_id,
            row.due_at,
            row.attempts,
            Contents.from_json(row.contents) if row.resend and row.contents else None,
        )
        for row in rows
    ]


async def in_the_air(connection: AsyncConnection, ids: Collection[int], me: str) -> set[int]:
    """Of these, those whose fence this sender has written down."""
    mine = (deliveries.c.id.in_(sorted(ids)), deliveries.c.owner == me, deliveries.c.state == State.SENDING)
    return set((await connection.execute(select(deliveries.c.id).where(*mine).with_for_update())).scalars())


async def unsettled(connection: AsyncConnection, attempts: Mapping[int, int], me: str) -> set[int]:
    """Of these digests, as this sender put them in the air at those attempts, those whose end nobody has written down.

    One that was parked meanwhile, because its lease is over, is among them.
    """
    rows = await connection.execute(
        select(deliveries.c.id, deliveries.c.attempts)
        .where(
            deliveries.c.id.in_(sorted(attempts)),
            or_(
                and_(deliveries.c.state == State.SENDING, deliveries.c.owner == me),
                deliveries.c.state == State.UNCERTAIN,
            ),
        )
        .with_for_update()
    )
    return {id_ for id_, attempt in rows if attempt == attempts[id_]}


async def keep_still(
    connection: AsyncConnection, *, chat_id: int | None = None, subscriber_id: int | None = None
) -> None:
    """Let nobody write of the digests on their way to a chat, or to one subscriber, until the transaction ends.

    To be said before anything else of a subscriber is changed: senders lock digests first.
    """
    if connection.dialect.name != "postgresql":
        return
    theirs = subscribers.c.chat_id == chat_id if chat_id else subscribers.c.id == subscriber_id
    query = select(deliveries.c.id).join(subscribers).where(theirs, deliveries.c.state.not_in(_ENDED))
    await connection.execute(query.order_by(deliveries.c.id).with_for_update(of=deliveries))


async def postpone(connection: AsyncConnection, ids: Collection[int], me: str, *, at: datetime) -> None:
    """Of these claims, let those that are mine still be claimed again from `at` on."""
    if ids:
        mine = (deliveries.c.id.in_(sorted(ids)), deliveries.c.owner == me, deliveries.c.state == State.CLAIMED)
        await connection.execute(
            update(deliveries).where(*mine).values(state=State.RETRY, available_at=at, owner=None, lease_until=None)
        )


async def write_contents(connection: AsyncConnection, contents: dict[int, Contents]) -> None:
    """Write down, before they are sent, what digests hold, and move the cursors past it."""
    rows = [{"which": id_, "what": contents[id_].as_json()} for id_ in sorted(contents)]
    await at_once.change(connection, _WRITE_CONTENTS, _WRITE_TOGETHER, rows)
    await cursors.move(connection, [one for held in contents.values() for one in held.moved])


async def take_back(connection: AsyncConnection, ids: Collection[int]) -> None:
    """These were surely not sent: their posts are news again. A resend keeps what it holds."""
    if not ids:
        return
    query = select(deliveries.c.id, deliveries.c.contents).where(
        deliveries.c.id.in_(sorted(ids)), ~deliveries.c.resend, deliveries.c.contents.is_not(None)
    )
    rows = (await connection.execute(query.order_by(deliveries.c.id).with_for_update())).all()
    moved = [(which, new, old) for row in rows for which, old, new in Contents.from_json(row.contents).moved]
    await cursors.move(connection, moved)
    taken = [row.id for row in rows]
    await delivered.take_back(connection, taken)
    await connection.execute(update(deliveries).where(deliveries.c.id.in_(taken)).values(contents=None))


async def settle(connection: AsyncConnection, settled: Sequence[Settled], *, now: datetime) -> None:
    """Write down how they ended."""
    ordered = sorted(settled, key=lambda one: one.id)
    rows = [{"which": one.id, "becomes": one.state, "why": one.cause, "message": one.message_id} for one in ordered]
    await at_once.change(connection, _SETTLE, _SETTLE_TOGETHER, rows, now=now)


async def release(connection: AsyncConnection, ids: Collection[int], *, at: datetime, cause: str | None = None) -> None:
    """Let these be claimed again from `at` on; one whose subscriber has another open digest joins that."""
    doubled = exists().where(
        _other.c.subscriber_id == deliveries.c.subscriber_id,
        _other.c.id != deliveries.c.id,
        _other.c.state.in_(_OPEN),
        ~_other.c.resend,
    )
    mine = deliveries.c.id.in_(sorted(ids))
    await connection.execute(delete(deliveries).where(mine, ~deliveries.c.resend, doubled))
    await connection.execute(
        update(deliveries)
        .where(mine)
        .values(state=State.RETRY, available_at=at, owner=None, lease_until=None, cause=cause)
    )


async def discard(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Forget digests that hold nothing."""
    if not ids:
        return
    await connection.execute(delete(deliveries).where(deliveries.c.id.in_(sorted(ids))))


async def any_of(connection: AsyncConnection, subscriber_ids: Collection[int]) -> bool:
    """Whether any digest of these subscribers is kept."""
    query = select(deliveries.c.id).where(deliveries.c.subscriber_id.in_(sorted(subscriber_ids))).limit(1)
    return (await connection.execute(query)).first() is not None


async def contents_of(connection: AsyncConnection, delivery_id: int) -> tuple[int, Contents] | None:
    """The subscriber of a digest and what it holds; None when it is not kept any more."""
    query = select(deliveries.c.subscriber_id, deliveries.c.contents).where(deliveries.c.id == delivery_id)
    row: Any = (await connection.execute(query)).one_or_none()
    return (row.subscriber_id, Contents.from_json(row.contents)) if row and row.contents else None


async def prune(connection: AsyncConnection, *, before: datetime, limit: int = 500) -> int:
    """Drop up to `limit` digests that ended long ago; gives how many went."""
    ended = select(deliveries.c.id).where(deliveries.c.state.in_(_ENDED), deliveries.c.settled_at < before).limit(limit)
    return (await connection.execute(delete(deliveries).where(deliveries.c.id.in_(ended)))).rowcount


async def is_ready(connection: AsyncConnection, *, now: datetime) -> bool:
    """Whether `claim` would find something."""
    first: datetime | None = (await connection.execute(_FIRST)).scalar_one()
    return first is not None and first <= now

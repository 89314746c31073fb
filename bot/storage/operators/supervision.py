"""What an admin looks after, counted and listed. Functions take the caller's connection and never commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Contents, State
from bot.domain.schedule import EVERY_DAY
from bot.domain.subscription import INSTANT
from bot.storage.delivery.digest_tables import deliveries, slots, subscribers, subscriptions
from bot.storage.tables import topics

_ENDED = (State.SENT, State.FAILED, State.DROPPED)
_CADENCE = case((slots.c.days == INSTANT, "instant"), (slots.c.days == EVERY_DAY, "daily"), else_="some_days")


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A digest of `posts` posts that may or may not have arrived."""

    delivery_id: int
    chat_id: int
    thread_id: int
    posts: int
    cause: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Followers:
    """How many subscriptions there are to one thing, by cadence as in `followers_by_cadence`.

    `name` is as followers were shown it, `titles` what it is called now, by language.
    """

    kind: str
    name: str
    by_cadence: dict[str, int]
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def count(self) -> int:
        return sum(self.by_cadence.values())


async def digests_by_state(connection: AsyncConnection, *, since: datetime) -> tuple[int, dict[str, int]]:
    """How many wait to be sent, and how those ended that ended since then."""
    waiting = select(func.count()).where(
        deliveries.c.state.in_([State.PLANNED, State.CLAIMED, State.SENDING, State.RETRY])
    )
    ended = (
        select(deliveries.c.state, func.count())
        .where(deliveries.c.state.in_(_ENDED), deliveries.c.settled_at >= since)
        .group_by(deliveries.c.state)
    )
    return (await connection.execute(waiting)).scalar_one(), await _counted(connection, ended)


async def reached(connection: AsyncConnection, seq: int, *, since: datetime) -> int:
    """How many chats and topics were sent the news of this number, or may have been; it became news at `since`."""
    sent = or_(deliveries.c.state == State.SENDING, deliveries.c.settled_at >= since)
    gone = deliveries.c.state.in_((State.SENDING, State.SENT, State.UNCERTAIN, State.DROPPED))
    query = select(deliveries.c.subscriber_id, deliveries.c.contents).where(gone, sent)
    rows = await connection.execute(query)
    return len({row.subscriber_id for row in rows if row.contents and seq in row.contents["seqs"]})


async def failures(connection: AsyncConnection, *, since: datetime, limit: int) -> list[tuple[str, int]]:
    """Why digests failed since then, the most frequent cause first."""
    query = (
        select(func.coalesce(deliveries.c.cause, ""), func.count())
        .where(deliveries.c.state == State.FAILED, deliveries.c.settled_at >= since)
        .group_by(deliveries.c.cause)
        .order_by(func.count().desc())
        .limit(limit)
    )
    return [(cause, count) for cause, count in await connection.execute(query)]


async def followers_by_cadence(connection: AsyncConnection) -> dict[str, int]:
    """Subscriptions that come as they happen (instant), every day (daily), on chosen days (some_days)."""
    query = select(_CADENCE, func.count()).select_from(subscriptions.join(slots)).group_by(_CADENCE)
    return await _counted(connection, query)


async def followed(connection: AsyncConnection) -> list[Followers]:
    """Everything that is followed, the most followed first."""
    query = (
        select(subscriptions.c.kind, subscriptions.c.key, func.max(subscriptions.c.name), _CADENCE, func.count())
        .select_from(subscriptions.join(slots))
        .group_by(subscriptions.c.kind, subscriptions.c.key, _CADENCE)
    )
    names: dict[tuple[str, str], str] = {}
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for kind, key, name, cadence, count in await connection.execute(query):
        names[kind, key] = max(name, names.get((kind, key), ""))
        counts.setdefault((kind, key), {})[cadence] = count
    titled = select(topics.c.kind, topics.c.key, topics.c.name, topics.c.name_zh, topics.c.name_en)
    titles = {
        (row.kind, row.key): {"zh": row.name_zh or row.name, "en": row.name_en or row.name}
        for row in await connection.execute(titled.where(topics.c.key.in_({key for _, key in counts})))
    }
    found = [Followers(one[0], names[one], by_cadence, titles.get(one, {})) for one, by_cadence in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.name, one.kind))


async def paused(connection: AsyncConnection) -> list[tuple[str, int]]:
    """Why chats and topics are sent nothing, and how many of each, the most frequent cause first."""
    query = select(subscribers.c.paused, func.count()).where(subscribers.c.paused.is_not(None))
    rows = await connection.execute(query.group_by(subscribers.c.paused).order_by(func.count().desc()))
    return [(cause, count) for cause, count in rows]


async def retrying(connection: AsyncConnection, *, limit: int) -> list[tuple[str, int]]:
    """Why digests wait to be tried once more, the most frequent cause first."""
    query = (
        select(deliveries.c.cause, func.count())
        .where(deliveries.c.state == State.RETRY, deliveries.c.cause.is_not(None))
        .group_by(deliveries.c.cause)
        .order_by(func.count().desc())
        .limit(limit)
    )
    return [(cause, count) for cause, count in await connection.execute(query)]


async def count_uncertain(connection: AsyncConnection) -> int:
    query = select(func.count()).where(deliveries.c.state == State.UNCERTAIN)
    number: int = (await connection.execute(query)).scalar_one()
    return number


async def uncertain(connection: AsyncConnection, *, limit: int) -> list[Uncertain]:
    """Digests that may or may not have arrived, oldest first."""
    query = (
        select(
            deliveries.c.id, subscribers.c.chat_id, subscribers.c.thread_id, deliveries.c.contents,
            deliveries.c.cause, deliveries.c.settled_at, deliveries.c.due_at,
        )
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.state == State.UNCERTAIN)
        .order_by(deliveries.c.settled_at, deliveries.c.id)
        .limit(limit)
    )  # fmt: skip
    return [
        Uncertain(
            row.id,
            row.chat_id,
            row.thread_id,
            len(Contents.from_json(row.contents).seqs) if row.contents else 0,
            row.cause or "",
            row.settled_at or row.due_at,
        )
        for row in await connection.execute(query)
    ]


async def _counted(connection: AsyncConnection, query: Select[Any]) -> dict[str, int]:
    rows = (await connection.execute(query)).all()
    return {row[0]: row[1] for row in rows}

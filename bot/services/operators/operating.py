"""What an operator asks: how much is there of everything, and what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.shelf import folder_state, recognising
from bot.storage.engine import Database
from bot.storage.operators import overview


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be done: digests by state, updates that are not finished, and how long the oldest has waited."""

    digests: dict[str, int]
    digest_age: timedelta
    updates: int
    update_age: timedelta


@dataclass(frozen=True, slots=True)
class Status:
    """Everything counted; `folder_problem` says why the content folder cannot be listed.

    `strangers` are replicas that do not load theirs, and why.
    """

    posts: dict[str, int]
    problems: dict[str, int]
    chats: int
    subscribers: int
    subscriptions: int
    queue: Queue
    synced_at: datetime | None
    held_withdrawals: int
    folder_problem: str
    strangers: tuple[str, ...]


async def queue(db: Database, *, now: datetime) -> Queue:
    """What waits now."""
    async with db.read() as connection:
        due = await overview.oldest_waiting(connection)
        updates, since = await overview.unfinished(connection)
        return Queue(await overview.queue_by_state(connection), _age(due, now), updates, _age(since, now))


async def problems(db: Database) -> dict[str, int]:
    """How many problems the content folder has, by severity."""
    async with db.read() as connection:
        return await overview.problems_by_severity(connection)


async def status(db: Database, *, now: datetime) -> Status:
    """Everything counted."""
    folder = await folder_state.folder_state(db)
    waiting = await queue(db, now=now)
    async with db.read() as connection:
        chats, subscribers, subscriptions = await overview.people(connection)
        return Status(
            posts=await overview.posts_by_state(connection),
            problems=await overview.problems_by_severity(connection),
            chats=chats,
            subscribers=subscribers,
            subscriptions=subscriptions,
            queue=waiting,
            synced_at=folder.synced_at,
            held_withdrawals=len(folder.held_withdrawals),
            folder_problem=folder.problem,
            strangers=tuple(str(one) for one in await recognising.strangers(connection, now=now)),
        )


def _age(since: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(0), now - since) if since else timedelta(0)

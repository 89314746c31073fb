"""What an admin looks after: digests that may not have arrived, pushes and withdrawals that wait for a yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.problem import Problem
from bot.domain.standing import Push
from bot.services.authors import auditing
from bot.services.shelf import folder_state, publishing, recognising
from bot.storage.authors import managing
from bot.storage.delivery import parked, planning
from bot.storage.engine import Database
from bot.storage.operators import overview, supervision
from bot.storage.operators.supervision import Followers, Uncertain
from bot.storage.shelf import files, visibility

SHOWN = 5
PROBLEMS_SHOWN = 4
TOPICS_SHOWN = 5
FOLLOWED_PAGE = 20
TODAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Supervision:
    """How the publication stands; every count is of now, those of `ended` of the last day.

    `posts` counts as the lists of /posts do (p, s, d, w), `published` a post once with its translations.
    `followers` counts subscriptions by kind of cadence, `topics` by what is followed too, the most followed first, of
    `topic_count` in all. `causes` are those of failures, `retrying` of digests that are tried again, `paused` of chats
    that are sent nothing.
    `strangers` are replicas that do not load their content folder.
    """

    posts: dict[str, int]
    next_post: datetime | None
    last_sync: datetime | None
    folder_problem: str
    strangers: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    held_pushes: int
    held_withdrawals: int
    followers: dict[str, int]
    topics: tuple[Followers, ...]
    topic_count: int
    waiting: int
    ended: dict[str, int]
    causes: tuple[tuple[str, int], ...]
    retrying: tuple[tuple[str, int], ...]
    paused: tuple[tuple[str, int], ...]
    uncertain: tuple[Uncertain, ...]
    uncertain_count: int
    database: str
    database_bytes: int
    published: int = 0

    @property
    def needs(self) -> int:
        """How many things wait for an admin."""
        return sum(
            (
                self.problem_count,
                bool(self.held_pushes),
                bool(self.held_withdrawals),
                bool(self.folder_problem),
                len(self.strangers),
                self.uncertain_count,
            )
        )


async def supervise(db: Database, *, now: datetime) -> Supervision:
    """Everything that /status tells."""
    folder = await folder_state.folder_state(db)
    async with db.read() as connection:
        database, size = await overview.engine_and_size(connection)
        problems = await files.all_problems(connection)
        waiting, ended = await supervision.digests_by_state(connection, since=now - TODAY)
        uncertain = await supervision.uncertain(connection, limit=SHOWN)
        followed = await supervision.followed(connection)
        return Supervision(
            posts=await managing.counts(connection),
            next_post=await visibility.next_due(connection),
            last_sync=folder.synced_at,
            folder_problem=folder.problem,
            strangers=await recognising.strangers(connection, now=now),
            problems=tuple(problems[:PROBLEMS_SHOWN]),
            problem_count=len(problems),
            held_pushes=len(await visibility.waiting(connection, Push.HELD)),
            held_withdrawals=len(folder.held_withdrawals),
            followers=await supervision.followers_by_cadence(connection),
            topics=tuple(followed[:TOPICS_SHOWN]),
            topic_count=len(followed),
            waiting=waiting,
            ended=ended,
            causes=tuple(await supervision.failures(connection, since=now - TODAY, limit=SHOWN)),
            retrying=tuple(await supervision.retrying(connection, limit=SHOWN)),
            paused=tuple(await supervision.paused(connection)),
            uncertain=tuple(uncertain),
            uncertain_count=await supervision.count_uncertain(connection),
            database=database,
            database_bytes=size,
            published=await managing.published_keys(connection),
        )


async def followed(db: Database, page: int) -> tuple[list[Followers], int, int]:
    """A page (from 0) of what is followed, the last when that is past the end; its number; how many there are."""
    async with db.read() as connection:
        found = await supervision.followed(connection)
    pages = max(1, -(-len(found) // FOLLOWED_PAGE))
    page = min(max(page, 0), pages - 1)
    return found[page * FOLLOWED_PAGE :][:FOLLOWED_PAGE], page, pages


async def uncertain(db: Database, *, limit: int = 100) -> list[Uncertain]:
    """Digests that may or may not have arrived, oldest first."""
    async with db.read() as connection:
        return await supervision.uncertain(connection, limit=limit)


async def resend(db: Database, delivery_id: int, *, by: int, now: datetime) -> bool:
    """Send an uncertain digest once more, exactly as it was; False when it is uncertain no longer."""
    async with db.write() as connection:
        done = await parked.again(connection, delivery_id, now=now)
        if done:
            await auditing.note(connection, by, "resend", f"#{delivery_id}", now=now)
        return done


async def drop(db: Database, delivery_id: int, *, by: int, now: datetime) -> bool:
    """Count an uncertain digest as delivered; False when it is uncertain no longer."""
    async with db.write() as connection:
        done = await parked.drop(connection, delivery_id, now=now)
        if done:
            await auditing.note(connection, by, "drop", f"#{delivery_id}", now=now)
        return done


async def release_held(db: Database, *, send: bool, by: int, now: datetime) -> int:
    """Push the posts that are held back, or never; gives how many there were."""
    async with db.write() as connection:
        count = await publishing.release_pushes(connection, send=send)
        if send:
            # They have waited long enough: no minute more for others to join them.
            await planning.hurry(connection, now=now)
        if count:
            await auditing.note(connection, by, "push" if send else "skip", str(count), now=now)
        return count


async def note_withdrawn(db: Database, count: int, *, by: int, now: datetime) -> None:
    """An admin confirmed that posts without files are withdrawn."""
    if count:
        async with db.write() as connection:
            await auditing.note(connection, by, "sweep", str(count), now=now)

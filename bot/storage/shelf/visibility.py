"""When posts come and go by the clock, and in which order they may be pushed. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import State
from bot.domain.standing import Push
from bot.storage.exclusive import SHELF, in_turn
from bot.storage.facts import raise_counter
from bot.storage.shelf import posts as shelf
from bot.storage.shelf import topics
from bot.storage.tables import posts

VISIBLE_SEQ = "visible_seq"


@dataclass(frozen=True, slots=True)
class Turned:
    """A post that the clock moved to another state."""

    post_id: int
    key: str
    title: str
    state: State


async def turn_due(connection: AsyncConnection, *, now: datetime) -> list[Turned]:
    """Publish what was scheduled and is due, and take off what has expired; each post once, whoever asks."""
    await in_turn(connection, SHELF)
    query = select(posts.c.id, posts.c.key, posts.c.title, posts.c.expires).where(
        or_(
            (posts.c.state == State.SCHEDULED) & (posts.c.publish_at <= now),
            (posts.c.state == State.PUBLISHED) & (posts.c.expires <= now),
        )
    )
    due = (await connection.execute(query)).all()
    turned = [
        Turned(post_id, key, title, State.EXPIRED if expires is not None and expires <= now else State.PUBLISHED)
        for post_id, key, title, expires in due
    ]
    if not turned:
        return []
    keys = {one.key for one in turned}
    async with topics.counted(connection, keys):
        for state in (State.PUBLISHED, State.EXPIRED):
            ids = [one.post_id for one in turned if one.state is state]
            await connection.execute(update(posts).where(posts.c.id.in_(ids)).values(state=state))
        await shelf.refresh(connection, keys, now=now)
    return turned


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the clock next moves a post; None when it never will."""
    coming = select(func.min(posts.c.publish_at)).where(posts.c.state == State.SCHEDULED)
    going = select(func.min(posts.c.expires)).where(posts.c.state == State.PUBLISHED)
    moments = [(await connection.execute(query)).scalar_one() for query in (coming, going)]
    return min((moment for moment in moments if moment is not None), default=None)


async def waiting(connection: AsyncConnection, push: Push) -> list[str]:
    """The keys of posts whose push is in this state, in the order of their dates."""
    query = (
        select(posts.c.key)
        .where(posts.c.push == push)
        .group_by(posts.c.key)
        .order_by(func.min(posts.c.date), func.min(posts.c.id))
    )
    return list((await connection.execute(query)).scalars())


async def undecided(connection: AsyncConnection) -> list[tuple[str, str, datetime | None]]:
    """Key, path and date of what readers have and nobody was told of, in the order of their dates.

    The date is None where the file gives none: such a post is dated when it was first seen.
    """
    query = (
        select(posts.c.key, posts.c.path, posts.c.publish_at, posts.c.first_seen)
        .where(posts.c.push == Push.PENDING)
        .order_by(posts.c.date, posts.c.id)
    )
    rows = await connection.execute(query)
    return [(key, path, None if shown_from == seen else shown_from) for key, path, shown_from, seen in rows]


_OPEN = (
    update(posts)
    .where(posts.c.key == bindparam("which"), posts.c.push == bindparam("was"))
    .values(push=Push.OPEN, visible_seq=bindparam("seq"))
)


async def open_pushes(connection: AsyncConnection, keys: Sequence[str], was: Push) -> int:
    """Let digests and pushes take these posts: each gets the next number, its translations the same.

    Gives the number of the first, 0 when there are none.
    """
    if not keys:
        return 0
    last = await raise_counter(connection, VISIBLE_SEQ, len(keys))
    first = last - len(keys) + 1
    await connection.execute(_OPEN, [{"which": key, "was": was, "seq": first + n} for n, key in enumerate(keys)])
    return first


async def set_push(connection: AsyncConnection, was: Push, becomes: Push) -> None:
    """Decide otherwise for every post that stands at `was`: hold it, or never push it."""
    await connection.execute(update(posts).where(posts.c.push == was).values(push=becomes))


async def first_seen_by_readers(connection: AsyncConnection, path: str) -> datetime | None:
    """Since when readers know the post at `path`; None when they never could see it, or that was taken back."""
    found: datetime | None = (
        await connection.execute(select(func.max(posts.c.first_published_at)).where(posts.c.path == path))
    ).scalar_one()
    return found


async def take_back(connection: AsyncConnection, path: str, *, since: datetime, untold: bool) -> None:
    """What readers could see for the first time after `since`, and can no more, is as if they never could.

    When nobody was told (`untold`), it is news like any other if it comes to them once more.
    """
    gone = posts.c.path == path, posts.c.state != State.PUBLISHED, posts.c.first_published_at >= since
    values: dict[str, object] = {"push": Push.NONE, "visible_seq": None} if untold else {}
    await connection.execute(update(posts).where(*gone).values(first_published_at=None, **values))

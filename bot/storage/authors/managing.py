"""Posts as their admins see them: by state, with the files behind them. Functions take the caller's connection."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import State, fold_name
from bot.domain.subscription import Kind as Followable
from bot.storage.delivery.digest_tables import subscribers, subscriptions
from bot.storage.shelf.topics import UNCATEGORISED, UNCATEGORISED_ZH, Kind
from bot.storage.tables import post_topics, posts, problems, topics

Shelf: TypeAlias = Literal["p", "s", "d", "w", "x"]
"""Published, scheduled, drafts, withdrawn, with problems."""


@dataclass(frozen=True, slots=True)
class ManagedPost:
    """A row of posts with what an admin decides by; `first_published_at` is None until readers could see it."""

    id: int
    key: str
    language: str
    path: str
    state: State
    title: str
    date: datetime
    publish_at: datetime
    content_hash: str
    first_published_at: datetime | None

    @property
    def is_withdrawn(self) -> bool:
        """Whether readers had it once and have it no more."""
        return self.state in {State.WITHDRAWN, State.DRAFT} and self.first_published_at is not None


_POST = select(
    posts.c.id, posts.c.key, posts.c.language, posts.c.path, posts.c.state, posts.c.title, posts.c.date,
    posts.c.publish_at, posts.c.content_hash, posts.c.first_published_at,
)  # fmt: skip
_SEEN = posts.c.first_published_at.is_not(None)
_ON: Mapping[str, ColumnElement[bool]] = {
    "p": posts.c.state == State.PUBLISHED,
    "s": posts.c.state == State.SCHEDULED,
    "d": and_(posts.c.state == State.DRAFT, ~_SEEN),
    "w": or_(posts.c.state.in_((State.WITHDRAWN, State.EXPIRED)), and_(posts.c.state == State.DRAFT, _SEEN)),
    "x": posts.c.path.in_(select(problems.c.path)),
}


async def on_shelf(connection: AsyncConnection, shelf: Shelf, *, size: int, skip: int) -> list[ManagedPost]:
    """A page of the posts in this state, newest first; of those that are scheduled what is due next."""
    order = (posts.c.publish_at, posts.c.id) if shelf == "s" else (posts.c.date.desc(), posts.c.id.desc())
    query = _POST.where(_ON[shelf]).order_by(*order).limit(size).offset(skip)
    return [_post(row) for row in await connection.execute(query)]


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many posts are in each state."""
    sums = [func.count().filter(condition) for condition in _ON.values()]
    row = (await connection.execute(select(*sums).select_from(posts))).one()
    return dict(zip(_ON, row, strict=True))


async def published_keys(connection: AsyncConnection) -> int:
    """How many posts readers have, each counted once with its translations."""
    query = select(func.count(distinct(posts.c.key))).where(_ON["p"])
    number: int = (await connection.execute(query)).scalar_one()
    return number


async def matching(connection: AsyncConnection, words: str, *, size: int, skip: int = 0) -> list[ManagedPost]:
    """Posts in any state whose title, slug or path holds these words, newest first."""
    query = _POST.where(_held(words)).order_by(posts.c.date.desc(), posts.c.id.desc()).limit(size).offset(skip)
    return [_post(row) for row in await connection.execute(query)]


async def count_matching(connection: AsyncConnection, words: str) -> int:
    """How many posts `matching` would find in all."""
    query = select(func.count()).select_from(posts).where(_held(words))
    number: int = (await connection.execute(query)).scalar_one()
    return number


def _held(words: str) -> ColumnElement[bool]:
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return or_(*(column.ilike(pattern, escape="\\") for column in (posts.c.title, posts.c.slug, posts.c.path)))


async def get(connection: AsyncConnection, post_id: int) -> ManagedPost | None:
    row = (await connection.execute(_POST.where(posts.c.id == post_id))).first()
    return _post(row) if row else None


async def at_path(connection: AsyncConnection, path: str) -> ManagedPost | None:
    """The post of the file at `path`, the living one first."""
    query = _POST.where(posts.c.path == path).order_by(posts.c.state == State.WITHDRAWN, posts.c.id.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return _post(row) if row else None


async def slugs_by_path(connection: AsyncConnection, paths: Collection[str]) -> dict[str, str]:
    """The slugs of the living posts at these paths."""
    query = select(posts.c.path, posts.c.slug).where(posts.c.path.in_(sorted(paths)), posts.c.state != State.WITHDRAWN)
    return {row.path: row.slug for row in await connection.execute(query)}


@dataclass(frozen=True, slots=True)
class Dated:
    """A living post by its name and moment; translations share the slug."""

    slug: str
    path: str
    title: str
    date: datetime


async def between(connection: AsyncConnection, start: datetime, end: datetime) -> list[Dated]:
    """The living posts dated from `start` to before `end`."""
    query = select(posts.c.slug, posts.c.path, posts.c.title, posts.c.date).where(
        posts.c.date >= start, posts.c.date < end, posts.c.state != State.WITHDRAWN
    )
    return [Dated(*row) for row in await connection.execute(query.order_by(posts.c.id))]


async def known_categories(connection: AsyncConnection, language: str) -> dict[str, str]:
    """What categories with posts are called in this language, by everything they are called: paths, names, titles."""
    query = select(topics.c.path, topics.c.name, topics.c.name_zh, topics.c.name_en).where(
        topics.c.kind == Kind.CATEGORY, topics.c.count_zh + topics.c.count_en > 0
    )
    # Where posts go that name none is no new category, even while it is empty.
    shown = {fold_name(UNCATEGORISED): UNCATEGORISED_ZH if language == "zh" else UNCATEGORISED}
    for row in await connection.execute(query):
        title = (row.name_zh if language == "zh" else row.name_en) or row.name
        shown |= {fold_name(name): title for name in row if name}
    return shown


async def followers(connection: AsyncConnection, key: str) -> int:
    """How many chats and topics that can be reached follow everything, or a category or tag of this post."""
    query = select(func.count(distinct(subscribers.c.id))).select_from(subscribers.join(subscriptions))
    number: int = (await connection.execute(query.where(subscribers.c.paused.is_(None), _follows(key)))).scalar_one()
    return number


async def other_keywords(connection: AsyncConnection, key: str) -> list[tuple[int, str]]:
    """The words that others follow than those whom `followers` counts: subscriber and folded word."""
    counted = select(subscriptions.c.subscriber_id).where(_follows(key))
    query = (
        select(subscribers.c.id, subscriptions.c.key)
        .select_from(subscribers.join(subscriptions))
        .where(
            subscribers.c.paused.is_(None),
            subscriptions.c.kind == Followable.KEYWORD,
            subscribers.c.id.not_in(counted),
        )
    )
    return [(subscriber, word) for subscriber, word in await connection.execute(query)]


def _follows(key: str) -> ColumnElement[bool]:
    own = (
        select(topics.c.key)
        .select_from(posts.join(post_topics, post_topics.c.post_id == posts.c.id).join(topics))
        .where(posts.c.key == key)
    )
    return or_(subscriptions.c.kind == Followable.ALL, subscriptions.c.key.in_(own))


def _post(row: Any) -> ManagedPost:
    values = dict(row._mapping)
    return ManagedPost(**values | {"state": State(values["state"])})

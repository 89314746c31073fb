"""What is shown of found posts: cards in the reader's language, and the categories and tags that they stand in."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import State
from bot.domain.standing import READERS
from bot.storage.tables import post_topics, posts, topics


class FoundRow(NamedTuple):
    """A post on the shelf; `is_shown` when it is the translation that the reader's lists hold."""

    id: int
    key: str
    path: str
    title: str
    excerpt: str
    date: datetime
    reading_minutes: int
    language: str
    weight: int
    is_shown: bool
    category: str | None
    category_key: str | None


class TopicCount(NamedTuple):
    """A category or tag and how many of the posts stand in it."""

    kind: str
    key: str
    name: str
    posts: int


_WANTED: BindParameter[int] = bindparam("wanted", expanding=True)
_NAME = {reader: func.coalesce(topics.c[f"name_{reader}"], topics.c.name) for reader in READERS}
_FOUND = {
    reader: select(
        posts.c.id, posts.c.key, posts.c.path, posts.c.title, posts.c.excerpt, posts.c.date, posts.c.reading_minutes,
        posts.c.language, posts.c.weight, posts.c[f"shown_{reader}"], _NAME[reader], topics.c.key, posts.c.state,
    )
    .select_from(posts.outerjoin(topics, topics.c.id == posts.c.category_id))
    .where(posts.c.id.in_(_WANTED))
    for reader in READERS
}  # fmt: skip
_COUNTS = {
    reader: select(topics.c.kind, topics.c.key, _NAME[reader], func.count())
    .join(post_topics, post_topics.c.topic_id == topics.c.id)
    .where(post_topics.c.post_id.in_(_WANTED))
    .group_by(topics.c.id, topics.c.kind, topics.c.key, _NAME[reader])
    .order_by(func.count().desc(), topics.c.key)
    for reader in READERS
}

_NAMES = {
    reader: select(post_topics.c.post_id, topics.c.kind, _NAME[reader])
    .join(topics, post_topics.c.topic_id == topics.c.id)
    .where(post_topics.c.post_id.in_(_WANTED))
    .order_by(post_topics.c.post_id, topics.c.kind.desc(), post_topics.c.position, topics.c.key)
    for reader in READERS
}


async def found(conn: AsyncConnection, reader: str, post_ids: Collection[int]) -> dict[int, FoundRow]:
    """Those of the posts that are on the shelf now, by id."""
    rows = await conn.execute(_FOUND[reader], {"wanted": list(post_ids)})
    # Asked for the state too, SQLite would sooner read the index of all published posts than sixty rows by number.
    return {row[0]: FoundRow._make(row[:-1]) for row in rows if row[-1] == State.PUBLISHED}


async def topic_counts(conn: AsyncConnection, reader: str, post_ids: Collection[int]) -> list[TopicCount]:
    """The categories and tags of these posts, the fullest first."""
    return [TopicCount._make(row) for row in await conn.execute(_COUNTS[reader], {"wanted": list(post_ids)})]


async def topic_names(conn: AsyncConnection, reader: str, post_ids: Collection[int]) -> list[tuple[int, str, str]]:
    """Of each of these posts the kinds and names of its topics, in their order there."""
    return [tuple(row) for row in await conn.execute(_NAMES[reader], {"wanted": list(post_ids)})]


async def all_names(conn: AsyncConnection, kind: str) -> list[str]:
    """The names of all categories or tags, in every language that they have one in."""
    names = (topics.c.name, topics.c.name_zh, topics.c.name_en)
    rows = await conn.execute(select(*names).where(topics.c.kind == kind).order_by(topics.c.key))
    return list(dict.fromkeys(name for row in rows for name in row if name))


async def published(conn: AsyncConnection) -> list[int]:
    """Ids of all posts on the shelf, upwards."""
    statement = select(posts.c.id).where(posts.c.state == State.PUBLISHED).order_by(posts.c.id)
    return list((await conn.execute(statement)).scalars())


async def translated_names(conn: AsyncConnection) -> list[tuple[str, str]]:
    """Keys of categories with the names that their pages give them, in each language."""
    names = (topics.c.name_zh, topics.c.name_en)
    wanted = topics.c.kind == "category", or_(*(name.is_not(None) for name in names))
    rows = await conn.execute(select(topics.c.key, *names).where(*wanted))
    return [(key, name) for key, *called in rows for name in called if name]

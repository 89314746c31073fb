"""Reading the shelf: pages of cards, and topics. Every function takes the caller's connection.

A reader's language is zh or en. Lists go by weight, then by date: pinned posts first, then the newest.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.standing import READERS
from bot.storage.shelf.topics import Kind
from bot.storage.tables import counters, post_topics, posts, topics

SHOWN = {reader: posts.c[f"shown_{reader}"] for reader in READERS}
_TOPIC_SHOWN = {reader: post_topics.c[f"shown_{reader}"] for reader in READERS}
_COUNT = {reader: topics.c[f"count_{reader}"] for reader in READERS}
_DESCRIPTION = {reader: topics.c[f"description_{reader}"] for reader in READERS}
NAME = {reader: func.coalesce(topics.c[f"name_{reader}"], topics.c.name) for reader in READERS}


class CardRow(NamedTuple):
    """What a card shows; `total` is how many posts the whole list has."""

    key: str
    title: str
    excerpt: str
    date: datetime
    reading_minutes: int
    language: str
    weight: int
    category: str | None
    category_key: str | None
    total: int


class TopicRow(NamedTuple):
    id: int
    key: str
    path: str
    name: str
    description: str | None
    weight: int
    posts: int


def _cards(reader: str, total: Any) -> Select[Any]:
    return select(
        posts.c.key, posts.c.title, posts.c.excerpt, posts.c.date, posts.c.reading_minutes, posts.c.language,
        posts.c.weight, NAME[reader], topics.c.key, total,
    )  # fmt: skip


def _latest(reader: str) -> Select[Any]:
    total = select(counters.c.value).where(counters.c.name == f"shown_{reader}").scalar_subquery()
    return (
        _cards(reader, total)
        .select_from(posts.outerjoin(topics, topics.c.id == posts.c.category_id))
        .where(SHOWN[reader])
        .order_by(posts.c.weight.desc(), posts.c.date.desc(), posts.c.id.desc())
        .limit(bindparam("size"))
        .offset(bindparam("skip"))
    )


def _of_topic(reader: str) -> Select[Any]:
    listed = topics.alias("listed")
    total = select(listed.c[f"count_{reader}"]).where(listed.c.id == bindparam("topic")).scalar_subquery()
    return (
        _cards(reader, total)
        .select_from(
            post_topics.join(posts, posts.c.id == post_topics.c.post_id).outerjoin(
                topics, topics.c.id == posts.c.category_id
            )
        )
        .where(post_topics.c.topic_id == bindparam("topic"), _TOPIC_SHOWN[reader])
        .order_by(post_topics.c.weight.desc(), post_topics.c.date.desc(), post_topics.c.post_id.desc())
        .limit(bindparam("size"))
        .offset(bindparam("skip"))
    )


def _after(reader: str) -> Select[Any]:
    """The card that follows another in a topic's list."""
    place = tuple_(post_topics.c.weight, post_topics.c.date, post_topics.c.post_id)
    here = post_topics.alias("here")
    origin = select(here.c.weight, here.c.date, here.c.post_id).where(
        here.c.topic_id == bindparam("topic"), here.c.post_id == bindparam("post")
    )
    return _of_topic(reader).where(place < origin.scalar_subquery())


_LATEST = {reader: _latest(reader) for reader in READERS}
_OF_TOPIC = {reader: _of_topic(reader) for reader in READERS}
_NEXT = {reader: _after(reader) for reader in READERS}
_TOPIC_COLUMNS = {
    reader: select(
        topics.c.id, topics.c.key, topics.c.path, NAME[reader], _DESCRIPTION[reader], topics.c.weight, _COUNT[reader]
    )
    for reader in READERS
}
_TOPIC = {
    reader: query.where(topics.c.kind == bindparam("kind"), topics.c.key == bindparam("key"))
    for reader, query in _TOPIC_COLUMNS.items()
}
_TOPICS = {
    reader: query.where(topics.c.kind == bindparam("kind"), _COUNT[reader] > 0)
    for reader, query in _TOPIC_COLUMNS.items()
}
_TOPICS_OF_POST = {
    reader: query.join(post_topics, post_topics.c.topic_id == topics.c.id)
    .where(post_topics.c.post_id == bindparam("post"), post_topics.c.direct, topics.c.kind == bindparam("kind"))
    .order_by(post_topics.c.position)
    for reader, query in _TOPIC_COLUMNS.items()
}
_TOTAL = select(counters.c.value).where(counters.c.name == bindparam("counter"))
# Two steps to the end of an index, and not a walk along it: pinned posts have places of their own there.
_NEWEST = {
    reader: select(
        *(
            select(func.max(posts.c.date)).where(SHOWN[reader], pinned).scalar_subquery()
            for pinned in (posts.c.weight == 0, posts.c.weight > 0)
        )
    )
    for reader in READERS
}
_NTH = {
    reader: select(posts.c.key).where(
        # The inner query walks the index alone.
        posts.c.id
        == select(posts.c.id)
        .where(SHOWN[reader])
        .order_by(posts.c.weight.desc(), posts.c.date.desc(), posts.c.id.desc())
        .limit(1)
        .offset(bindparam("skip"))
        .correlate(None)
        .scalar_subquery()
    )
    for reader in READERS
}


async def latest(connection: AsyncConnection, reader: str, *, size: int, skip: int) -> list[CardRow]:
    """Cards of the whole shelf."""
    return [CardRow(*row) for row in await connection.execute(_LATEST[reader], {"size": size, "skip": skip})]


async def of_topic(connection: AsyncConnection, reader: str, topic_id: int, *, size: int, skip: int) -> list[CardRow]:
    """Cards of a category (with those below it) or tag."""
    asked = {"topic": topic_id, "size": size, "skip": skip}
    return [CardRow(*row) for row in await connection.execute(_OF_TOPIC[reader], asked)]


async def following(connection: AsyncConnection, reader: str, topic_id: int, post_id: int) -> CardRow | None:
    """The card below this post in the topic's list."""
    asked = {"topic": topic_id, "post": post_id, "size": 1, "skip": 0}
    row = (await connection.execute(_NEXT[reader], asked)).first()
    return CardRow(*row) if row else None


async def topic(connection: AsyncConnection, reader: str, kind: Kind, key: str) -> TopicRow | None:
    """A category or tag by its key, even when it has no posts now."""
    row = (await connection.execute(_TOPIC[reader], {"kind": kind, "key": key})).first()
    return TopicRow(*row) if row else None


async def all_topics(connection: AsyncConnection, reader: str, kind: Kind) -> list[TopicRow]:
    """Every category or tag that has posts, in no order."""
    return [TopicRow(*row) for row in await connection.execute(_TOPICS[reader], {"kind": kind})]


async def topics_of(connection: AsyncConnection, reader: str, post_id: int, kind: Kind) -> list[TopicRow]:
    """What a post itself names, in its order."""
    return [
        TopicRow(*row) for row in await connection.execute(_TOPICS_OF_POST[reader], {"post": post_id, "kind": kind})
    ]


async def total(connection: AsyncConnection, reader: str) -> int:
    """How many posts the reader's shelf holds."""
    return (await connection.execute(_TOTAL, {"counter": f"shown_{reader}"})).scalar_one_or_none() or 0


async def newest(connection: AsyncConnection, reader: str) -> datetime | None:
    """The date of the newest post on the reader's shelf."""
    moments = (await connection.execute(_NEWEST[reader])).one()
    return max((moment for moment in moments if moment is not None), default=None)


async def nth(connection: AsyncConnection, reader: str, number: int) -> str | None:
    """The key of the post at this place (from 0) of the reader's shelf."""
    return (await connection.execute(_NTH[reader], {"skip": number})).scalar_one_or_none()

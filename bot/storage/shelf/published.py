"""A published post whole: to which rows a key leads, and what is in one. Functions take the caller's connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import State
from bot.domain.standing import READERS
from bot.storage.shelf.listing import NAME
from bot.storage.tables import posts, redirects, topics


class PostRow(NamedTuple):
    """A post whole, by its row's id."""

    id: int
    key: str
    slug: str
    language: str
    path: str
    content_hash: str
    title: str
    excerpt: str
    date: datetime
    updated: datetime | None
    reading_minutes: int
    weight: int
    has_formulas: bool
    has_tables: bool
    cover: str | None
    category_id: int | None
    category: str | None
    category_key: str | None
    body: str


_EDITIONS = select(posts.c.id, posts.c.language, posts.c.state).where(posts.c.key == bindparam("key"))
_REDIRECT = (
    select(posts.c.key)
    .join(redirects, redirects.c.post_id == posts.c.id)
    .where(redirects.c.key == bindparam("key"), posts.c.state == State.PUBLISHED)
    .order_by(redirects.c.lasting, posts.c.id)
    .limit(1)
)
_POST: dict[str, Select[Any]] = {
    reader: select(
        posts.c.id, posts.c.key, posts.c.slug, posts.c.language, posts.c.path, posts.c.content_hash, posts.c.title,
        posts.c.excerpt, posts.c.date, posts.c.updated, posts.c.reading_minutes, posts.c.weight, posts.c.has_formulas,
        posts.c.has_tables, posts.c.cover, posts.c.category_id, NAME[reader], topics.c.key, posts.c.body,
    )
    .select_from(posts.outerjoin(topics, topics.c.id == posts.c.category_id))
    .where(posts.c.id == bindparam("post"))
    for reader in READERS
}  # fmt: skip


async def editions(connection: AsyncConnection, key: str) -> Sequence[tuple[int, str]]:
    """Row ids and languages of a published post; a key that leads elsewhere is followed."""
    found = await _published(connection, key)
    if not found:
        target = (await connection.execute(_REDIRECT, {"key": key})).scalar_one_or_none()
        if target is not None:
            found = await _published(connection, target)
    return found


async def _published(connection: AsyncConnection, key: str) -> list[tuple[int, str]]:
    # Asked for in SQL, the state would tempt SQLite to walk every published post.
    rows = (await connection.execute(_EDITIONS, {"key": key})).all()
    return [(post_id, language) for post_id, language, state in rows if state == State.PUBLISHED]


async def post(connection: AsyncConnection, reader: str, post_id: int) -> PostRow | None:
    """A post whole, its category named in the reader's language."""
    row = (await connection.execute(_POST[reader], {"post": post_id})).first()
    return PostRow(*row) if row else None

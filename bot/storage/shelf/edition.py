"""An Edition: everything that goes on the shelf for one post in one language, and is read back from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import State, post_key
from bot.storage.shelf.topics import Place, places_of
from bot.storage.tables import posts


@dataclass(frozen=True, slots=True)
class Edition:
    """A post in one language, ready for the shelf.

    `slug_written` tells a slug of the author's from one made of the path. `publish_at` is when readers first may
    see it. `post_id` is the row that it replaces, `previous_key` that row's key. `aliases` are other slugs that lead
    to it.
    """

    slug: str
    language: str
    path: str
    content_hash: str
    state: State
    title: str
    excerpt: str
    body: str
    date: datetime
    publish_at: datetime
    places: tuple[Place, ...]
    reading_minutes: int
    slug_written: bool = False
    updated: datetime | None = None
    expires: datetime | None = None
    weight: int = 0
    aliases: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    cover: str | None = None
    has_formulas: bool = False
    has_tables: bool = False
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)
    post_id: int | None = None
    previous_key: str | None = None

    @property
    def key(self) -> str:
        return post_key(self.slug)


_STORED = [one.name for one in fields(Edition) if one.name in posts.c]
_EDITION = select(*(posts.c[name] for name in _STORED)).where(posts.c.id == bindparam("post"))


async def read_edition(connection: AsyncConnection, post_id: int) -> Edition:
    """A row of posts as the Edition that it was made from, without its aliases; the row must be there."""
    row = (await connection.execute(_EDITION, {"post": post_id})).mappings().one()
    stored = dict(row) | {"state": State(row["state"]), "other_names": tuple(row["other_names"])}
    return Edition(**stored, places=await places_of(connection, post_id), post_id=post_id)

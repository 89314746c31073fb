"""The words of the index: in how many posts each stands, and which begin or end alike. Nothing here commits."""

import json
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.index.search_tables import search_term

# The character after z: the words with a beginning are a range of the index.
_AFTER_Z = "{"
_SQLITE_ADD = """INSERT INTO search_term (term, reversed, posts)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), 1 FROM json_each(:pairs) WHERE TRUE
    ON CONFLICT (term) DO UPDATE SET posts = posts + 1"""
# In the order of the words, so that two writers never wait for each other.
_POSTGRESQL_ADD = """INSERT INTO search_term (term, reversed, posts)
    SELECT value->>0, value->>1, 1 FROM json_array_elements(CAST(:pairs AS json)) ORDER BY 1
    ON CONFLICT (term) DO UPDATE SET posts = search_term.posts + 1"""


class Word(NamedTuple):
    """A word of the index and the number of posts that hold it."""

    text: str
    posts: int


async def change(conn: AsyncConnection, *, added: Collection[str], gone: Collection[str]) -> None:
    """A post now holds the words `added`, and no more the words `gone`."""
    if added:
        pairs = json.dumps([[word, word[::-1]] for word in sorted(added)])
        statement = _SQLITE_ADD if conn.dialect.name == "sqlite" else _POSTGRESQL_ADD
        await conn.execute(text(statement), {"pairs": pairs})
    if gone:
        words = sorted(gone)
        term = search_term.c
        await conn.execute(update(search_term).where(term.term.in_(words)).values(posts=term.posts - 1))
        await conn.execute(delete(search_term).where(term.term.in_(words), term.posts <= 0))


async def find(conn: AsyncConnection, words: Collection[str]) -> list[Word]:
    """Those of `words` that some post holds."""
    term = search_term.c
    return [Word(*row) for row in await conn.execute(select(term.term, term.posts).where(term.term.in_(words)))]


async def beginning(conn: AsyncConnection, starts: Collection[str], *, longest: int, limit: int) -> list[Word]:
    """Words of so many letters at most that begin with any of `starts`, those in the most posts first."""
    term = search_term.c
    begins = (and_(term.term >= start, term.term < start + _AFTER_Z) for start in starts)
    statement = (
        select(term.term, term.posts)
        .where(or_(*begins), func.length(term.term) <= longest)
        .order_by(term.posts.desc(), term.term)
        .limit(limit)
    )
    return [Word(*row) for row in await conn.execute(statement)]


async def alike(conn: AsyncConnection, start: str, end: str, *, shortest: int, longest: int, limit: int) -> list[Word]:
    """Words of so many letters that begin with `start` or end with `end`, those in the most posts first."""
    term, backwards = search_term.c, end[::-1]
    begins = and_(term.term >= start, term.term < start + _AFTER_Z)
    ends = and_(term.reversed >= backwards, term.reversed < backwards + _AFTER_Z)
    statement = (
        select(term.term, term.posts)
        .where(or_(begins, ends), func.length(term.term).between(shortest, longest))
        .order_by(term.posts.desc(), term.term)
        .limit(limit)
    )
    return [Word(*row) for row in await conn.execute(statement)]

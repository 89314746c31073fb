"""The search index. Every function takes the caller's connection and never commits.

The database answers one question, the same on SQLite and on PostgreSQL: which are the newest posts that hold these
tokens. What the tokens mean, and in which order posts are shown, is decided elsewhere.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import HeliographError
from bot.domain.lookup import Lookup
from bot.storage.index.search_statements import lists
from bot.storage.index.search_tables import search_doc, search_text

# The fence again: PostgreSQL would sooner look for the phrase in every post there is.
_PHRASE = """SELECT id FROM (
    SELECT search_doc.* FROM ({newest}) AS newest JOIN search_doc ON search_doc.id = newest.id {fence}
    ) AS checked WHERE {holds} ORDER BY id DESC LIMIT :kept"""


class SearchTooSlowError(HeliographError):
    """The search was stopped at its time limit; nothing more can be read in this transaction."""


class Tokens(NamedTuple):
    """One post in the index; the strings are padded and parted by single spaces."""

    id: int
    post_id: int
    title: str
    labels: str
    body: str


@asynccontextmanager
async def time_limit(conn: AsyncConnection, limit: timedelta) -> AsyncIterator[None]:
    """Stop the statements within after `limit`; raises SearchTooSlowError, after which the transaction is lost."""
    if conn.dialect.name == "postgresql":
        # The planner believes that reading every post is cheap, for it does not know how long their texts are; and
        # compiling a plan would take longer than running it.
        milliseconds = str(round(limit.total_seconds() * 1000))
        settings = {"statement_timeout": milliseconds, "enable_seqscan": "off", "jit": "off"}
        values = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
        await conn.exec_driver_sql(f"SELECT {values}")
        timer = None
    else:
        driver = (await conn.get_raw_connection()).driver_connection
        assert driver is not None
        timer = asyncio.get_running_loop().call_later(
            limit.total_seconds(), lambda: asyncio.ensure_future(driver.interrupt())
        )
    try:
        yield
    except DBAPIError as error:
        if type(error.orig).__name__ == "QueryCanceled" or "interrupted" in str(error.orig):
            raise SearchTooSlowError("This search takes too long: use fewer or rarer words.") from error
        raise
    finally:
        if timer:
            timer.cancel()


async def newest(
    conn: AsyncConnection, lookups: Sequence[Lookup], *, after: date | None = None, before: date | None = None
) -> list[list[int]]:
    """For each lookup the documents that satisfy it, newest first; `after` is inclusive, `before` exclusive."""
    if not lookups:
        return []
    statement, parameters = lists(conn.dialect.name, lookups, after, before)
    found: list[list[int]] = [[] for _ in lookups]
    for number, document in await conn.execute(text(statement), parameters):
        found[number].append(document)
    # Within a list both databases give the newest first; only PostgreSQL does not promise to keep it through a union.
    return [sorted(documents, reverse=True) for documents in found]


async def with_phrase(
    conn: AsyncConnection,
    lookup: Lookup,
    phrases: Sequence[str],
    limit: int,
    *,
    after: date | None = None,
    before: date | None = None,
) -> list[int]:
    """Of the newest documents of `lookup`, at most `limit` of those in which a token string holds one of `phrases`."""
    statement, parameters = lists(conn.dialect.name, [lookup], after, before)
    position = "instr" if conn.dialect.name == "sqlite" else "strpos"
    fence = "" if conn.dialect.name == "sqlite" else "OFFSET 0"
    # Short fields first: the long one is read only when they do not hold the phrase.
    holds = " OR ".join(
        f"{position}({field}, :p{number}) > 0"
        for field in ("title_tok", "labels_tok", "body_tok")
        for number in range(len(phrases))
    )
    parameters |= {f"p{number}": phrase for number, phrase in enumerate(phrases)} | {"kept": limit}
    rows = await conn.execute(text(_PHRASE.format(newest=statement, holds=holds, fence=fence)), parameters)
    return list(rows.scalars())


async def tokens(conn: AsyncConnection, documents: Collection[int]) -> list[Tokens]:
    """The token strings of these documents, newest first."""
    columns = search_doc.c
    statement = (
        select(columns.id, columns.post_id, columns.title_tok, columns.labels_tok, columns.body_tok)
        .where(columns.id.in_(documents))
        .order_by(columns.id.desc())
    )
    return [Tokens(*row) for row in await conn.execute(statement)]


async def tokens_of(conn: AsyncConnection, post_id: int) -> Tokens | None:
    """The token strings of one post, None when it is not in the index."""
    columns = search_doc.c
    statement = select(columns.id, columns.post_id, columns.title_tok, columns.labels_tok, columns.body_tok)
    row = (await conn.execute(statement.where(columns.post_id == post_id))).one_or_none()
    return Tokens(*row) if row else None


async def fields(conn: AsyncConnection, documents: Collection[int]) -> list[str]:
    """The token strings of titles and labels of these documents, as one each."""
    columns = search_doc.c
    statement = select(columns.title_tok, columns.labels_tok).where(columns.id.in_(documents))
    return [f"{title}|{labels}" for title, labels in await conn.execute(statement)]


async def size(conn: AsyncConnection, at_most: int) -> int:
    """How many posts are in the index; no more than `at_most` are counted."""
    some = select(search_doc.c.id).limit(at_most).subquery()
    return (await conn.execute(select(func.count()).select_from(some))).scalar_one()


async def names(conn: AsyncConnection, documents: Collection[int]) -> dict[int, tuple[str, str]]:
    """The token strings of titles and of labels of these documents."""
    columns = search_doc.c
    statement = select(columns.id, columns.title_tok, columns.labels_tok).where(columns.id.in_(documents))
    return {row.id: (row.title_tok, row.labels_tok) for row in await conn.execute(statement)}


async def texts(conn: AsyncConnection, post_ids: Collection[int]) -> dict[int, str]:
    """The beginnings of the plain texts of these posts."""
    statement = select(search_text.c.post_id, search_text.c.text).where(search_text.c.post_id.in_(post_ids))
    return {row.post_id: row.text for row in await conn.execute(statement)}


async def put(conn: AsyncConnection, document: Tokens, beginning: str, *, known: bool) -> None:
    """Put a post into the index, in the place of the one `known` to be there."""
    values = {
        "id": document.id,
        "title_tok": document.title,
        "labels_tok": document.labels,
        "body_tok": document.body,
    }
    if known:
        await conn.execute(update(search_doc).where(search_doc.c.post_id == document.post_id).values(values))
        beginnings = update(search_text).where(search_text.c.post_id == document.post_id)
        await conn.execute(beginnings.values(text=beginning))
    else:
        await conn.execute(insert(search_doc).values(values | {"post_id": document.post_id}))
        await conn.execute(insert(search_text).values(post_id=document.post_id, text=beginning))


async def drop(conn: AsyncConnection, post_id: int) -> None:
    """Take a post out of the index."""
    await conn.execute(delete(search_doc).where(search_doc.c.post_id == post_id))
    await conn.execute(delete(search_text).where(search_text.c.post_id == post_id))


async def indexed(conn: AsyncConnection) -> set[int]:
    """The posts that are in the index."""
    return set((await conn.execute(select(search_doc.c.post_id))).scalars())


async def merge(conn: AsyncConnection, pages: int) -> bool:
    """Bring SQLite's index, which grows in parts, nearer to one part; gives whether there is more to do.

    Every search looks into each part. At most about `pages` pages are written, negative for the first step of many.
    """
    if conn.dialect.name != "sqlite":
        return False
    before = (await conn.exec_driver_sql("SELECT total_changes()")).scalar_one()
    await conn.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('merge', ?)", (pages,))
    after = (await conn.exec_driver_sql("SELECT total_changes()")).scalar_one()
    # sqlite.org/fts5.html#the_merge_command: fewer than two changes mean that there was nothing left to merge.
    return bool(after - before >= 2)

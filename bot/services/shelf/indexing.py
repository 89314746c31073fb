"""Keeps the search index true to the shelf: written in the post's own transaction, rebuilt when its rules change."""

from datetime import datetime

from bot.search.document import IndexRow, SearchFields, index_row, words_of
from bot.search.fold import storable
from bot.storage.engine import Connection, Database
from bot.storage.index import search, search_statements, search_words

# Snippets are looked for in the beginning of a post only: reading more would cost more than a reader gains.
SNIPPET_CHARACTERS = 30_000
MERGED_PAGES = 200


async def index_post(
    conn: Connection, *, post_id: int, date: datetime, fields: SearchFields, row: IndexRow | None = None
) -> None:
    """Put a post that readers may see into the index, or bring its entry up to date; never commits.

    `row` is `index_row(fields)`, where it was made before the transaction began.
    """
    row = row or index_row(fields)
    old = await search.tokens_of(conn, post_id)
    new = search.Tokens(search_statements.document_id(date.date(), post_id), post_id, row.title, row.labels, row.body)
    words = words_of(new.title, new.labels, new.body)
    before = words_of(old.title, old.labels, old.body) if old else frozenset()
    await search.put(conn, new, storable(fields.quotable[:SNIPPET_CHARACTERS]), known=old is not None)
    await search_words.change(conn, added=words - before, gone=before - words)


async def drop_post(conn: Connection, post_id: int) -> None:
    """Take a post out of the index; nothing happens when it is not there. Never commits."""
    old = await search.tokens_of(conn, post_id)
    if old:
        await search.drop(conn, post_id)
        await search_words.change(conn, added=(), gone=words_of(old.title, old.labels, old.body))


async def tidy(db: Database) -> None:
    """After many posts were indexed: merge the parts in which SQLite keeps what was written.

    Searches of an index in fifteen parts take four times as long. Each step holds the write lock for some hundredths
    of a second.
    """
    pages, goes_on = -MERGED_PAGES, True
    while goes_on:
        async with db.write() as conn:
            goes_on = await search.merge(conn, pages)
        pages = MERGED_PAGES

"""Makes the search index anew: when its rules change, and when an operator asks. Searches go on meanwhile."""

from collections.abc import Callable
from typing import TypeAlias

from bot.domain.errors import OperatorError
from bot.domain.post import State
from bot.markup.parse import parse
from bot.search.document import INDEX_VERSION
from bot.services.shelf import indexing
from bot.services.shelf.publishing import search_fields
from bot.storage import facts
from bot.storage.engine import Connection, Database
from bot.storage.exclusive import SHELF, exclusive, in_turn
from bot.storage.index import search, search_cards
from bot.storage.shelf.edition import read_edition

# So many posts hold the write lock for some tenths of a second.
BATCH = 20
VERSION = "search index"
"""The name under which the database keeps the version of the rules that its index was made by."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many posts of how many are done."""


class OtherIndexError(OperatorError):
    """The search index goes by other rules than this program's."""


async def require_own_index(db: Database) -> None:
    """For who only reads. Raises OtherIndexError; an index that nobody made yet is empty, and answers truly."""
    async with db.read() as conn:
        made_by = await facts.get(conn, VERSION)
    if made_by not in (None, INDEX_VERSION):
        raise OtherIndexError(
            f"The search index of {db.address} was made by another version of Heliograph, which may be serving it: "
            "search with that one, or make the index anew with `heliograph reindex`."
        )


async def reindex_if_outdated(db: Database, on_progress: Progress | None = None) -> bool:
    """Reindex when the index was made by other rules than today's; gives whether it was. For every start."""
    if await _is_current(db):
        return False
    async with exclusive(db, "reindex"):
        # Another replica, for which this one has waited, may have made it.
        if await _is_current(db):
            return False
        await _make_anew(db, on_progress)
    return True


async def reindex(db: Database, on_progress: Progress | None = None) -> int:
    """Index every post on the shelf anew and nothing else; gives their number.

    Cut off, it leaves an index that answers, and begins again at the next start.
    """
    async with exclusive(db, "reindex"):
        return await _make_anew(db, on_progress)


async def _is_current(db: Database) -> bool:
    async with db.read() as conn:
        return bool(await facts.get(conn, VERSION) == INDEX_VERSION)


async def _make_anew(db: Database, on_progress: Progress | None) -> int:
    async with db.read() as conn:
        wanted = await search_cards.published(conn)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        async with db.write() as conn:
            # What is read here must still stand so when it is written: a sync may be changing these posts.
            await in_turn(conn, SHELF)
            for post_id in batch:
                await _index(conn, post_id)
        if on_progress:
            on_progress(start + len(batch), len(wanted))
    async with db.write() as conn:
        await in_turn(conn, SHELF)
        stale = await search.indexed(conn) - set(await search_cards.published(conn))
        for post_id in sorted(stale):
            await indexing.drop_post(conn, post_id)
        await facts.put(conn, VERSION, INDEX_VERSION)
    await indexing.tidy(db)
    return len(wanted)


async def _index(conn: Connection, post_id: int) -> None:
    edition = await read_edition(conn, post_id)
    if edition.state is State.PUBLISHED:
        fields = search_fields(edition, parse(edition.body))
        await indexing.index_post(conn, post_id=post_id, date=edition.date, fields=fields)

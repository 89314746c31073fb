"""What databases plan their queries by, renewed as a shelf fills.

PostgreSQL looks by itself, but once a minute at most, and a statement prepared on empty tables reads them whole until
then: loading a hundred thousand posts would take the square of its time. SQLite never looks, and takes an index of two
values for as good as one of a hundred thousand: finding a post by its key took 0.2 s.
"""

from sqlalchemy import text

from bot.storage.engine import Database
from bot.storage.index.search_tables import search_doc, search_term, search_text
from bot.storage.tables import files, post_topics, posts, topics

_NAMES = [table.name for table in (posts, post_topics, topics, files, search_doc, search_text, search_term)]
_ANALYZE = text("ANALYZE " + ", ".join(_NAMES))
# So many rows of each index say enough, and are read in some hundredths of a second (sqlite.org/lang_analyze.html).
_SQLITE = [text("PRAGMA analysis_limit = 400"), *(text(f"ANALYZE {name}") for name in _NAMES)]


async def renew(database: Database) -> None:
    """Look at the tables of the shelf anew; some hundredths of a second."""
    if database.dialect == "postgresql":
        async with database.session() as connection:
            await connection.execute(_ANALYZE)
        return
    for statement in _SQLITE:
        # Each alone, so that nobody waits long to write; the one connection that writes keeps the limit.
        async with database.write() as connection:
            await connection.execute(statement)

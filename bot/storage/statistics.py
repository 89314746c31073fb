"""What PostgreSQL plans its queries by, renewed while a shelf fills faster than its autovacuum looks.

Statements are prepared, and one that was prepared on empty tables reads them whole until they are analysed: loading a
hundred thousand posts would take the square of its time.
"""

from sqlalchemy import text

from bot.storage.engine import Database
from bot.storage.search_tables import search_doc, search_term, search_text
from bot.storage.tables import files, post_topics, posts, topics

_ANALYZE = text(
    "ANALYZE "
    + ", ".join(table.name for table in (posts, post_topics, topics, files, search_doc, search_text, search_term))
)


async def renew(database: Database) -> None:
    """Look at the tables of the shelf anew; some hundredths of a second. SQLite needs none of it."""
    if database.dialect == "postgresql":
        async with database.session() as connection:
            await connection.execute(_ANALYZE)

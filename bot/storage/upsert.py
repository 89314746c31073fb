"""INSERT … ON CONFLICT, spelled alike on both databases but found in two places of SQLAlchemy."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_or(connection: AsyncConnection, table: Table) -> sqlite.Insert:
    """An INSERT that knows `on_conflict_do_update` and `on_conflict_do_nothing`.

    Typed as SQLite's: PostgreSQL's has the same methods.
    """
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)  # type: ignore[return-value]

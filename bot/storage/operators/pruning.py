"""Rows that are kept for a time only, taken out a few at once. Functions take the caller's connection, never commit."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Table, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.authors.upload_tables import changes
from bot.storage.border.border_tables import albums, asked
from bot.storage.columns import Instant
from bot.storage.delivery.broadcast_tables import broadcasts
from bot.storage.index.search_tables import chat_searches, search_days
from bot.storage.tables import handled_updates

AGED: Final[dict[Table, Column[Any]]] = {
    handled_updates: handled_updates.c.handled_at,
    albums: albums.c.sent_at,
    asked: asked.c.asked_at,
    chat_searches: chat_searches.c.last_at,
    search_days: search_days.c.day,
    changes: changes.c.at,
    broadcasts: broadcasts.c.made_at,
}
"""Each table with the column that says how old a row is."""


async def old(connection: AsyncConnection, table: Table, *, before: datetime, limit: int) -> list[tuple[Any, ...]]:
    """The keys of up to `limit` rows of one of AGED that are older than `before`; a look that locks nothing."""
    age = AGED[table]
    moment: datetime | date = before if isinstance(age.type, Instant) else before.date()
    found = await connection.execute(select(*table.primary_key).where(age < moment).limit(limit))
    return [tuple(row) for row in found]


async def drop(connection: AsyncConnection, table: Table, keys: Sequence[tuple[Any, ...]]) -> None:
    """Take out the rows with these keys."""
    columns = list(table.primary_key)
    if len(columns) == 1:
        await connection.execute(delete(table).where(columns[0].in_([key[0] for key in keys])))
    else:
        await connection.execute(delete(table).where(tuple_(*columns).in_(keys)))

"""Forgets what nobody needs any more, in batches so small that no reader waits for them."""

from datetime import datetime, timedelta
from typing import Final

from bot.storage.engine import Database
from bot.storage.operators import pruning

BATCH: Final = 500
"""Rows of one transaction."""


async def prune(db: Database, *, now: datetime, keep: timedelta, batch: int = BATCH) -> int:
    """Drop what is older than `keep`: handled updates, albums, queries, searches and changes; gives how many rows."""
    dropped = 0
    for table in pruning.AGED:
        while True:
            async with db.read() as connection:
                keys = await pruning.old(connection, table, before=now - keep, limit=batch)
            if not keys:
                break
            async with db.write() as connection:
                await pruning.drop(connection, table, keys)
            dropped += len(keys)
            if len(keys) < batch:
                break
    return dropped

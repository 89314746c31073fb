"""One at a time: work that no two processes of one database may do at once, such as loading the content folder."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Database

SHELF = "shelf"
"""The turn of transactions that move posts on or off lists: counters are raised by what changed in between."""

_POLL_SECONDS = 0.05


@asynccontextmanager
async def exclusive(database: Database, name: str) -> AsyncIterator[None]:
    """Wait until nobody else is in a block of this name, and keep others out until its end, or the process's."""
    if database.dialect == "sqlite":
        file = database.address.file
        with file.with_name(f"{file.name}.{name}.lock").open("w") as lock:
            while not _taken(lock.fileno()):  # noqa: ASYNC110 - another process sets no event here
                await asyncio.sleep(_POLL_SECONDS)
            yield
        return
    async with database.session() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:number)"), _numbered(name))
        try:
            yield
        finally:
            try:
                await connection.execute(text("SELECT pg_advisory_unlock(:number)"), _numbered(name))
            except BaseException:
                # Back in the pool, it would keep the lock for as long as the process lives.
                await connection.invalidate()
                raise


async def in_turn(connection: AsyncConnection, name: str) -> None:
    """Wait until no other transaction is in its turn of this name; ours lasts until its end.

    To be said before the transaction locks or reads anything else. On SQLite there is one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), _numbered(name))


def _numbered(name: str) -> dict[str, int]:
    return {"number": crc32(f"heliograph {name}".encode())}


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

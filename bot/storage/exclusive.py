"""One at a time: work that no two processes of one database may do at once, such as loading the content folder."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zlib import crc32

from sqlalchemy import text

from bot.storage.engine import Database

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
        number = {"number": crc32(f"heliograph {name}".encode())}
        await connection.execute(text("SELECT pg_advisory_lock(:number)"), number)
        try:
            yield
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:number)"), number)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

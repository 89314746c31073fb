"""A backup takes the database's place, and nobody is sent again what fell due before."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.services import folder_state
from bot.storage import backup, silence
from bot.storage.address import DatabaseAddress, parse_address
from bot.storage.engine import open_database


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` is where the database that was replaced stands now; `dropped` counts digests that will not be sent."""

    kept: Path | None
    dropped: int


async def back_up(url: str, target: Path) -> None:
    """Write a checked copy of the database to `target`. Raises StorageError."""
    await asyncio.to_thread(backup.back_up, parse_address(url), target)


async def restore(url: str, source: Path, *, now: datetime, catch_up: bool = False) -> Restored:
    """Put the backup in the database's place. Raises StorageError, and then nothing has changed.

    `catch_up` sends what fell due since the backup was made; without it, posts that the next sync finds are new on
    the shelf but are pushed to nobody.
    """
    address = parse_address(url)
    with backup.in_use(address, alone=True):
        staged = await asyncio.to_thread(backup.stage, address, source)
        try:
            dropped = await _prepare(staged, now=now, catch_up=catch_up)
            kept = await asyncio.to_thread(backup.swap, address, staged, now=now)
        except BaseException:
            backup.discard(staged.file)
            raise
    return Restored(kept, dropped)


async def _prepare(staged: DatabaseAddress, *, now: datetime, catch_up: bool) -> int:
    """Bring the copy's tables up to date, and quieten it."""
    db = await open_database(f"sqlite:///{staged.file}")
    try:
        if catch_up:
            return 0
        async with db.write() as connection:
            await folder_state.forget_first_load(connection)
            return await silence.drop_due(connection, now=now)
    finally:
        await db.close()

"""What the program stands on, with or without Telegram: the clock, the data folder, the database, the shelf."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.services.ports import Clock
from bot.services.shelf import indexing
from bot.services.shelf.recognising import Replica
from bot.services.shelf.reindexing import reindex_if_outdated
from bot.services.shelf.shelving import Shelving
from bot.services.shelf.sync_report import SyncReport
from bot.settings import Settings, SettingsError
from bot.storage.address import parse_address
from bot.storage.engine import Database, open_database
from bot.storage.occupancy import in_use


def system_clock() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def make_data_folder(folder: Path) -> None:
    """For the bot's user alone. Raises SettingsError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"HELIOGRAPH_DATA: the folder {folder} cannot be made: {error.strerror or error}."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"HELIOGRAPH_DATA: the folder {folder} cannot be written; give the bot's user the right.")


def require_content_folder(folder: Path) -> None:
    """To be asked before anything is made or changed. Raises SettingsError."""
    if not folder.is_dir():
        raise SettingsError(
            f"HELIOGRAPH_CONTENT: there is no folder {folder}; make it, or name the folder of your posts."
        )


@asynccontextmanager
async def open_database_of(settings: Settings, *, only_reads: bool = False) -> AsyncIterator[Database]:
    """The database of these settings, its tables and its search index up to date.

    Who `only_reads` leaves both as they are, for another program may be serving them: raises StorageError when the
    tables are older. A database that is not there yet is made all the same.
    """
    make_data_folder(settings.data)
    with in_use(parse_address(settings.sqlalchemy_url)):
        db = await open_database(settings.sqlalchemy_url, keeps_older=only_reads)
        try:
            if not only_reads:
                await reindex_if_outdated(db)
            yield db
        finally:
            await db.close()


def make_shelving(settings: Settings, db: Database, clock: Clock, owner: str = "") -> Shelving:
    """`owner` is who keeps a seat while this process serves; nobody for a single look at the folder."""
    return Shelving(
        db,
        settings.content,
        settings.zone,
        settings.language,
        clock,
        zone_is_assumed=not settings.timezone,
        indexer=indexing,
        push_hold=settings.push_hold,
        replica=Replica(f"{socket.gethostname()}:{settings.content.absolute()}", owner),
    )


async def sync_once(settings: Settings, *, allow_withdraw: bool = False, clock: Clock = system_clock) -> SyncReport:
    """Load the content folder into the database once."""
    require_content_folder(settings.content)
    async with open_database_of(settings) as db:
        # Who allows that on the command line means this folder; a button in /status may reach any replica.
        shelving = make_shelving(settings, db, clock)
        shelving.logs_folder = False
        return await shelving.sync(allow_withdraw=allow_withdraw, adopt=allow_withdraw)

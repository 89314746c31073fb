"""What could be wrong with this machine and its settings: each look gives a finding in one line."""

import asyncio
import os
import platform
import shutil
import sqlite3
import stat
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.services.shelf import recognising
from bot.storage.address import DatabaseAddress, StorageError, parse_address
from bot.storage.inspecting import found_revision
from bot.storage.migrate import known_revisions

# sqlite.org/wal.html#walresetbug
_WAL_FIXED: Final = (3, 51, 3)
_SCARCE: Final = 1 << 30
_TOO_LITTLE: Final = 100 << 20
"""Bytes on the disk of the data folder."""


class Mark(StrEnum):
    FINE = "✓"
    DOUBTFUL = "⚠"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is empty when nothing needs doing."""

    mark: Mark
    what: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.what}" + (f": {self.advice}" if self.advice else "")


def program() -> Finding:
    """The program and Python."""
    return Finding(Mark.FINE, f"Heliograph {version('heliograph')} on Python {platform.python_version()}")


def sqlite_version(number: str) -> Finding:
    """Older ones may damage a file when two processes write and checkpoint in the same instant."""
    if tuple(map(int, number.split("."))) < _WAL_FIXED:
        return Finding(
            Mark.DOUBTFUL,
            f"SQLite {number} has a rare fault in write-ahead logging",
            "use 3.51.3 or newer, or let nothing but the bot open the database, and make backups",
        )
    return Finding(Mark.FINE, f"SQLite {number}")


def time_zone(name: str, *, is_set: bool) -> Finding:
    """Whether the zone's data are there, and whether anybody chose it."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return Finding(Mark.WRONG, f"There are no data for the time zone {name}", "install the package tzdata")
    if not is_set:
        return Finding(Mark.DOUBTFUL, f"The time zone is the machine's, {name}", "set HELIOGRAPH_TIMEZONE")
    return Finding(Mark.FINE, f"The time zone is {name}")


async def content_folder(folder: Path, url: str) -> Finding:
    """Whether posts can be read, be put there from the chat, and whether replicas on the database at `url` share it."""
    found = _content_folder(folder)
    if found.mark is Mark.WRONG:
        return found
    try:
        stranger = await asyncio.to_thread(recognising.compared, parse_address(url), folder)
    except StorageError:
        # What is wrong with the database is a finding of its own.
        return found
    if stranger:
        return Finding(Mark.WRONG, f"The content folder {folder} is not the one that all replicas share", stranger.mend)
    return found


def _content_folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(
            Mark.WRONG, f"There is no content folder {folder}", "make it, or name another in HELIOGRAPH_CONTENT"
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        return Finding(Mark.WRONG, f"The content folder {folder} cannot be read", "give the bot's user the right")
    if not os.access(folder, os.W_OK):
        return Finding(
            Mark.DOUBTFUL, f"The content folder {folder} cannot be written", "nobody can publish from the chat"
        )
    return Finding(Mark.FINE, f"The content folder is {folder}")


def data_folder(folder: Path) -> list[Finding]:
    """Whether it is the bot's alone, and whether its disk has room."""
    if not folder.is_dir():
        return [Finding(Mark.DOUBTFUL, f"There is no data folder {folder} yet", "the first start makes it")]
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK | os.X_OK):
        kept = Finding(Mark.WRONG, f"The data folder {folder} cannot be written", "give the bot's user the right")
    elif stat.S_IMODE(folder.stat().st_mode) & 0o077:
        kept = Finding(Mark.DOUBTFUL, f"Others may look into the data folder {folder}", f"chmod 700 {folder}")
    else:
        kept = Finding(Mark.FINE, f"The data folder {folder} is the bot's alone")
    return [kept, disk_space(free)]


def disk_space(free: int) -> Finding:
    """`free` in bytes."""
    room = f"{free / (1 << 30):.1f} GiB" if free >= _SCARCE else f"{free >> 20} MiB"
    what = f"{room} of the disk are free"
    if free < _TOO_LITTLE:
        return Finding(Mark.WRONG, what, "make room before the database cannot grow")
    if free < _SCARCE:
        return Finding(Mark.DOUBTFUL, what, "make room")
    return Finding(Mark.FINE, what)


async def database(url: str) -> list[Finding]:
    """Whether it answers, and whose tables it has; nothing is changed."""
    try:
        address = parse_address(url)
        found = [tables(address, await asyncio.to_thread(found_revision, address))]
    except StorageError as error:
        return [Finding(Mark.WRONG, str(error).rstrip("."))]
    if address.dialect == "sqlite":
        found.append(sqlite_version(sqlite3.sqlite_version))
    return found


def tables(address: DatabaseAddress, found: str | None) -> Finding:
    """What a start would make of tables of this revision."""
    newest = known_revisions()[-1]
    if found is None:
        return Finding(Mark.DOUBTFUL, f"{address} has no tables yet", "the first start makes them")
    if found == newest:
        return Finding(Mark.FINE, f"{address} can be used")
    if found in known_revisions():
        return Finding(
            Mark.DOUBTFUL, f"{address} has older tables ({found})", f"the next start brings them to {newest}"
        )
    return Finding(
        Mark.WRONG, f"{address} was written by a newer Heliograph ({found})", "start that one, or restore a backup"
    )

"""Whole copies of a SQLite database, checked before they count; blocking functions."""

import contextlib
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.storage.address import DatabaseAddress, StorageError
from bot.storage.migrate import VERSION_TABLE, known_revisions

# What SQLite keeps beside a database file.
_COMPANIONS = ("-wal", "-shm")
_BUSY_SECONDS = 30.0


def back_up(address: DatabaseAddress, target: Path) -> None:
    """Write a checked copy of the database to `target`, while others read and write it. Raises StorageError."""
    _only_sqlite(address, "backed up", f"pg_dump --format=custom --file={target} …")
    if target.exists():
        raise StorageError(f"{target} exists already: name a file that does not, so that no backup is lost.")
    if not address.file.is_file():
        raise StorageError(f"{address} is not there: nothing to back up.")
    _copy(address.file, target)


def stage(address: DatabaseAddress, source: Path) -> DatabaseAddress:
    """A checked copy of a backup, beside the database that it may replace. Raises StorageError."""
    how = f"pg_restore --clean --if-exists --dbname=… {source}; then say: heliograph restore --in-place"
    _only_sqlite(address, "restored", how)
    if not source.is_file():
        what = "is not there" if not source.exists() else "is a folder" if source.is_dir() else "is no file"
        raise StorageError(f"{source} {what}: name a file that `heliograph backup` wrote.")
    if address.file.exists() and source.samefile(address.file):
        raise StorageError(f"{source} is the database itself: name a file that `heliograph backup` wrote.")
    staged = address.file.with_name(address.file.name + ".restoring")
    discard(staged)
    _copy(source, staged)
    return DatabaseAddress(address.url.set(database=str(staged)), "sqlite")


def swap(address: DatabaseAddress, staged: DatabaseAddress, *, now: datetime) -> Path | None:
    """Put the staged copy in the database's place; gives where the old one stands now, None when there was none."""
    there = address.file.exists()
    kept = address.file.with_name(f"{address.file.name}.before-{now:%Y%m%dT%H%M%SZ}")
    # A log that outlived its database would be played into the one that comes now.
    for ending in ("", *_COMPANIONS):
        with contextlib.suppress(FileNotFoundError):
            _beside(address.file, ending).rename(_beside(kept, ending))
    staged.file.rename(address.file)
    discard(staged.file)
    _flush(address.file.parent)
    return kept if there else None


def discard(file: Path) -> None:
    """Remove a database file and what stands beside it."""
    for ending in ("", *_COMPANIONS, ".lock"):
        _beside(file, ending).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.touch(mode=0o600, exist_ok=False)
        readable = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(readable, uri=True, timeout=_BUSY_SECONDS)) as opened:
            try:
                opened.execute("VACUUM INTO ?", [str(part)])
            except sqlite3.Error as error:
                raise _failure(opened, source, target, error) from error
        with closing(sqlite3.connect(part)) as copy:
            _check(copy, source)
        _flush(part)
        part.rename(target)
        _flush(target.parent)
    except sqlite3.Error as error:
        raise StorageError(f"{source} cannot be copied to {target}: {error}.") from error
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        discard(part)


def _failure(opened: sqlite3.Connection, source: Path, target: Path, error: sqlite3.Error) -> StorageError:
    """Of a damaged source SQLite says that the copy cannot be opened."""
    try:
        verdict = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as damage:
        verdict = str(damage)
    if verdict != "ok":
        said = _on_one_line(verdict)
        return StorageError(f"{source} is damaged, or no SQLite database ({said}): take an older backup.")
    return StorageError(f"{source} cannot be copied to {target}: {error}.")


def _check(copy: sqlite3.Connection, source: Path) -> None:
    """Raises StorageError unless the copy is whole, and ours."""
    verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StorageError(f"{source} is damaged ({_on_one_line(verdict)}): take an older backup.")
    named = copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [VERSION_TABLE]).fetchone()
    if named is None:
        raise StorageError(f"{source} is no database of Heliograph.")
    version = copy.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - a constant
    if version is None:
        raise StorageError(f"{source} does not say which tables it holds: take another backup.")
    if version[0] not in known_revisions():
        raise StorageError(f"{source} was written by a newer Heliograph: use that program.")


def _on_one_line(verdict: str) -> str:
    """SQLite's first complaint, without the line that names the database it is about."""
    return " ".join(verdict.splitlines()[-1:]).strip()


def _only_sqlite(address: DatabaseAddress, what: str, how: str) -> None:
    if address.dialect != "sqlite":
        raise StorageError(f"{address} is {what} with PostgreSQL's own tools: {how}")


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _flush(path: Path) -> None:
    """To the disk, so that a power cut takes none of it back."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

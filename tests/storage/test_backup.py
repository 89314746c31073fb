"""A backup is whole or not there; a restore never takes the place of a database in use, and loses nothing."""

import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import facts
from bot.storage.address import DatabaseAddress, StorageError, parse_address
from bot.storage.backup import back_up, stage, swap
from bot.storage.engine import open_database
from bot.storage.migrate import migrate

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)


@pytest.fixture
def address(tmp_path: Path) -> DatabaseAddress:
    made = parse_address(f"sqlite:///{tmp_path / 'live.db'}")
    migrate(made)
    return made


def mark(address: DatabaseAddress, value: str) -> None:
    with closing(sqlite3.connect(address.file)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('mark', ?)", [f'"{value}"'])


def marked(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        found: str = connection.execute("SELECT value FROM meta WHERE name = 'mark'").fetchone()[0]
        return found.strip('"')


async def test_a_backup_holds_what_was_committed_while_the_bot_goes_on(
    tmp_path: Path, address: DatabaseAddress
) -> None:
    database = await open_database(f"sqlite:///{address.file}")
    async with database.write() as connection:
        await facts.put(connection, "mark", "committed")
    async with database.write() as connection:
        await facts.put(connection, "mark", "not yet")

        back_up(address, tmp_path / "copy.db")

    await database.close()
    assert marked(tmp_path / "copy.db") == "committed"
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_never_replaces_another(tmp_path: Path, address: DatabaseAddress) -> None:
    (tmp_path / "copy.db").write_text("precious")

    with pytest.raises(StorageError, match="exists already"):
        back_up(address, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_text() == "precious"


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path: Path, address: DatabaseAddress) -> None:
    damage(address.file)

    with pytest.raises(StorageError):
        back_up(address, tmp_path / "copy.db")

    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == []


def test_no_folder_is_one_sentence(tmp_path: Path, address: DatabaseAddress) -> None:
    with pytest.raises(StorageError, match=r"cannot be written: No such file or directory\."):
        back_up(address, tmp_path / "nowhere" / "copy.db")


def test_a_restored_database_takes_the_place_and_the_old_one_is_kept(tmp_path: Path, address: DatabaseAddress) -> None:
    mark(address, "old")
    back_up(address, tmp_path / "copy.db")
    mark(address, "newer")

    kept = swap(address, stage(address, tmp_path / "copy.db"), now=NOW)

    assert marked(address.file) == "old"
    assert kept == tmp_path / "live.db.before-20260111T120000Z"
    assert marked(kept) == "newer"


def test_a_log_that_outlived_its_database_is_not_played_into_the_restored_one(
    tmp_path: Path, address: DatabaseAddress
) -> None:
    mark(address, "backed up")
    back_up(address, tmp_path / "copy.db")
    # As a kill leaves it: the log was not carried over into the file.
    with closing(sqlite3.connect(address.file)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        with connection:
            connection.executemany("INSERT INTO meta VALUES (?, '1')", [(f"fact {n}",) for n in range(500)])
        log = address.file.with_name("live.db-wal").read_bytes()
    address.file.unlink()
    address.file.with_name("live.db-wal").write_bytes(log)

    assert swap(address, stage(address, tmp_path / "copy.db"), now=NOW) is None

    assert marked(address.file) == "backed up"
    with closing(sqlite3.connect(address.file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM meta WHERE name LIKE 'fact %'").fetchone() == (0,)


SAID = {
    "text": "is damaged, or no SQLite database",
    "foreign": "is no database of Heliograph",
    "newer": "was written by a newer Heliograph",
    "of no version": "does not say which tables it holds: take another backup",
    "damaged": "is damaged",
    "damaged in one page": "is damaged",
    "cut off": "is damaged",
    "nothing": "is not there",
    "folder": "is a folder: name a file that `heliograph backup` wrote",
}


@pytest.mark.parametrize("what", SAID)
def test_what_is_no_good_backup_is_refused_and_nothing_changes(
    tmp_path: Path, address: DatabaseAddress, what: str
) -> None:
    mark(address, "mine")
    source = tmp_path / "source.db"
    if what == "text":
        source.write_text("no database at all, but long enough to be looked at" * 100)
    elif what == "foreign":
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("CREATE TABLE other (id)")
    elif what == "folder":
        source.mkdir()
    elif what != "nothing":
        back_up(address, source)
        with closing(sqlite3.connect(source)) as connection, connection:
            if what == "newer":
                connection.execute("UPDATE heliograph_version SET version_num = '9999'")
            if what == "of no version":
                connection.execute("DELETE FROM heliograph_version")
        if what == "damaged":
            damage(source)
        if what == "damaged in one page":
            damage(source, first=3, pages=1)
        if what == "cut off":
            os.truncate(source, 3000)

    with pytest.raises(StorageError, match=re.escape(str(source))) as refused:
        stage(address, source)
    assert SAID[what] in str(refused.value)
    assert "\n" not in str(refused.value)
    # Nothing is said of where the copy would have gone.
    assert "restoring" not in str(refused.value)

    assert marked(address.file) == "mine"
    assert not list(tmp_path.glob("*.restoring*"))


def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    address = parse_address("postgresql://user:secret@host/name")

    with pytest.raises(StorageError, match="pg_dump") as caught:
        back_up(address, tmp_path / "copy.dump")
    with pytest.raises(StorageError, match=r"pg_restore .* then say: heliograph restore --in-place"):
        stage(address, tmp_path / "copy.dump")

    assert "secret" not in str(caught.value)


def damage(file: Path, *, first: int = 1, pages: int = 20) -> None:
    """Overwrite pages in the middle."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as opened:
        opened.seek(4096 * first)
        opened.write(b"\xff" * 4096 * pages)

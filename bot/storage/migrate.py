"""Brings a database's tables up to date, once, however many processes start at the same instant."""

import fcntl
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from bot.storage.address import NO_DRIVER, DatabaseAddress, StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "heliograph_version"
HEAD, BASE = "head", "base"

# Any number does, as long as nothing else in the same PostgreSQL cluster database takes it.
_LOCK_NUMBER = 0x48454C494F
_LOCK_SECONDS = 120
_POLL_SECONDS = 0.05

# Alembic keeps the running migration in module globals: two threads of a process take turns.
_alembic = threading.Lock()


def migrate(address: DatabaseAddress, target: str = HEAD, *, keeps_older: bool = False) -> None:
    """Apply the missing migrations (or go to revision `target`, up or down; BASE is empty) and commit; blocks.

    Raises StorageError when the database cannot be reached, cannot hold every character, was written by a newer
    program, or (`keeps_older`) has older tables: those stay, and only a database without any gets them.
    """
    try:
        engine = _engine(address)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise StorageError(NO_DRIVER) from None
    try:
        with _file_lock(address), engine.begin() as connection:
            _advisory_lock(connection)
            _require_unicode(connection, address)
            if keeps_older:
                _require_newest(connection, address)
            _move(connection, target, address)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise address.failure(error) from error
    finally:
        engine.dispose()


def known_revisions() -> list[str]:
    """The revisions this program knows, oldest first: the first four characters of each migration's file name."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """The revision of the tables, None for a database that has none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608 - a constant


def _require_unicode(connection: Connection, address: DatabaseAddress) -> None:
    if address.dialect != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StorageError(
            f"{address} is encoded in {encoding}, which cannot hold every character: create one with "
            "ENCODING 'UTF8' TEMPLATE template0."
        )


def _require_newest(connection: Connection, address: DatabaseAddress) -> None:
    known, current = known_revisions(), revision(connection)
    if current in known[:-1]:
        raise StorageError(
            f"{address} has the tables of an older Heliograph ({current}, this program's are {known[-1]}), which may "
            "be serving it: ask with that program, or bring them up to date with `heliograph run` or `heliograph sync` "
            "of this one."
        )


def _move(connection: Connection, target: str, address: DatabaseAddress) -> None:
    known, current = known_revisions(), revision(connection)
    if current is not None and current not in known:
        raise StorageError(
            f"{address} was written by a newer Heliograph (its tables are {current}, this program knows up to "
            f"{known[-1]}): start the newer program, or restore a backup made before the upgrade."
        )
    wanted = known[-1] if target == HEAD else target
    if current == wanted:
        return
    # Imported late: it costs a third of a second, and most starts find nothing to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    with _alembic:
        if wanted == BASE or (current is not None and wanted < current):
            command.downgrade(config, wanted)
        else:
            command.upgrade(config, wanted)


def _engine(address: DatabaseAddress) -> Engine:
    url = address.with_driver(asynchronous=False)
    if address.dialect == "postgresql":
        return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": 10})
    engine = create_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args={"isolation_level": None, "timeout": 5}
    )

    # No foreign keys here: a migration that copies a table would otherwise delete what hangs on it.
    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StorageError(f"{address} is on a disk without shared memory: move it to a local disk.")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@contextmanager
def _file_lock(address: DatabaseAddress) -> Iterator[None]:
    """One process at a time touches the tables of a SQLite file; the file is its owner's alone."""
    if address.dialect != "sqlite":
        yield
        return
    address.file.touch(mode=0o600)
    with address.file.with_name(address.file.name + ".lock").open("w") as lock:
        for _ in range(int(_LOCK_SECONDS / _POLL_SECONDS)):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_POLL_SECONDS)
            else:
                break
        else:
            raise StorageError(f"{address} is being upgraded by another process: wait for it, or end it.")
        yield


def _advisory_lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})

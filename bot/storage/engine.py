"""A Database: consistent reads, one writer at a time, the same on SQLite and on PostgreSQL."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeAlias

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage import sqlite_driver
from bot.storage.address import (
    CollisionError,
    DatabaseAddress,
    Dialect,
    GivenUpError,
    StorageError,
    is_collision,
    is_outage,
    is_read_only,
    parse_address,
)
from bot.storage.lines import Lines
from bot.storage.migrate import migrate
from bot.storage.outage import Outage

log = logging.getLogger(__name__)

Connection: TypeAlias = AsyncConnection
"""What `Database.read` and `Database.write` give: the transaction that storage functions take."""

BUSY_SECONDS = 5
READERS = 4
# Writers of one process queue here; a wait this long means that one of them hangs.
_QUEUE_SECONDS = 60


class Database:
    """Connections to a migrated database; made by `open_database`.

    `durable` makes every commit of SQLite survive a power cut, at the price of a disk flush each; without it a power
    cut may take back the last commits, a crash of the process never does. PostgreSQL is always durable.

    `outage` hears whenever somebody is served or refused, and is what tells the operator.
    """

    outage: Outage | None = None

    def __init__(self, address: DatabaseAddress, *, durable: bool = False) -> None:
        self.address = address
        self._lines = Lines()
        if address.dialect == "sqlite":
            self._writer = _sqlite_engine(address, begin="BEGIN IMMEDIATE", size=1, durable=durable)
            self._reader = _sqlite_engine(address, begin="BEGIN", size=READERS, durable=durable)
        else:
            self._writer = _postgres_engine(address, self._lines)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def dialect(self) -> Dialect:
        return self.address.dialect

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """A connection for reading: all its statements see one moment, and writing raises."""
        with self._explained(wrote=False):
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        """A transaction: committed at the end, rolled back on an error.

        On SQLite it holds the file's one write lock from its first statement: keep it short, and never open another
        inside.
        """
        with self._explained():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def trial(self) -> AsyncIterator[Connection]:
        """A transaction that is rolled back whatever it did: for what would be. It holds the same lock as `write`."""
        with self._explained():
            async with self._writer.connect() as connection:
                try:
                    yield connection
                finally:
                    await connection.rollback()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Connection]:
        """A connection of PostgreSQL without a transaction, for locks that outlive one."""
        with self._explained(wrote=False):
            async with self._writer.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Close every connection; a Database cannot be used after it."""
        await self._writer.dispose()
        await self._reader.dispose()

    def give_up(self) -> None:
        """For the end of the process: whoever waits for PostgreSQL, and whoever asks anew, gets a GivenUpError at once.

        A SQLite file is waited for: nothing but a failing disk makes it hang.
        """
        if self.dialect == "postgresql":
            self._lines.cut()

    def silent_for(self, seconds: float) -> StorageError:
        """The error for who has waited so long for an answer, and waits no more."""
        failure = self.address.silence(seconds)
        self._failed(failure, needs_write=False)
        return failure

    def _explained(self, *, wrote: bool = True) -> "_Explained":
        if self._lines.are_cut:
            raise self._given_up()
        return _Explained(self, wrote=wrote)

    def _given_up(self) -> GivenUpError:
        return GivenUpError(f"{self.address} does not answer, and is not waited for: the program ends.")

    def _failed(self, failure: StorageError, *, needs_write: bool) -> None:
        if self.outage is not None:
            self.outage.failed(failure, needs_write=needs_write)

    def _answered(self, *, wrote: bool) -> None:
        if self.outage is not None:
            self.outage.answered(wrote=wrote)


class _Explained:
    """Turns an outage of the database into a StorageError; every other error passes."""

    __slots__ = ("_database", "_wrote")

    def __init__(self, database: Database, *, wrote: bool) -> None:
        self._database = database
        self._wrote = wrote

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        address = self._database.address
        if error is None:
            self._database._answered(wrote=self._wrote)
        elif isinstance(error, DBAPIError) and (is_outage(error) or (self._wrote and is_read_only(error))):
            self._refuse(address.failure(error), error)
        elif isinstance(error, PoolTimeoutError):
            self._refuse(StorageError(f"{address} is too busy: nothing was done, try again."), error)
        elif isinstance(error, DBAPIError) and is_collision(error):
            # No outage, so that nobody else tells of it.
            log.warning("%s took a change back for the sake of another: %s", address, str(error.orig).splitlines()[0])
            raise CollisionError(
                f"Another change came in the way at {address}: nothing was done, try again."
            ) from error

    def _refuse(self, failure: StorageError, error: Exception) -> NoReturn:
        if self._database._lines.are_cut:
            raise self._database._given_up() from error
        # A full disk lets everybody read, and so does a standby; any other server that serves one serves all.
        needs_write = self._wrote and (self._database.dialect == "sqlite" or is_read_only(error))
        self._database._failed(failure, needs_write=needs_write)
        raise failure from error


async def open_database(url: str, *, durable: bool = False, keeps_older: bool = False) -> Database:
    """Open the database behind `url`, bringing its tables up to date first; raises StorageError with one sentence.

    With `keeps_older` older tables are refused instead: for who only reads, and must not take them from a program that
    serves them.
    """
    address = parse_address(url)
    await asyncio.to_thread(migrate, address, keeps_older=keeps_older)
    database = Database(address, durable=durable)
    async with database.read() as connection:
        await connection.execute(text("SELECT 1"))
    return database


def _sqlite_engine(address: DatabaseAddress, *, begin: str, size: int, durable: bool) -> AsyncEngine:
    # isolation_level=None ends the driver's own BEGINs, which start after the first read and lose updates in silence.
    engine = create_async_engine(
        address.with_driver(asynchronous=True),
        pool_size=size,
        max_overflow=0,
        pool_timeout=_QUEUE_SECONDS,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "async_creator_fn": sqlite_driver.connect},
    )
    pragmas = [
        "PRAGMA foreign_keys = ON",
        f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}",
        f"PRAGMA query_only = {'OFF' if begin == 'BEGIN IMMEDIATE' else 'ON'}",
    ]

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.connection.driver_connection.begins = begin

    return engine


def _postgres_engine(address: DatabaseAddress, lines: Lines) -> AsyncEngine:
    return create_async_engine(
        address.with_driver(asynchronous=True),
        pool_size=READERS + 1,
        max_overflow=READERS + 1,
        pool_timeout=_QUEUE_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "async_creator_fn": lines.dial,
            "connect_timeout": 10,
            "application_name": "heliograph",
            # A server that vanished without a word is noticed within a minute, not after two hours.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            # Linux sends none of them while it waits for what it sent itself, and that alone would take 15 min.
            "tcp_user_timeout": 60_000,
        },
    )

"""Where the database is: one URL, understood or refused in a sentence, and never shown with its password."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError

from bot.domain.errors import OperatorError
from bot.storage import complaints

Dialect: TypeAlias = Literal["sqlite", "postgresql"]

_DRIVERS: dict[str, Dialect] = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgresql": "postgresql",
    "postgresql+psycopg": "postgresql",
    "postgres": "postgresql",
}
_MALFORMED = "HELIOGRAPH_DATABASE_URL is not a database address: write sqlite:////folder/heliograph.db or postgresql://user:password@host/name"

# Classes of SQLSTATE that are the server's trouble: connections, logins, a database that is gone, resources, an
# operator, the disk (postgresql.org/docs/current/errcodes-appendix.html).
_OUTAGES = ("08", "28", "3D", "53", "57P", "58")
# Two transactions waited for each other, or one read what another has changed.
_COLLISIONS = ("40P01", "40001")
_READ_ONLY = "25006"


class StorageError(OperatorError):
    """The database cannot be used now: where it is, what is wrong and what to do; no password."""


class CollisionError(StorageError):
    """Another change came in the way, and nothing was done: the same may be asked again at once."""


class GivenUpError(StorageError):
    """The program ends and the database hangs: it is no use to ask again."""


NO_DRIVER: Final = "PostgreSQL needs its driver: pip install '.[postgres]' brings it."


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A database URL with its dialect; `str()` names the place and nothing secret."""

    url: URL
    dialect: Dialect

    def __repr__(self) -> str:
        return f"DatabaseAddress({self})"

    def __str__(self) -> str:
        if self.dialect == "sqlite":
            return f"SQLite file {self.file}"
        return f"PostgreSQL database {self.url.database!r} on {self.url.host or 'this machine'}:{self.url.port or 5432}"

    @property
    def file(self) -> Path:
        """The SQLite file, absolute."""
        return Path(self.url.database or "").absolute()

    def with_driver(self, *, asynchronous: bool) -> URL:
        """The URL for SQLAlchemy; psycopg serves both worlds, SQLite has a driver for each."""
        if self.dialect == "postgresql":
            # A standby would let us read, hand out locks that the primary knows nothing of, and stay in the pool.
            # And the words are ours, whatever encoding the database or the environment names.
            asked = {"target_session_attrs": "primary", **self.url.query, "client_encoding": "utf8"}
            return self.url.set(drivername="postgresql+psycopg", query=asked)
        return URL.create("sqlite+aiosqlite" if asynchronous else "sqlite", database=str(self.file))

    def failure(self, error: Exception) -> StorageError:
        """The one sentence for an error of the driver, or of the file system below it."""
        if isinstance(error, OSError):
            return StorageError(
                f"{self} cannot be opened ({error.strerror}): check its folder and who may write there."
            )
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        if self.dialect == "sqlite":
            return StorageError(f"{self} {complaints.of_sqlite(said)}.")
        reason = complaints.of_postgresql(_without_password(said, self.url)) or type(error).__name__
        return StorageError(f"{self} cannot be used: {reason}.")

    def silence(self, seconds: float) -> StorageError:
        """The one sentence for a database that takes a question and gives no answer."""
        where = "at the disk it is on" if self.dialect == "sqlite" else "at its load, and at the network between"
        return StorageError(f"{self} has not answered for {seconds:g} s; look {where}.")


def parse_address(url: str) -> DatabaseAddress:
    """Read a database URL; raises StorageError when it is malformed or names a database that is not supported."""
    try:
        parsed = make_url(url.strip())
    except (ArgumentError, ValueError):
        # The cause would show the URL, and with it the password.
        raise StorageError(_MALFORMED) from None
    dialect = _DRIVERS.get(parsed.drivername)
    if dialect is None:
        raise StorageError(
            f"HELIOGRAPH_DATABASE_URL begins with {parsed.drivername}://, which is not supported: use sqlite:// or postgresql://"
        )
    if not parsed.database or parsed.database == ":memory:":
        raise StorageError(
            "HELIOGRAPH_DATABASE_URL names no database: "
            + ("write sqlite:////folder/heliograph.db" if dialect == "sqlite" else "end it with /name")
        )
    if dialect == "postgresql" and "@" in f"{parsed.host}{parsed.database}":
        # What stands before it is the end of a password, and would be shown as the name of a host.
        raise StorageError("HELIOGRAPH_DATABASE_URL has more than one @: write the one in the password as %40")
    return DatabaseAddress(parsed, dialect)


def is_outage(error: DBAPIError) -> bool:
    """Whether the database itself failed, rather than the statement: a lost server, a full disk, a damaged file."""
    if not isinstance(error, DatabaseError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state and not state.startswith(_OUTAGES):
        return False
    # SQLite's word for a statement that it does not understand.
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return False
    return type(error).__name__ in {"OperationalError", "InterfaceError"} or type(error.orig) is sqlite3.DatabaseError


def is_collision(error: Exception) -> bool:
    """Whether PostgreSQL took a transaction back for another's sake."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _COLLISIONS


def is_read_only(error: Exception) -> bool:
    """Whether PostgreSQL takes no changes now; also said to who writes where only reading was asked for."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _READ_ONLY


def _without_password(text: str, url: URL) -> str:
    return text.replace(url.password, "***") if isinstance(url.password, str) and url.password else text

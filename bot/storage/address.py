"""Where the database is: one URL, understood or refused in a sentence, and never shown with its password."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError

from bot.domain.errors import OperatorError

Dialect: TypeAlias = Literal["sqlite", "postgresql"]

_DRIVERS: dict[str, Dialect] = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgresql": "postgresql",
    "postgresql+psycopg": "postgresql",
    "postgres": "postgresql",
}
_MALFORMED = "HELIOGRAPH_DATABASE_URL is not a database address: write sqlite:////folder/heliograph.db or postgresql://user:password@host/name"

# What SQLite says -> what to do about it.
_SQLITE_ADVICE = {
    "file is not a database": "is not a database file: name another file, or move this one away",
    "database disk image is malformed": "is damaged: restore a backup",
    "readonly database": "cannot be written: check the file's permissions and that the disk is not read-only",
    "unable to open database file": "cannot be opened: check that its folder exists and may be written",
    "disk is full": "cannot grow because the disk is full: make room",
    "disk i/o error": "cannot be read or written because the disk fails: check the disk",
    "database is locked": "is held by another process: end that process, or wait until its work is done",
}

_POSTGRES_ADVICE = {
    "connection refused": "start it, or look at host and port in HELIOGRAPH_DATABASE_URL",
    "timeout": "look at host and port in HELIOGRAPH_DATABASE_URL, and at the network between",
    "could not translate host": "look at the host in HELIOGRAPH_DATABASE_URL",
    "failed to resolve host": "look at the host in HELIOGRAPH_DATABASE_URL",
    "password authentication": "look at user and password in HELIOGRAPH_DATABASE_URL",
    "does not exist": "create it, or name another in HELIOGRAPH_DATABASE_URL",
}


class StorageError(OperatorError):
    """The database cannot be used now: where it is, what is wrong and what to do; no password."""


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
            return self.url.set(drivername="postgresql+psycopg")
        return URL.create("sqlite+aiosqlite" if asynchronous else "sqlite", database=str(self.file))

    def failure(self, error: Exception) -> StorageError:
        """The one sentence for an error of the driver, or of the file system below it."""
        if isinstance(error, OSError):
            return StorageError(
                f"{self} cannot be opened ({error.strerror}): check its folder and who may write there."
            )
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        if self.dialect == "sqlite":
            lowered = said.lower()
            advice = next((text for key, text in _SQLITE_ADVICE.items() if key in lowered), f"cannot be used: {said}")
            return StorageError(f"{self} {advice}.")
        reason = _without_password(_reason(said) or type(error).__name__, self.url).rstrip(".")
        advice = next((text for key, text in _POSTGRES_ADVICE.items() if key in reason.lower()), "")
        return StorageError(f"{self} cannot be used: {reason}" + (f"; {advice}." if advice else "."))


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
    return DatabaseAddress(parsed, dialect)


def is_outage(error: DBAPIError) -> bool:
    """Whether the database itself failed, rather than the statement: a lost server, a full disk, a damaged file."""
    return isinstance(error, DatabaseError) and (
        type(error).__name__ in {"OperationalError", "InterfaceError"} or type(error.orig) is sqlite3.DatabaseError
    )


def _reason(said: str) -> str:
    """Why PostgreSQL cannot be used, of the several lines that its library says; the last may be a question back."""
    lines = [line.strip() for line in said.splitlines() if not line.strip().endswith("?")]
    last = lines[-1] if lines else said
    return last.rpartition(" failed: ")[2].removeprefix("FATAL:").strip()


def _without_password(text: str, url: URL) -> str:
    return text.replace(url.password, "***") if isinstance(url.password, str) and url.password else text

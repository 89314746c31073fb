"""A look at a database that makes and changes nothing; blocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, select
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from bot.storage.address import NO_DRIVER, DatabaseAddress, StorageError
from bot.storage.migrate import revision
from bot.storage.tables import meta

_PATIENCE = 5
"""Seconds for a server that does not answer."""


def found_revision(address: DatabaseAddress) -> str | None:
    """The revision of its tables, None when there are none. Raises StorageError when it cannot be reached."""
    try:
        if address.dialect == "sqlite" and not address.file.exists():
            return None
    except OSError as error:
        raise address.failure(error) from error
    with _looked_at(address) as connection:
        return revision(connection)


def found_fact(address: DatabaseAddress, name: str) -> Any:
    """What `facts` keeps under this name; None without such a fact or its table. Raises StorageError."""
    with _looked_at(address) as connection:
        if not inspect(connection).has_table(meta.name):
            return None
        return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()


@contextmanager
def _looked_at(address: DatabaseAddress) -> Iterator[Connection]:
    try:
        waiting = {"connect_timeout": _PATIENCE} if address.dialect == "postgresql" else {}
        engine = create_engine(
            address.with_driver(asynchronous=False), poolclass=NullPool, hide_parameters=True, connect_args=waiting
        )
        with engine.connect() as connection:
            yield connection
    except (ModuleNotFoundError, NoSuchModuleError):
        raise StorageError(NO_DRIVER) from None
    except DBAPIError as error:
        raise address.failure(error) from error

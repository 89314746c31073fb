"""A look at a database that makes and changes nothing; blocks."""

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from bot.storage.address import DatabaseAddress, StorageError
from bot.storage.migrate import revision

_PATIENCE = 5
"""Seconds for a server that does not answer."""


def found_revision(address: DatabaseAddress) -> str | None:
    """The revision of its tables, None when there are none. Raises StorageError when it cannot be reached."""
    if address.dialect == "sqlite" and not address.file.exists():
        return None
    try:
        waiting = {"connect_timeout": _PATIENCE} if address.dialect == "postgresql" else {}
        engine = create_engine(
            address.with_driver(asynchronous=False), poolclass=NullPool, hide_parameters=True, connect_args=waiting
        )
        with engine.connect() as connection:
            return revision(connection)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise StorageError("PostgreSQL needs an extra package: install heliograph[postgres].") from None
    except DBAPIError as error:
        raise address.failure(error) from error

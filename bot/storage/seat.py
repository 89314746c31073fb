"""A seat that one process of all takes: a lock of PostgreSQL's, held by a connection of its own and lost with it.

A server releases the lock of a client that vanished without a word only after some 11 s (`_KEEPALIVE`). The client
notices within some 4 s that its server vanished. So whoever holds the seat has stopped before another can take it.
"""

import asyncio
import contextlib
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import NullPool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.storage.address import DatabaseAddress

PULSE: Final = 1.0
"""Seconds between two looks whether the server is still there; that it closes the connection is told at once."""

_ANSWER: Final = 3.0
_KEEPALIVE: Final = (
    "SET tcp_keepalives_idle = 5",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 3",
)


def number_of(name: str) -> int:
    """The lock that is this seat."""
    return int.from_bytes(blake2b(f"heliograph {name}".encode(), digest_size=8).digest(), signed=True)


class Seat:
    """Poll `take`: a statement that waits for a lock would hold up the vacuum of every table."""

    def __init__(self, address: DatabaseAddress, name: str) -> None:
        self._address = address
        self._number = number_of(name)
        self._engine = create_async_engine(
            address.with_driver(asynchronous=True),
            poolclass=NullPool,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            # So that pg_stat_activity says which seat a connection holds; PostgreSQL keeps 63 bytes of it.
            connect_args={"connect_timeout": 10, "application_name": f"heliograph {name}"},
        )
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """Whether this process has the seat from now on. Raises StorageError when the database cannot be asked."""
        try:
            async with asyncio.timeout(_ANSWER + 10):
                if self._connection is None:
                    self._connection = await self._engine.connect()
                    for statement in _KEEPALIVE:
                        await self._connection.execute(text(statement))
                taken = await self._connection.execute(
                    text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number}
                )
                return bool(taken.scalar_one())
        except (DBAPIError, OSError) as error:
            await self.leave()
            if isinstance(error, TimeoutError):
                error = OSError(0, "it does not answer")
            raise self._address.failure(error) from error

    async def lost(self) -> None:
        """Returns as soon as this process cannot be sure any more that it has the seat."""
        assert self._connection is not None
        connection = self._connection
        raw: Any = (await connection.get_raw_connection()).driver_connection
        while True:
            try:
                # Nobody notifies; this hears the server close the connection.
                async for _ in raw.notifies(timeout=PULSE):
                    pass
                async with asyncio.timeout(_ANSWER):
                    await connection.execute(text("SELECT 1"))
            except Exception:  # noqa: BLE001 - whatever is wrong with the connection, the seat may be another's
                await self.leave()
                return

    async def leave(self) -> None:
        """Let another have the seat."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        # The lock goes with the connection; what is dead already cannot be closed politely.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_ANSWER):
                await connection.invalidate()
                await connection.close()

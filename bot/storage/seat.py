"""A seat that one process of all takes: a lock of PostgreSQL's, held by a connection of its own and lost with it.

A server releases the lock of a client that vanished without a word only after some 11 s (`_KEEPALIVE`). The client
notices within some 4 s that its server vanished. So whoever holds the seat has stopped before another can take it.
"""

import asyncio
import contextlib
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import CursorResult, NullPool, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.storage.address import DatabaseAddress
from bot.storage.lines import cut, cut_after
from bot.storage.outage import Outage

PULSE: Final = 1.0
"""Seconds between two looks whether the server is still there; that it closes the connection is told at once."""

ANSWER: Final = 3.0
"""Seconds that the server may take for one; a connection is waited for 10 s more."""

_HELD: Final = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND (classid::bigint << 32 | objid::bigint) = :number"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)
_KEEPALIVE: Final = (
    "SET tcp_keepalives_idle = 5",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 3",
)


def number_of(name: str) -> int:
    """The lock that is this seat."""
    return int.from_bytes(blake2b(f"heliograph {name}".encode(), digest_size=8).digest(), signed=True)


async def is_taken(connection: AsyncConnection, name: str) -> bool:
    """Whether anybody sits there. A look that took the lock itself would be in the way of who wants it."""
    return bool((await connection.execute(_HELD, {"number": number_of(name)})).scalar_one())


class Seat:
    """Poll `take`: a statement that waits for a lock would hold up the vacuum of every table.

    `outage` hears whether the database could be asked.
    """

    def __init__(
        self,
        address: DatabaseAddress,
        name: str,
        *,
        outage: Outage | None = None,
        pulse: float = PULSE,
        answer: float = ANSWER,
    ) -> None:
        self._address = address
        self._outage = outage
        self._pulse = pulse
        self._answer = answer
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
        self._line: Any = None
        self._times_left = 0

    async def take(self) -> bool:
        """Whether this process has the seat from now on. Raises StorageError when the database cannot be asked."""
        times_left = self._times_left
        try:
            if self._connection is None:
                async with asyncio.timeout(self._answer + 10):
                    self._connection = await self._engine.connect()
                    self._line = (await self._connection.get_raw_connection()).driver_connection
                for statement in _KEEPALIVE:
                    await self._ask(self._connection, text(statement))
            lock = text("SELECT pg_try_advisory_lock(:number)").bindparams(number=self._number)
            taken = bool((await self._ask(self._connection, lock)).scalar_one())
        except (DBAPIError, OSError) as error:
            silent = isinstance(error, TimeoutError)
            failure = self._address.silence(self._answer) if silent else self._address.failure(error)
            # Who leaves meanwhile hangs up on the server, not the server on us.
            if self._outage is not None and times_left == self._times_left:
                self._outage.failed(failure)
            await self.leave()
            raise failure from error
        if self._outage is not None:
            self._outage.answered(wrote=False)
        return taken

    async def lost(self) -> None:
        """Returns as soon as this process cannot be sure any more that it has the seat."""
        assert self._connection is not None
        connection = self._connection
        while True:
            try:
                # Nobody notifies; this hears the server close the connection.
                async for _ in self._line.notifies(timeout=self._pulse):
                    pass
                await self._ask(connection, text("SELECT 1"))
            except Exception:  # noqa: BLE001 - whatever is wrong with the connection, the seat may be another's
                await self.leave()
                return

    async def leave(self) -> None:
        """Let another have the seat; what is asked over its connection fails at once."""
        self._times_left += 1
        connection, self._connection = self._connection, None
        line, self._line = self._line, None
        if line is not None:
            cut(line)
        if connection is None:
            return
        # The lock goes with the connection; what is dead already cannot be closed politely.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(self._answer):
                await connection.invalidate()
                await connection.close()

    async def _ask(self, connection: AsyncConnection, statement: TextClause) -> CursorResult[Any]:
        async with cut_after(self._answer, self._line):
            return await connection.execute(statement)

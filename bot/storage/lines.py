"""The lines to a PostgreSQL server, and how they are cut.

Who waits for an answer over a line that is cut gets the driver's error at once. A statement that is cancelled instead
waits for the server to cancel it, for up to 10 s when that hangs (psycopg 3.3, `AsyncConnection.wait`).
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakSet


class Lines:
    """Makes the connections of one engine, and can end them all."""

    def __init__(self) -> None:
        self._open: WeakSet[Any] = WeakSet()
        self._dialling: set[asyncio.Timeout] = set()
        self.are_cut = False

    async def dial(self, *arguments: Any, **options: Any) -> Any:
        """A new connection, as psycopg makes it; none any more when the lines are cut."""
        from psycopg import AsyncConnection, OperationalError  # noqa: PLC0415 - an extra

        try:
            async with asyncio.timeout(0 if self.are_cut else None) as limit:
                self._dialling.add(limit)
                try:
                    connection = await AsyncConnection.connect(*arguments, **options)
                finally:
                    self._dialling.discard(limit)
        except TimeoutError:
            raise OperationalError("the connection is not waited for") from None
        self._open.add(connection)
        if self.are_cut:
            cut(connection)
        return connection

    def cut(self) -> None:
        """For good."""
        self.are_cut = True
        for limit in self._dialling:
            limit.reschedule(0)
        for connection in list(self._open):
            cut(connection)


def cut(connection: Any) -> None:
    """End what a psycopg connection waits for; it can only be closed after this."""
    if connection.closed:
        return
    # A copy, because the driver closes its own descriptor itself.
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


@asynccontextmanager
async def cut_after(seconds: float, connection: Any) -> AsyncIterator[None]:
    """Cut the line of a psycopg connection when the block takes longer; TimeoutError is raised then."""
    is_late = False

    def end() -> None:
        nonlocal is_late
        is_late = True
        cut(connection)

    timer = asyncio.get_running_loop().call_later(seconds, end)
    try:
        yield
    except Exception as error:
        if is_late:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()

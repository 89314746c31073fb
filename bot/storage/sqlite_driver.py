"""aiosqlite with one visit to its thread for each statement instead of four: open, execute, fetch and close together.

A visit costs more than most statements do, so a transaction holds the write lock for a third of the time. It begins
in the visit of its first statement, and none is made to end a transaction that was never begun or is over.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Self

from aiosqlite import Connection, Cursor


class OneVisitCursor(Cursor):
    """A cursor that fetches all rows as it executes, as SQLAlchemy would ask it to do next."""

    def __init__(self, connection: "OneVisitConnection") -> None:
        self._conn: OneVisitConnection = connection
        self._rows: list[Any] = []
        self._description: Any = None
        self._rowcount = -1
        self._lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._rows = []

    @property
    def description(self) -> Any:
        return self._description

    @property
    def rowcount(self) -> int:
        return self._rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._lastrowid

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        await self._visit(sql, parameters or (), many=False)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        await self._visit(sql, parameters, many=True)
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    async def _visit(self, sql: str, parameters: Iterable[Any], *, many: bool) -> None:
        await self._conn._execute(self._run, sql, parameters, many=many)  # type: ignore[no-untyped-call]

    def _run(self, sql: str, parameters: Iterable[Any], *, many: bool) -> None:
        """In the connection's thread, where its cursors live and end."""
        cursor = self._conn._conn.cursor()
        try:
            begin, self._conn.begins = self._conn.begins, ""
            if begin:
                cursor.execute(begin)
            if many:
                cursor.executemany(sql, parameters)
            else:
                cursor.execute(sql, tuple(parameters))
            self._description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self._rowcount, self._lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class OneVisitConnection(Connection):
    """A connection whose cursors cost nothing to make; `begins` opens a transaction before its next statement."""

    begins = ""

    def cursor(self) -> OneVisitCursor:  # type: ignore[override]
        return OneVisitCursor(self)

    async def commit(self) -> None:
        await self._end(super().commit)

    async def rollback(self) -> None:
        await self._end(super().rollback)

    async def _end(self, how: Callable[[], Awaitable[None]]) -> None:
        self.begins = ""
        if self.in_transaction:
            await how()


def connect(database: str, **options: Any) -> OneVisitConnection:
    """To be awaited; `options` are those of `sqlite3.connect`."""
    connection = OneVisitConnection(lambda: sqlite3.connect(database, **options), 64)
    # A process that ends without closing its database must not wait for this thread.
    connection._thread.daemon = True
    return connection

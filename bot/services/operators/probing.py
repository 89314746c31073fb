"""What probes and metrics ask of the database: one look of a kind at a time, and nobody waits long for it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from bot.services.operators import operating
from bot.services.operators.operating import Queue
from bot.services.ports import Clock
from bot.storage.address import StorageError
from bot.storage.engine import Database
from bot.storage.operators import overview

PATIENCE: Final = 2.0
"""Seconds for an answer, which takes milliseconds. The probes of deploy/ wait 5 s, a scrape of Prometheus 10 s
(`scrape_timeout`, prometheus.io/docs/prometheus/latest/configuration/configuration): both must hear of an outage."""

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits, and how many problems the content folder has by severity."""

    queue: Queue
    problems: dict[str, int]


class Look(Generic[Seen]):
    """A question that is under way once at most, so that a database that hangs has one connection of it, not all.

    Nobody's impatience ends it: a statement that is cancelled waits for the server as well. It ends when the server
    goes on, or the connection is lost.
    """

    def __init__(self, ask: Callable[[], Awaitable[Seen]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[Seen] | None = None
        self.last: Seen | None = None
        """The latest answer; None when the latest look failed."""

    async def within(self, seconds: float) -> Seen | None:
        """The answer, None when there is none in time. Raises what the question raises."""
        asking = self._asking
        if asking is None or asking.done():
            asking = self._asking = asyncio.create_task(self._look())
            # Nobody may be left who hears of a failure.
            asking.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({asking}, timeout=seconds)
        return asking.result() if done else None

    async def _look(self) -> Seen:
        try:
            self.last = await self._ask()
        except BaseException:
            self.last = None
            raise
        return self.last


class Lookout:
    """Looks after one database for those who ask from outside; `patience` in seconds."""

    def __init__(self, db: Database, now: Clock, *, patience: float = PATIENCE) -> None:
        self._db = db
        self._now = now
        self._patience = patience
        self._schema = Look(self._schema_is_current)
        self._counts = Look(self._count)

    async def unready(self) -> str:
        """Why this database cannot serve now; empty when it can."""
        try:
            is_current = await self._answer()
        except StorageError as error:
            return str(error)
        return "" if is_current else "The tables are of another version of the program: restart it."

    async def answers(self, within: float | None = None) -> bool:
        """Whether it answers at all, within so many seconds if not with the usual patience."""
        try:
            await self._answer(within)
        except StorageError:
            return False
        return True

    @property
    def takes_changes(self) -> bool:
        """False while it lets people read and refuses to be written to, as on a full disk."""
        return self._db.outage is None or not self._db.outage.hinders_writers

    async def counts(self) -> Counts | None:
        """Those of now; when counting takes long, those of the last time or None.

        Raises StorageError when the database does not answer.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        await self._answer()
        return await self._counts.within(max(0.0, until - loop.time())) or self._counts.last

    async def _answer(self, within: float | None = None) -> bool:
        patience = self._patience if within is None else within
        is_current = await self._schema.within(patience)
        if is_current is None:
            raise self._db.silent_for(patience)
        return is_current

    async def _schema_is_current(self) -> bool:
        async with self._db.read() as connection:
            return await overview.schema_is_current(connection)

    async def _count(self) -> Counts:
        return Counts(await operating.queue(self._db, now=self._now()), await operating.problems(self._db))

"""Long polling that acknowledges an update only when it is finished or stands safe in the inbox."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from telegram import error

from bot.chat.inbound.intake import Intake
from bot.chat.transport.insistence import Insistence
from bot.chat.updates import RawUpdate
from bot.services.ports import Clock

POLL: Final = timedelta(seconds=30)
"""How long Telegram holds a getUpdates open while there is nothing; it allows up to 50 s."""

GRACE: Final = timedelta(seconds=25)
"""For what runs when the program is told to end, of the 30 s that it may take."""

_GOODBYE: Final = 2.0
"""Seconds for the last acknowledgement; who stops a program does not wait for a network that is down."""

_CUT: Final = 3.0
"""Seconds for what runs when another may fetch the same updates any moment: what is on its way to Telegram arrives all
the same, and whoever knows that need not send it again."""


class Source(Protocol):
    """Where updates come from; raises PTB's errors."""

    async def fetch_updates(self, offset: int | None, *, wait: timedelta) -> Sequence[RawUpdate]:
        """Updates from `offset` on, in order; all before it are acknowledged and never come again."""


class Receiver:
    """After a kill, Telegram hands out again what was not acknowledged: one batch, 100 updates at most."""

    def __init__(
        self,
        source: Source,
        intake: Intake,
        clock: Clock,
        *,
        poll: timedelta = POLL,
        grace: timedelta = GRACE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._source = source
        self._intake = intake
        self._clock = clock
        self._poll = poll
        self._grace = grace.total_seconds()
        self._insistence = Insistence(chance)
        self._offset: int | None = None
        self._until: float | None = None
        self._last_contact: datetime | None = None
        self._last_turn: datetime | None = None

    @property
    def accepts_updates(self) -> bool:
        """True: it fetches them itself."""
        return True

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last answered getUpdates; None before the first time."""
        return self._last_contact

    @property
    def last_turn(self) -> datetime | None:
        """When the loop last came around, whether Telegram answered or not; None before it runs."""
        return self._last_turn

    async def run(self, stop: asyncio.Event) -> None:
        """Receives until `stop`, then gives what runs `grace` to finish; cancelled, little. Raises TokenRefused."""
        stopping = asyncio.create_task(stop.wait())
        try:
            await self._intake.resume()
            while not stop.is_set():
                if batch := await self._next(stopping):
                    await self._take(batch, stopping)
            self._close()
            await self._acknowledge()
        except asyncio.CancelledError:
            self._grace = min(self._grace, _CUT)
            raise
        finally:
            stopping.cancel()
            await self._intake.finish(self._close())

    def _close(self) -> float:
        """Begins nothing more; gives the seconds that are left for what runs."""
        now = asyncio.get_running_loop().time()
        if self._until is None:
            self._until = now + self._grace
            self._intake.close()
        return min(self._grace, max(0.0, self._until - now))

    async def _next(self, stopping: "asyncio.Task[object]") -> Sequence[RawUpdate]:
        """The next batch; nothing when it is time to stop."""
        polling = asyncio.create_task(self._fetch())
        try:
            await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return () if stopping.done() else polling.result()
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    async def _fetch(self) -> Sequence[RawUpdate]:
        while True:
            self._last_turn = self._clock()
            try:
                batch = await self._source.fetch_updates(self._offset, wait=self._poll)
            except error.TelegramError as failure:
                pause = self._insistence.pause_after(failure, self._clock())
                await asyncio.sleep(pause)
            else:
                self._last_contact = self._clock()
                self._insistence.over(self._last_contact)
                return batch

    async def _take(self, batch: Sequence[RawUpdate], stopping: "asyncio.Task[object]") -> None:
        taking = asyncio.create_task(self._intake.take(batch))
        try:
            await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            # Only an inbox that fails, or a full one, makes this last.
            if not taking.done():
                await asyncio.wait({taking}, timeout=self._close())
            is_taken = taking.done() and taking.result()
            # From the first open one on the batch comes again at the next start.
            first_open = None if is_taken else self._intake.first_open(batch)
            self._offset = first_open or max(update["update_id"] for update in batch) + 1
        finally:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)

    async def _acknowledge(self) -> None:
        """Without this the last batch would come again at the next start."""
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(_GOODBYE):
                await self._source.fetch_updates(self._offset, wait=timedelta(0))
        except (error.TelegramError, TimeoutError):
            # Then it comes again; what must happen once is guarded by its update's id.
            return

"""Of all processes that share a database, one fetches updates; when it ends or loses touch, another takes over."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Protocol

from bot.chat.inbound.receiving import Receiver
from bot.domain.errors import OperatorError
from bot.services.ports import Clock
from bot.storage.address import StorageError

log = logging.getLogger(__name__)

EVERY: Final = 1.0
"""Seconds between two attempts to take the seat."""

_LOST: Final = "The database's connection was lost: this process fetches no more updates."
_UNANSWERED: Final = "Until the database answers, this process fetches no updates."
_WAITS: Final = "Another process fetches the updates of this bot: the webhook is set as soon as it ends."


class Seat(Protocol):
    """What one process of all can have."""

    async def take(self) -> bool:
        """Whether this process has it from now on. Raises OperatorError when nobody can say."""

    async def lost(self) -> None:
        """Returns as soon as it may be another's."""

    async def leave(self) -> None:
        """Let another have it."""


class Elected:
    """A receiver that works while its process has the seat; `receiver` makes one for each time that it has.

    A receiver that lost the seat begins nothing more, and has some seconds for what runs: what it had not finished
    comes again, to whoever has the seat then.
    """

    def __init__(self, seat: Seat, receiver: Callable[[], Receiver], clock: Clock, *, every: float = EVERY) -> None:
        self._seat = seat
        self._make = receiver
        self._clock = clock
        self._every = every
        self._receiver: Receiver | None = None
        self._fetches_since: datetime | None = None
        self._last_turn: datetime | None = None
        self._told = ""

    @property
    def fetches(self) -> bool:
        """Whether this process has the seat, and asks."""
        return self._receiver is not None

    @property
    def accepts_updates(self) -> bool:
        """True: who stands by serves as well as who fetches."""
        return True

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last answered getUpdates, or when this process began to ask; None while another asks."""
        return (self._receiver.last_contact or self._fetches_since) if self._receiver else None

    @property
    def last_turn(self) -> datetime | None:
        """When the loop last came around, that of the receiver or that which waits for the seat."""
        return (self._receiver and self._receiver.last_turn) or self._last_turn

    async def run(self, stop: asyncio.Event) -> None:
        """Receives whenever it may, until `stop`. Raises TokenRefused."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._last_turn = self._clock()
                if await self._has_seat(stopping):
                    await self._receive(stop)
                await asyncio.wait({stopping}, timeout=self._every)
        finally:
            stopping.cancel()
            await self._seat.leave()

    async def _has_seat(self, stopping: "asyncio.Task[object]") -> bool:
        taking = asyncio.create_task(self._seat.take())
        try:
            await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not taking.done():
                # Its answer comes with the server's, for which nobody waits any more.
                await self._seat.leave()
                return False
            taken = taking.result()
        except OperatorError:
            # What is wrong with it, the database says itself.
            if self._told != _LOST:
                self._tell(logging.WARNING, _UNANSWERED)
            return False
        finally:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
        if not taken:
            self._tell(logging.INFO, "Another process fetches the updates; this one stands by.")
        return taken

    async def _receive(self, stop: asyncio.Event) -> None:
        self._tell(logging.INFO, "This process fetches the updates.")
        self._receiver, self._fetches_since = self._make(), self._clock()
        receiving = asyncio.create_task(self._receiver.run(stop))
        losing = asyncio.create_task(self._seat.lost())
        try:
            await asyncio.wait({receiving, losing}, return_when=asyncio.FIRST_COMPLETED)
            if receiving.done():
                receiving.result()
            else:
                self._tell(logging.WARNING, _LOST)
        except StorageError:
            # A seat is of no use to who cannot look into the inbox.
            self._tell(logging.WARNING, _LOST)
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
            self._receiver = None
            # Before its watch is called off, which would wait for the server.
            await self._seat.leave()
            losing.cancel()
            await asyncio.gather(losing, return_exceptions=True)

    def _tell(self, level: int, sentence: str) -> None:
        """Once, however often it is so."""
        if sentence != self._told:
            log.log(level, "%s", sentence)
            self._told = sentence


async def while_nobody_fetches(seat: Seat, act: Callable[[], Awaitable[object]], *, every: float = EVERY) -> None:
    """Do it once whoever fetches updates has ended and acknowledged what it had in hand, which else came twice.

    Raises what `act` raises.
    """
    times_taken = 0
    try:
        while not (is_ours := await _is_ours(seat)):
            times_taken += is_ours is False
            # The first time it may be another that only sets the webhook, too.
            if times_taken == 2 and is_ours is False:
                log.info("%s", _WAITS)
            await asyncio.sleep(every)
        await act()
    finally:
        await seat.leave()


async def _is_ours(seat: Seat) -> bool | None:
    """None when nobody can say."""
    taking = asyncio.create_task(seat.take())
    try:
        return await asyncio.shield(taking)
    except OperatorError:
        # What is wrong with it, the database says itself.
        return None
    except asyncio.CancelledError:
        # Else its answer would come with the server's.
        await seat.leave()
        raise
    finally:
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)

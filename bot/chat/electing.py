"""Of all processes that share a database, one fetches updates; when it ends or loses touch, another takes over."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from bot.chat.receiving import Receiver
from bot.domain.errors import OperatorError
from bot.services.ports import Clock

log = logging.getLogger(__name__)

EVERY: Final = 1.0
"""Seconds between two attempts to take the seat."""


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

    A receiver that lost the seat is cut off like one that was killed: what it had not finished comes again, to
    whoever has the seat then.
    """

    def __init__(self, seat: Seat, receiver: Callable[[], Receiver], clock: Clock, *, every: float = EVERY) -> None:
        self._seat = seat
        self._make = receiver
        self._clock = clock
        self._every = every
        self._receiver: Receiver | None = None
        self._last_turn: datetime | None = None
        self._told = ""

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last answered getUpdates; None while another process asks."""
        return self._receiver.last_contact if self._receiver else None

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
                if await self._has_seat():
                    await self._receive(stop)
                else:
                    await asyncio.wait({stopping}, timeout=self._every)
        finally:
            stopping.cancel()
            await self._seat.leave()

    async def _has_seat(self) -> bool:
        try:
            taken = await self._seat.take()
        except OperatorError as error:
            self._tell(logging.WARNING, f"{error} Until it answers, this process fetches no updates.")
            return False
        if not taken:
            self._tell(logging.INFO, "Another process fetches the updates; this one stands by.")
        return taken

    async def _receive(self, stop: asyncio.Event) -> None:
        self._tell(logging.INFO, "This process fetches the updates.")
        self._receiver = self._make()
        receiving = asyncio.create_task(self._receiver.run(stop))
        losing = asyncio.create_task(self._seat.lost())
        try:
            await asyncio.wait({receiving, losing}, return_when=asyncio.FIRST_COMPLETED)
            if receiving.done():
                receiving.result()
            else:
                self._tell(logging.WARNING, "The database's connection was lost: this process fetches no more updates.")
        finally:
            for task in (receiving, losing):
                task.cancel()
            await asyncio.gather(receiving, losing, return_exceptions=True)
            self._receiver = None
            await self._seat.leave()

    def _tell(self, level: int, sentence: str) -> None:
        """Once, however often it is so."""
        if sentence != self._told:
            log.log(level, "%s", sentence)
            self._told = sentence

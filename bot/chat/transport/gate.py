"""The last step before a message leaves: each at the moment of its slot, or as far behind the one before it as that.

Whoever comes late finds the others late too: they keep their distances and catch up slowly, so that processes which
share a limit exceed it no more than the slots do that they were given.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Final, Protocol

from bot.chat.transport.rates import Window

_TOGETHER: Final = 0.002
"""Seconds of slots that leave at one look, so that 1,000 a second are not 1,000 timers."""

_CATCH_UP: Final = 0.95
"""Of its distance to the one before it, what a late message keeps: 28 a second become 29.5, 900 become 947."""

_SLACK: Final = 0.01
"""Seconds of lateness made up for at once; timers are a little late always."""


class Handle(Protocol):
    def cancel(self) -> object: ...


class Timer(Protocol):
    """What the pacer needs of an event loop: a monotonic clock in seconds, and calls at a time of it."""

    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], object], /) -> Handle: ...


class Gate:
    """Everything that leaves is counted here at the moment it does, and waits here when that would be too many."""

    def __init__(self, per_second: float, timer: Timer) -> None:
        self._window = Window(per_second)
        self._last_slot = self._last_left = 0.0
        self._timer = timer
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, int, bool, asyncio.Future[None]]] = []
        self._wake: Handle | None = None
        self._wake_at = 0.0
        self.closed_until = 0.0

    def is_open(self, now: float) -> bool:
        """Whether what comes now need not wait."""
        return not self._waiting and self.closed_until <= now and self._window.free_at() <= now

    def take(self, now: float, messages: int) -> None:
        """Somebody leaves now, having seen that it is open."""
        self._window.take(now, messages)
        self._last_slot = self._last_left = now

    async def leave(self, at: float, messages: int, *, patient: bool) -> None:
        """Returns at `at`, or as soon after it as may be. `dismiss` ends the wait of whoever is not `patient`."""
        now = self._timer.time()
        if self.is_open(now) and self._due(at) <= now:
            self._passes(at, now, messages)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (at, next(self._order), messages, patient, future))
        if self._wake is None or at < self._wake_at:
            self._set_timer(now)
        await future

    def dismiss(self, error: Exception) -> None:
        """Tell whoever is not patient that the gate is closed."""
        for *_, patient, future in self._waiting:
            if not patient and not future.done():
                future.set_exception(error)
        self._waiting = [one for one in self._waiting if not one[-1].done()]
        heapq.heapify(self._waiting)

    def _serve(self) -> None:
        self._wake = None
        now = self._timer.time()
        while self._waiting and self._due(self._waiting[0][0]) <= now + _TOGETHER and self._opens_at() <= now:
            at, _, messages, _, future = heapq.heappop(self._waiting)
            if not future.done():
                self._passes(at, now, messages)
                future.set_result(None)
        self._set_timer(now)

    def _due(self, at: float) -> float:
        return max(at, self._last_left + _CATCH_UP * max(0.0, at - self._last_slot))

    def _passes(self, at: float, now: float, messages: int) -> None:
        self._last_left = max(self._due(at), now - _SLACK)
        self._last_slot = max(self._last_slot, at)
        self._window.take(now, messages)

    def _opens_at(self) -> float:
        return max(self.closed_until, self._window.free_at())

    def _set_timer(self, now: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if self._waiting:
            self._wake_at = max(self._due(self._waiting[0][0]), self._opens_at(), now)
            self._wake = self._timer.call_at(self._wake_at, self._serve)

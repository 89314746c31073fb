"""A pacer's slots when several processes send: reserved in small blocks on a row that they share."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from bot.chat.transport.rates import Spacing
from bot.domain.errors import OperatorError

log = logging.getLogger(__name__)

AHEAD: Final = 0.2
"""Seconds that digests reserve ahead: whoever wants an answer waits no longer for slots that are theirs already."""

LATE, LATE_IF_FAST, FAST = 0.06, 0.5, 100.0
"""Seconds after which a slot is lost. Sends so late bring 28 slots a second to 29.7 in any second.

From 100 a second on it is many small delays that meet; they keep their distances (`bot.chat.transport.gate`), and lose
nothing.
"""

_BLOCK: Final = 0.05
"""Seconds of slots that one process takes at once for digests, so that fast senders ask seldom."""


class Reserved(Protocol):
    @property
    def count(self) -> int: ...
    @property
    def wait(self) -> float: ...
    @property
    def halt(self) -> float: ...


class Pace(Protocol):
    """What all processes share."""

    async def reserve(self, count: int, *, ahead: float | None = None) -> Reserved: ...
    async def halt(self, seconds: float) -> None: ...


class SharedSpacing:
    """Stands where a `Spacing` of one process does.

    A slot that nobody uses at its time is lost, as idle time is. Without a database there are no digests, and answers
    keep the pace of this process alone.
    """

    def __init__(self, pace: Pace, per_second: float, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._interval = 1.0 / per_second
        self._block = max(1, round(per_second * _BLOCK))
        self._clock = clock
        self.late = LATE_IF_FAST if per_second >= FAST else LATE
        self._alone = Spacing(per_second)
        self._slots: deque[float] = deque()
        self._debt = 0
        self._wanted = (0, 0)
        self._asking: asyncio.Task[None] | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._is_cut_off = False
        self.opened: Callable[[], None] = lambda: None
        self.halted: Callable[[float], None] = lambda seconds: None

    @property
    def next(self) -> float:
        """When the next slot is; infinite while none is reserved."""
        late = self._clock() - self.late
        while self._slots and self._slots[0] < late:
            self._slots.popleft()
        return self._slots[0] if self._slots else math.inf

    @next.setter  # noqa: A003 - a Spacing has it as an attribute
    def next(self, slot: float) -> None:
        if math.isinf(slot):
            self._debt = max(0, self._debt - 1)
        else:
            self._slots.appendleft(slot)

    def take(self, now: float, messages: int) -> None:
        """Use the next slot; what counts as more than one message uses those after it too.

        One that became too late since `next` was asked for is paid with the next that is reserved.
        """
        self._debt += messages
        self._pay()

    def want(self, answers: int, digests: int) -> None:
        """So many wait and could go now."""
        self._wanted = (answers, digests)
        if self._asking is None and self._missing():
            self._asking = asyncio.get_running_loop().create_task(self._ask())

    def halt(self, seconds: float) -> None:
        """Tell the others."""
        task = asyncio.get_running_loop().create_task(self._tell(seconds))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def _missing(self) -> int:
        return sum(self._wanted) + self._debt - len(self._slots)

    async def _ask(self) -> None:
        try:
            while (missing := self._missing()) > 0:
                pause = await self._reserve(missing)
                self.opened()
                if pause:
                    await asyncio.sleep(pause)
        finally:
            self._asking = None

    async def _reserve(self, missing: int) -> float:
        """One block more; gives how long to wait before the next, when this was not to be had yet."""
        urgent = self._wanted[0] + self._debt - len(self._slots)
        count = urgent if urgent > 0 else min(missing, self._block)
        try:
            reserved = await self._pace.reserve(count, ahead=None if urgent > 0 else AHEAD)
        except OperatorError as error:
            return self._without_a_database(count, error)
        self._is_cut_off = False
        if reserved.halt:
            self.halted(reserved.halt)
        first = self._clock() + reserved.wait
        self._slots.extend(first + n * self._interval for n in range(reserved.count))
        self._pay()
        # Somebody who wants an answer meanwhile must not wait for this pause to end.
        return 0.0 if reserved.count else min(max(reserved.wait - AHEAD, 0.005), _BLOCK)

    def _without_a_database(self, count: int, error: OperatorError) -> float:
        if not self._is_cut_off:
            log.warning("%s This process keeps its own pace meanwhile.", error)
            self._is_cut_off = True
        for _ in range(count):
            now = self._clock()
            self._slots.append(max(self._alone.next, now))
            self._alone.take(now, 1)
        return 0.0

    def _pay(self) -> None:
        while self._debt and self._slots:
            self._slots.popleft()
            self._debt = max(0, self._debt - 1)

    async def _tell(self, seconds: float) -> None:
        try:
            await self._pace.halt(seconds)
        except OperatorError:
            # They will be told by Telegram itself.
            return

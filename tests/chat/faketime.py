"""A timer whose time passes when the test says so; what waits on it runs in order, at once."""

import asyncio
import functools
import heapq
import itertools
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class FakeTimer:
    """`late`: seconds by which every call comes after its time, as on a busy machine."""

    now: float = 1000.0
    late: float = 0.0
    calls: list[tuple[float, int, Call, Callable[[], object]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=itertools.count)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> Call:
        call = Call()
        heapq.heappush(self.calls, (max(when, self.now) + self.late, next(self.order), call, callback))
        return call

    async def pass_(self, seconds: float) -> None:
        end = self.now + seconds
        await settle()
        while self.calls and self.calls[0][0] <= end:
            when, _, call, callback = heapq.heappop(self.calls)
            if not call.cancelled:
                self.now = max(self.now, when)
                callback()
                await settle()
        self.now = end


async def settle() -> None:
    """Lets every task run until it waits."""
    for _ in range(4):
        await asyncio.sleep(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that never sleeps: when nothing is ready, its clock jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._really_select = self._selector.select  # type: ignore[attr-defined]
        self._selector.select = self._jump  # type: ignore[attr-defined]

    def time(self) -> float:
        return self._now

    def _jump(self, timeout: float | None) -> object:
        if timeout is None:
            raise RuntimeError("everything waits, and nothing will ever happen")
        # A little more than asked, as a float sum may fall short of the timer's own time.
        self._now += timeout + (1e-9 if timeout else 0.0)
        return self._really_select(0)


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Runs an async test on a VirtualLoop: hours pass at once, and the same way every time."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run

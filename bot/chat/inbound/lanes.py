"""Jobs of one lane run one after the other, in order; jobs of different lanes at once, up to a width."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

Job = Callable[[], Awaitable[float | None]]
"""Handles its own errors; gives the seconds after which it wants to run again, its lane waiting, or None."""


class Lanes:
    def __init__(self, width: int) -> None:
        self._free = asyncio.Semaphore(width)
        self._jobs: dict[Hashable, deque[Job]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._closed = asyncio.Event()

    def put(self, lane: Hashable, job: Job) -> None:
        waiting = self._jobs.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._jobs[lane] = deque([job])
        task = asyncio.create_task(self._run(lane))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def length(self, lane: Hashable) -> int:
        """How many jobs of the lane wait or run."""
        return len(self._jobs.get(lane, ()))

    @property
    def busy(self) -> bool:
        """Whether a job runs, or waits to be begun."""
        return bool(self._running)

    def close(self) -> None:
        """From now on no job is begun; those that run go on."""
        self._closed.set()

    async def empty(self) -> None:
        """Returns when no job is left, or none that has begun."""
        while self._running:
            await asyncio.wait(self._running)

    async def abandon(self) -> None:
        """Cancels every job, and forgets those that have not begun."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self, lane: Hashable) -> None:
        jobs = self._jobs[lane]
        try:
            while jobs:
                async with self._free:
                    if self._closed.is_set():
                        return
                    pause = await jobs[0]()
                if pause is None:
                    jobs.popleft()
                else:
                    await self._pause(pause)
        finally:
            del self._jobs[lane]

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closed.wait()

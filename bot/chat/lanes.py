"""Jobs of one lane run one after the other, in order; jobs of different lanes at once, up to a width."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

Job = Callable[[], Awaitable[None]]
"""Handles its own errors."""


class Lanes:
    def __init__(self, width: int) -> None:
        self._free = asyncio.Semaphore(width)
        self._jobs: dict[Hashable, deque[Job]] = {}
        self._running: set[asyncio.Task[None]] = set()

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

    async def empty(self) -> None:
        """Returns when no job is left."""
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
                    await jobs[0]()
                jobs.popleft()
        finally:
            del self._jobs[lane]

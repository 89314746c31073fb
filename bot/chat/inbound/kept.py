"""What stands in the inbox for this process: updates it works on, and finished ones that could not be taken out yet."""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, Protocol

from bot.chat.updates import RawUpdate, lane_of

log = logging.getLogger(__name__)

_REMEMBERED: Final = 4096
"""Update ids; Telegram repeats one only until it is acknowledged, and hands out 100 at a time."""

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 10.0
"""Seconds between two attempts to take out what is finished, the first doubled each time up to the longest."""

_GOODBYE: Final = 5.0
"""Seconds for the last words to the inbox; who stops a program does not wait for a database that is down."""


class Memory:
    """The latest so many ids of updates."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._ids: dict[int, None] = {}
        self._most = most

    def __contains__(self, update_id: object) -> bool:
        return update_id in self._ids

    def add(self, update_id: int) -> None:
        self._ids[update_id] = None
        if len(self._ids) > self._most:
            del self._ids[next(iter(self._ids))]


class Inbox(Protocol):
    """Keeps what takes long, so that it need not hold up the acknowledgement of what came after it."""

    async def keep(self, updates: Sequence[RawUpdate]) -> None:
        """Stores them; one that is there already stays."""

    async def forget(self, update_ids: Sequence[int]) -> None:
        """They are finished."""

    async def kept(self) -> Sequence[RawUpdate]:
        """What was never finished, oldest first."""

    async def release(self, update_ids: Sequence[int]) -> None:
        """They are not worked on any more: whoever asks for `kept` next may have them."""


class Kept:
    """Counts updates and lanes; when `backlog` updates stand in the inbox, `room` waits."""

    def __init__(self, inbox: Inbox, backlog: int) -> None:
        self._inbox = inbox
        self._backlog = backlog
        self._at_work: dict[int, int] = {}
        self._finished: set[int] = set()
        self._doubtful: set[int] = set()
        self._slow_lanes: Counter[int] = Counter()
        self._clearing: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()

    @property
    def ids(self) -> Sequence[int]:
        """Of all updates that nobody else may take over."""
        return [*self._at_work, *self._finished]

    @property
    def unfinished(self) -> Collection[int]:
        return self._at_work.keys()

    def may_hold(self, update_id: int) -> bool:
        """Whether it stands in the inbox, as far as anybody knows."""
        return update_id in self._at_work or update_id in self._doubtful

    def is_slow(self, lane: int) -> bool:
        """Whether an update of the lane stands in the inbox, so that what comes after it is not waited for."""
        return bool(self._slow_lanes[lane])

    async def room(self) -> None:
        await self._room.wait()

    def add(self, update: RawUpdate) -> None:
        """It stands in the inbox, and is worked on here from now on."""
        lane = lane_of(update)
        self._at_work[update["update_id"]] = lane
        self._slow_lanes[lane] += 1
        if len(self._at_work) >= self._backlog:
            self._room.clear()

    async def store(self, updates: Sequence[RawUpdate]) -> bool:
        """Put them into the inbox; False when that cannot be done now."""
        try:
            await self._inbox.keep(updates)
        except Exception:  # the update border: without an inbox, what runs is simply waited for
            log.exception("%d updates could not be put aside; they are waited for", len(updates))
            # Of a transaction whose end was not heard, nobody knows whether it was committed.
            self._doubtful.update(update["update_id"] for update in updates)
            return False
        for update in updates:
            self.add(update)
            self._doubtful.discard(update["update_id"])
        return True

    async def left_over(self) -> Sequence[RawUpdate]:
        """What stands there and is not worked on by anybody; what was finished here is not among it."""
        return [
            update
            for update in await self._inbox.kept()
            if update["update_id"] not in self._at_work and update["update_id"] not in self._finished
        ]

    async def forget(self, update_ids: Sequence[int]) -> None:
        """They are finished: they go now, or as soon as the inbox answers."""
        for update_id in update_ids:
            self._finished.add(update_id)
            self._doubtful.discard(update_id)
            lane = self._at_work.pop(update_id, None)
            if lane is not None:
                self._slow_lanes[lane] -= 1
                if not self._slow_lanes[lane]:
                    del self._slow_lanes[lane]
        if len(self._at_work) < self._backlog:
            self._room.set()
        if not update_ids or self._is_clearing():
            return
        try:
            await self._clear()
        except Exception:  # the update border as well
            log.exception("%d finished updates could not be taken out of the inbox; it is tried again", len(update_ids))
            # It fails for many at once, and one of them tries again for all.
            if not self._is_clearing():
                self._clearing = asyncio.create_task(self._clear_later())

    def make_room(self) -> None:
        """For the end, when nothing is begun any more: what still comes is stored and left to others."""
        self._backlog = sys.maxsize
        self._room.set()

    async def close(self) -> None:
        """Take out what is finished, and let others have the rest."""
        if self._clearing is not None:
            self._clearing.cancel()
            await asyncio.gather(self._clearing, return_exceptions=True)
        try:
            async with asyncio.timeout(_GOODBYE):
                await self._clear()
                if self._at_work:
                    await self._inbox.release(list(self._at_work))
        except Exception:  # the update border as well: others take over later, or repeat what was finished
            log.exception("At the end the inbox could not be told what is finished and what is not")

    def _is_clearing(self) -> bool:
        return self._clearing is not None and not self._clearing.done()

    async def _clear(self) -> None:
        if finished := list(self._finished):
            await self._inbox.forget(finished)
            self._finished.difference_update(finished)

    async def _clear_later(self) -> None:
        pause = _FIRST_PAUSE
        while self._finished:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                await self._clear()
            except Exception:  # as before
                log.debug("Finished updates still stand in the inbox", exc_info=True)

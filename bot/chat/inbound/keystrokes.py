"""Inline queries: of each person the newest is answered, at a pace; those that it overtook are left alone.

Telegram sends one for each pause in typing and shows the answer to the last: an answer to an earlier one is seen by
nobody, and the last one unanswered leaves the person waiting for ever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from bot.chat.inbound.lanes import Lanes
from bot.chat.inbound.throttling import Throttle
from bot.chat.updates import RawUpdate


class Keystrokes:
    """Runs `answer` in `lanes`, one query of a person at a time; what waits in here does not outlive the process."""

    def __init__(self, answer: Callable[[RawUpdate], Awaitable[None]], lanes: Lanes, throttle: Throttle) -> None:
        self._answer = answer
        self._lanes = lanes
        self._throttle = throttle
        self._newest: dict[int, RawUpdate] = {}
        self._waiting: dict[int, asyncio.TimerHandle] = {}
        self._busy: set[int] = set()

    def put(self, person: int, update: RawUpdate) -> None:
        """Answers the update, unless a newer one of the person comes before its turn."""
        self._newest[person] = update
        if person not in self._waiting and person not in self._busy:
            self._schedule(person)

    def abandon(self) -> None:
        """Forgets what waits for its time."""
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        self._newest.clear()

    def _schedule(self, person: int) -> None:
        loop = asyncio.get_running_loop()
        wait = self._throttle.wait(person, loop.time())
        if wait > 0:
            self._waiting[person] = loop.call_later(wait, self._begin, person)
        else:
            self._begin(person)

    def _begin(self, person: int) -> None:
        self._waiting.pop(person, None)
        self._busy.add(person)
        self._throttle.judge(person, asyncio.get_running_loop().time())
        self._lanes.put(("typed", person), partial(self._work, person))

    async def _work(self, person: int) -> None:
        # The newest by now: while this waited for its turn, the person may have gone on typing.
        update = self._newest.pop(person, None)
        try:
            if update is not None:
                await self._answer(update)
        finally:
            self._busy.discard(person)
            if person in self._newest:
                self._schedule(person)

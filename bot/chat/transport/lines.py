"""A line of waits: those of one chat in order, chats by arrival, and a chat that must rest holds up nobody else."""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.transport.rates import ChatId


@dataclass(slots=True, eq=False)
class Wait:
    """Somebody who waits for a turn to send `messages` to a chat (None: the call is no chat's).

    The turn is a moment of the pacer's clock.
    """

    chat: ChatId | None
    messages: int
    turn: "asyncio.Future[float]"


class Line:
    """`free_at` says from when on a wait's chat may be sent to; it is asked again before every turn."""

    def __init__(self, free_at: Callable[[Wait], float]) -> None:
        self._free_at = free_at
        self._arrivals = itertools.count()
        self._of_chat: dict[ChatId | None, deque[tuple[int, Wait]]] = {}
        # Each chat stands once in one of these: as ready, by arrival of its first wait, or as resting, by time.
        self._ready: list[tuple[int, ChatId | None]] = []
        self._resting: list[tuple[float, int, ChatId | None]] = []

    def __bool__(self) -> bool:
        return bool(self._of_chat)

    def __len__(self) -> int:
        return sum(1 for waits in self._of_chat.values() for _, wait in waits if not wait.turn.done())

    def join(self, wait: Wait) -> None:
        waits = self._of_chat.setdefault(wait.chat, deque())
        waits.append((next(self._arrivals), wait))
        if len(waits) == 1:
            heapq.heappush(self._ready, (waits[0][0], wait.chat))

    def pick(self, now: float) -> Wait | None:
        """Takes the earliest wait whose chat is free out of the line."""
        while self._resting and self._resting[0][0] <= now:
            _, arrival, chat = heapq.heappop(self._resting)
            heapq.heappush(self._ready, (arrival, chat))
        while self._ready:
            arrival, chat = heapq.heappop(self._ready)
            wait = self._of_chat[chat][0][1]
            if wait.turn.done():
                self._drop_first(chat)
                continue
            free_at = self._free_at(wait)
            if free_at <= now:
                self._drop_first(chat)
                return wait
            heapq.heappush(self._resting, (free_at, arrival, chat))
        return None

    def next_at(self) -> float | None:
        """The earliest time at which `pick` may find somebody; None when nobody waits."""
        if self._ready:
            return 0.0
        return self._resting[0][0] if self._resting else None

    def ready(self, now: float) -> int:
        """How many chats `pick` may find free now."""
        return len(self._ready) + sum(at <= now for at, _, _ in self._resting[:1])

    def dismiss(self, error: Exception) -> None:
        """Ends every wait with an error."""
        for waits in self._of_chat.values():
            for _, wait in waits:
                if not wait.turn.done():
                    wait.turn.set_exception(error)
        self._of_chat.clear()
        self._ready.clear()
        self._resting.clear()

    def _drop_first(self, chat: ChatId | None) -> None:
        waits = self._of_chat[chat]
        waits.popleft()
        if waits:
            heapq.heappush(self._ready, (waits[0][0], chat))
        else:
            del self._of_chat[chat]

"""What changed, numbered, for everyone who watches: the chat page by SSE, tests by waiting."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.limits import MAX_EVENTS


@dataclass(frozen=True, slots=True)
class Event:
    """What changed: the kinds and their data are listed in `bot.sandbox.control`."""

    number: int
    kind: str
    data: dict[str, Any]


@dataclass
class Events:
    """The latest events. A watcher that falls behind the ring misses the oldest, and sees it by the numbers.

    `world` tells this run of the server from the next, which counts anew.
    """

    recent: "deque[Event]" = field(default_factory=lambda: deque(maxlen=MAX_EVENTS))
    last_number: int = 0
    world: str = field(default_factory=lambda: secrets.token_hex(4))
    _watchers: "set[asyncio.Event]" = field(default_factory=set)

    def publish(self, kind: str, **data: Any) -> None:
        self.last_number += 1
        self.recent.append(Event(self.last_number, kind, data))
        for watcher in self._watchers:
            watcher.set()

    def since(self, number: int) -> list[Event]:
        """The kept events after that number, oldest first."""
        return [event for event in self.recent if event.number > number]

    def follows(self, number: int, world: str) -> bool:
        """Whether who saw that event, of that world or of one not named, can be told all that came after it."""
        oldest = self.last_number - len(self.recent)
        return world in ("", self.world) and oldest <= number <= self.last_number

    async def watch(self, after: int) -> AsyncIterator[list[Event]]:
        """Batches of events after that number, for as long as the caller iterates."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            while True:
                changed.clear()
                batch = self.since(after)
                if batch:
                    after = batch[-1].number
                    yield batch
                else:
                    await changed.wait()
        finally:
            self._watchers.discard(changed)

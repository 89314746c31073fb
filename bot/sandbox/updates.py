"""The queue of updates: numbered, kept until confirmed, given to one poller at a time or to a webhook."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.limits import MAX_PENDING_UPDATES

# core.telegram.org/bots/api#getupdates: sent only to who asks for them by name.
ASKED_BY_NAME = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_UPDATE_ID = 100_000_001
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(slots=True)
class Pending:
    """An update not yet confirmed; `copies` are deliveries still owed before a confirmation counts."""

    id: int
    body: dict[str, Any]
    copies: int = 1


@dataclass
class UpdateQueue:
    """`allowed` is what the bot asked for: None means the default set."""

    pending: "deque[Pending]" = field(default_factory=deque)
    next_id: int = FIRST_UPDATE_ID
    allowed: frozenset[str] | None = None
    dropped: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _poller: "asyncio.Future[None] | None" = None

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed is not None else kind not in ASKED_BY_NAME

    def push(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Queue an update; its id, or None when the bot did not ask for that kind."""
        if not self.wants(kind):
            return None
        update_id, self.next_id = self.next_id, self.next_id + 1
        self.pending.append(Pending(update_id, {"update_id": update_id, kind: payload}))
        if len(self.pending) > MAX_PENDING_UPDATES:
            self.pending.popleft()
            self.dropped += 1
        self._changed.set()
        return update_id

    def confirm(self, offset: int) -> None:
        """Forget what is older than `offset`; a negative one keeps only that many of the newest."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
            return
        kept = [p for p in self.pending if p.id >= offset or p.copies > 1]
        for item in kept:
            if item.id < offset:
                item.copies -= 1
        self.pending = deque(kept)

    def remove(self, update_id: int) -> None:
        """Confirm one update, out of order: for the webhook. A copy still owed keeps it."""
        for item in self.pending:
            if item.id == update_id:
                item.copies -= 1
        self.pending = deque(item for item in self.pending if item.copies > 0)

    def clear(self) -> None:
        self.pending.clear()

    def repeat(self, update_ids: set[int]) -> None:
        """Deliver those updates once more after they are confirmed."""
        for item in self.pending:
            if item.id in update_ids:
                item.copies += 1

    async def poll(self, offset: int, limit: int, wait_seconds: float) -> list[dict[str, Any]]:
        """What getUpdates answers. A second poller ends the first with ApiError 409."""
        self.end_poll(TERMINATED)
        self.confirm(offset)
        if not self.pending and wait_seconds > 0:
            await self._wait(wait_seconds)
        return [item.body for item, _ in zip(self.pending, range(limit), strict=False)]

    def end_poll(self, reason: str) -> None:
        """Answer a waiting getUpdates with 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(ApiError(409, reason))

    async def _wait(self, seconds: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = mine
        self._changed.clear()
        changed = asyncio.ensure_future(self._changed.wait())
        either: set[asyncio.Future[Any]] = {mine, changed}
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if mine.done():
                mine.result()
        finally:
            changed.cancel()
            if self._poller is mine:
                self._poller = None
            mine.cancel()

    async def arrived(self) -> None:
        """Return once an update waits in the queue."""
        while not self.pending:
            self._changed.clear()
            await self._changed.wait()

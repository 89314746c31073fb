"""One pacer for every send of the process: strictly spaced, answers before digests, one halt for all."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum
from typing import Final

from bot.chat.transport.gate import Gate, Handle, Timer
from bot.chat.transport.lines import Line, Wait
from bot.chat.transport.rates import ChatId, ChatRate, Limits, Spacing, is_group
from bot.chat.transport.shared_spacing import SharedSpacing

_FEW_CHATS: Final = 4096
"""Rates kept before those of chats that have been quiet long enough are forgotten."""

_LOOK_AGAIN: Final = 0.1

MOST_AHEAD: Final = 0.05
"""Seconds before its moment that a slot is given at most: whoever wants an answer then waits so long for the next."""


class Priority(IntEnum):
    """Lower goes first: a person who waits for an answer never waits for somebody's digest."""

    ANSWER = 0
    DIGEST = 1


class Halted(Exception):  # noqa: N818 - it tells how the pacer stands, nothing is at fault
    """Flood control holds everything back. Digests are told so at once and may come again after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Telegram wants nothing for {wait.total_seconds():.0f} s")
        self.wait = wait


Observer = Callable[[Priority, float], None]
"""Told of every slot: its priority, and how many seconds it was waited for."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The moment `at` (of the pacer's clock) for `messages`, which were asked for at `since`."""

    at: float
    since: float
    priority: Priority
    messages: int


class Pacer:
    """Gives one slot after the other, a little before its moment; whoever has one leaves by the gate at that moment.

    Within a priority first come, first served, except that a chat which must rest lets others pass.
    """

    def __init__(
        self,
        limits: Limits,
        timer: Timer,
        observe: Observer = lambda priority, seconds: None,
        shared: SharedSpacing | None = None,
    ) -> None:
        self._limits = limits
        self._timer = timer
        self._observe = observe
        self._spacing: Spacing | SharedSpacing = shared or Spacing(limits.per_second)
        self._shared = shared
        if shared:
            shared.opened, shared.halted = self._serve, self._hold_for
        self._rates: dict[ChatId, ChatRate] = {}
        self._forget_at = _FEW_CHATS
        self._gate = Gate(limits.per_second, timer)
        self._lines = {priority: Line(self._free_at) for priority in Priority}
        self._halted_until = 0.0
        self._ahead = 0.0
        self._wake: Handle | None = None
        self._last: tuple[Wait, float] | None = None

    async def slot(self, chat_id: ChatId | None, priority: Priority = Priority.ANSWER, *, messages: int = 1) -> None:
        """Returns when it is this call's turn: it is sent at once. As `reserve` and `leave`, one after the other."""
        since = self._timer.time()
        if not any(self._lines.values()) and self._gate.is_open(since) and self._open_at() <= since:
            wait = Wait(chat_id, messages, asyncio.get_running_loop().create_future())
            if self._free_at(wait) <= since:
                self._take(wait, since)
                self._gate.take(since, messages)
                self._observe(priority, 0.0)
                return
        await self.leave(await self.reserve(chat_id, priority, messages=messages))

    async def reserve(
        self, chat_id: ChatId | None, priority: Priority, *, messages: int = 1, ahead: float = 0.0
    ) -> Slot:
        """Gives the next slot, up to `ahead` seconds before its moment; an album counts as its pictures.

        Whoever is given something sends alike, so that `ahead` goes for all that wait.
        `chat_id` None is for calls that count overall but in no chat. A wait that is cancelled costs nothing.
        Raises Halted, for digests alone, as soon as flood control holds everything back.
        """
        since = self._timer.time()
        if priority is Priority.DIGEST:
            self._ahead = min(ahead, MOST_AHEAD)
        if priority is Priority.DIGEST and self._halted_until > since:
            raise Halted(self.halted_for())
        wait = Wait(chat_id, messages, asyncio.get_running_loop().create_future())
        self._lines[priority].join(wait)
        self._serve()
        try:
            at = await wait.turn
        except asyncio.CancelledError:
            self._give_back(wait)
            raise
        return Slot(at, since, priority, messages)

    async def leave(self, slot: Slot) -> None:
        """Returns at the slot's moment, or as soon after it as the sends of the last second allow; then it is sent.

        Raises Halted as `reserve` does: nothing may be sent for this slot any more.
        """
        if self._shared and self._timer.time() > slot.at + self._shared.late:
            # Others go by the same row and may be in time; what is in the air already goes before what is not.
            again = await self.reserve(None, Priority.ANSWER, messages=slot.messages)
            slot = replace(slot, at=again.at)
        await self._gate.leave(slot.at, slot.messages, patient=slot.priority is Priority.ANSWER)
        self._observe(slot.priority, self._timer.time() - slot.since)

    def halt(self, wait: timedelta) -> None:
        """Nothing more for so long: Telegram does not say which of its limits a 429 is about."""
        if self._shared:
            self._shared.halt(wait.total_seconds())
        self._hold_for(wait.total_seconds())
        self._serve()

    def _hold_for(self, seconds: float) -> None:
        self._halted_until = self._gate.closed_until = max(self._halted_until, self._timer.time() + seconds)
        self._lines[Priority.DIGEST].dismiss(Halted(self.halted_for()))
        self._gate.dismiss(Halted(self.halted_for()))

    def halted_for(self) -> timedelta:
        """How long the halt still lasts; zero when there is none."""
        return timedelta(seconds=max(0.0, self._halted_until - self._timer.time()))

    def waiting(self, priority: Priority) -> int:
        """How many wait now."""
        return len(self._lines[priority])

    def _serve(self) -> None:
        """Gives every slot whose moment is near, and sees to it that the next is given in time."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        now = self._timer.time()
        while (opens := self._open_at()) - self._ahead <= now and (wait := self._pick(max(opens, now))) is not None:
            self._take(wait, max(opens, now))
            # A shared slot that is late stays what it was: the others go by the same row.
            wait.turn.set_result(opens if self._shared else max(opens, now))
        times = [at for line in self._lines.values() if (at := line.next_at()) is not None]
        if self._shared:
            self._shared.want(*(line.ready(now) for line in self._lines.values()))
        if times:
            # A chat that rests has no lead: at the moment of the slot it could be too early for it still.
            opens = max(self._open_at() - self._ahead, min(times))
            if opens == math.inf:
                # The one slot that all wait for is being reserved; but for whom, changes when a chat has rested.
                opens = max(min(times), now + _LOOK_AGAIN)
            self._wake = self._timer.call_at(opens, self._serve)

    def _pick(self, now: float) -> Wait | None:
        return next((wait for line in self._lines.values() if (wait := line.pick(now)) is not None), None)

    def _open_at(self) -> float:
        return max(self._spacing.next, self._halted_until)

    def _free_at(self, wait: Wait) -> float:
        rate = None if wait.chat is None else self._rates.get(wait.chat)
        return 0.0 if rate is None else rate.free_at(wait.messages)

    def _take(self, wait: Wait, now: float) -> None:
        self._last = (wait, self._spacing.next)
        self._spacing.take(now, wait.messages)
        if wait.chat is not None:
            rate = self._rates.get(wait.chat)
            if rate is None:
                self._forget_idle(now)
                rate = self._rates[wait.chat] = ChatRate(self._limits, group=is_group(wait.chat))
            rate.take(now, wait.messages)

    def _give_back(self, wait: Wait) -> None:
        """For a wait cancelled between its turn and its send; later slots, if any were given, stay where they are."""
        if self._last is None or self._last[0] is not wait:
            return
        self._spacing.next = self._last[1]
        self._last = None
        if wait.chat is not None:
            self._rates[wait.chat].give_back(wait.messages)
        self._serve()

    def _forget_idle(self, now: float) -> None:
        if len(self._rates) >= self._forget_at:
            self._rates = {chat: rate for chat, rate in self._rates.items() if rate.idle_at() > now}
            self._forget_at = max(_FEW_CHATS, 2 * len(self._rates))

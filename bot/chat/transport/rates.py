"""Sending rates as pure decisions over a given clock: one for the whole process, one for each chat.

Times are seconds of one monotonic clock. Telegram publishes no exact limits; about 30 messages a second overall,
1 a second in one chat and 20 a minute in one group are known (core.telegram.org/bots/faq).
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

LATENESS: Final = 0.05
"""Seconds a slot may be late without the lost time changing the rate: what leaves is counted as well (`Window`)."""

_SECOND: Final = 1.0

_MORE: Final = 1.01
"""Times the rate that may leave in a second: were it none, every late timer would lower the rate for good."""

MINUTE: Final = 60.0

ChatId = int | str
"""A chat's number, or a channel's `@name`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages, of which Telegram allows somewhat more overall: at 29.5 of its 30 a second 429s begin.

    `chat_burst` messages may reach a quiet chat at once.
    """

    per_second: float = 28.0
    chat_per_second: float = 1.0
    chat_burst: int = 5
    group_per_minute: int = 20


class Spacing:
    """Messages evenly apart (a GCRA without burst): what idle time did not use is never made up for."""

    __slots__ = ("_interval", "next")

    def __init__(self, per_second: float) -> None:
        self._interval = 1.0 / per_second
        self.next = 0.0

    def take(self, now: float, messages: int) -> None:
        base = self.next if now - self.next <= LATENESS else now
        self.next = base + messages * self._interval


class Window:
    """What left in the last second, as it left: hardly more than the rate, whatever came late and together."""

    __slots__ = ("_left",)

    def __init__(self, per_second: float) -> None:
        self._left: deque[float] = deque(maxlen=max(1, math.ceil(per_second * _MORE)))

    def free_at(self) -> float:
        """When the next may leave; what is larger than a message is let in with its first."""
        return self._left[0] + _SECOND if len(self._left) == self._left.maxlen else 0.0

    def take(self, now: float, messages: int) -> None:
        self._left.extend([now] * messages)


class ChatRate:
    """One chat's share: a steady rate with a small burst, and in groups a limit on any 60 seconds."""

    __slots__ = ("_burst", "_full_at", "_interval", "_recent")

    def __init__(self, limits: Limits, *, group: bool) -> None:
        self._interval = 1.0 / limits.chat_per_second
        self._burst = (limits.chat_burst - 1) * self._interval
        self._full_at = 0.0
        self._recent: deque[float] | None = deque(maxlen=limits.group_per_minute) if group else None

    def free_at(self, messages: int) -> float:
        """When so many may go together."""
        steady = self._full_at - self._burst
        if self._recent is None:
            return steady
        recent, most = self._recent, self._recent.maxlen or 0
        too_many = len(recent) + min(messages, most) - most
        return max(steady, recent[too_many - 1] + MINUTE) if too_many > 0 else steady

    def idle_at(self) -> float:
        """From when on this rate is as good as new."""
        minute_over = self._recent[-1] + MINUTE if self._recent else 0.0
        return max(self._full_at, minute_over)

    def take(self, now: float, messages: int) -> None:
        """A group's album counts as its pictures; a reader's is one answer, or turning a page would take seconds."""
        self._full_at = max(now, self._full_at) + self._cost(messages)
        if self._recent is not None:
            self._recent.extend([now] * messages)

    def _cost(self, messages: int) -> float:
        return self._interval * (messages if self._recent is not None else 1)

    def give_back(self, messages: int) -> None:
        """Undoes a take that was not used; called before any later one."""
        self._full_at -= self._cost(messages)
        if self._recent is not None:
            for _ in range(min(messages, len(self._recent))):
                self._recent.pop()


def is_group(chat_id: ChatId) -> bool:
    """Groups and channels have negative ids; a name can only be a channel's or a public group's."""
    return isinstance(chat_id, str) or chat_id < 0

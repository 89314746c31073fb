"""Limits on sending, each counted over any sliding span; all off unless set."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.errors import flood


@dataclass
class Throttle:
    """`per_second` overall (`paid_per_second` with allow_paid_broadcast), `per_chat` a second in one private chat,

    `per_group` a minute in one group or channel. None: no such limit. A refused message counts nowhere.
    """

    monotonic: Callable[[], float]
    per_second: int | None = None
    paid_per_second: int | None = None
    per_chat: int | None = None
    per_group: int | None = None
    _spans: "dict[object, deque[float]]" = field(default_factory=lambda: defaultdict(deque))

    def admit(self, chat_id: int, messages: int = 1, *, paid: bool = False) -> None:
        """Count `messages` to that chat, or refuse them all with ApiError 429."""
        checks: list[tuple[object, int | None, float]] = [
            ("paid", self.paid_per_second, 1.0) if paid else ("all", self.per_second, 1.0),
            (chat_id, self.per_group, 60.0) if chat_id < 0 else (chat_id, self.per_chat, 1.0),
        ]
        now = self.monotonic()
        counted = [(self._spans[key], limit, span) for key, limit, span in checks if limit is not None]
        wait = max((_wait(times, limit, span, now, messages) for times, limit, span in counted), default=0.0)
        if wait > 0:
            raise flood(max(1, math.ceil(wait)))
        for times, _, _ in counted:
            times.extend([now] * messages)


def _wait(times: "deque[float]", limit: int, span: float, now: float, messages: int) -> float:
    """Seconds until `messages` more fit into `limit` per `span`; 0 when they fit now."""
    while times and times[0] <= now - span:
        times.popleft()
    excess = len(times) + min(messages, limit) - limit
    return times[excess - 1] + span - now if excess > 0 else 0.0

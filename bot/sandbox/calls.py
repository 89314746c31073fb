"""The log of Bot API calls: a ring of the latest, bounded in size, that never holds a token."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.limits import MAX_LOGGED_CALLS, MAX_LOGGED_CHARACTERS


@dataclass(slots=True)
class Call:
    """One call and its answer. `status` 0 means that the connection was dropped; None, that it is under way.

    `started` and `ended` are seconds of the sandbox's steady clock, for measuring rates and overlaps.
    """

    number: int
    method: str
    parameters: dict[str, str]
    started: float
    date: int
    ended: float | None = None
    status: int | None = None
    answer: Any = None
    applied: bool = False
    fault: str | None = None

    def view(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "method": self.method,
            "parameters": self.parameters,
            "date": self.date,
            "started": self.started,
            "ended": self.ended,
            "status": self.status,
            "applied": self.applied,
            "fault": self.fault,
            "answer": self.answer,
        }


@dataclass
class CallLog:
    recent: "deque[Call]" = field(default_factory=lambda: deque(maxlen=MAX_LOGGED_CALLS))
    last_number: int = 0

    def open(self, method: str, parameters: Mapping[str, str], started: float, date: int) -> Call:
        """Write down that a call came in; long parameters are cut."""
        self.last_number += 1
        kept = {name: value[:MAX_LOGGED_CHARACTERS] for name, value in parameters.items()}
        call = Call(self.last_number, method, kept, started, date)
        self.recent.append(call)
        return call

    def since(self, number: int = 0, method: str | None = None) -> list[Call]:
        """Kept calls after that number, oldest first; `method` in the spelling of the documentation."""
        wanted = method.lower() if method else None
        return [c for c in self.recent if c.number > number and (wanted is None or c.method.lower() == wanted)]

    def clear(self) -> None:
        """Forget the calls; numbers go on."""
        self.recent.clear()

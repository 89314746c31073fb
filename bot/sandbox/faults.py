"""Faults to order: which call goes wrong, how, and how often."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bot.sandbox.errors import ApiError

Kind: TypeAlias = Literal["error", "html", "drop", "slow", "hold", "twice"]
KINDS: tuple[Kind, ...] = ("error", "html", "drop", "slow", "hold", "twice")


@dataclass(slots=True)
class Fault:
    """One fault.

    Which calls: `method` (`*` for all), `contains` (a piece of any parameter's value), `chat_id`; the first `skip`
    matching calls pass, then `times` calls are struck (None: all of them).

    What happens, by `kind`:
    - `error`: the Bot API's JSON with `code`, `description`, and `retry_after` or `migrate_to_chat_id` when given;
    - `html`: `code` with an HTML body, as a gateway answers;
    - `drop`: the connection is cut without an answer;
    - `slow`: the answer comes `delay` seconds late;
    - `hold`: the answer waits until the fault is removed;
    - `twice`: for getUpdates: each update of that answer is delivered once more, with the same update_id.
    `applied` says whether the call takes effect all the same (before a drop, an HTML answer, an error or a wait).
    """

    kind: Kind
    method: str = "*"
    contains: str | None = None
    chat_id: int | None = None
    skip: int = 0
    times: int | None = 1
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    delay: float = 0.0
    applied: bool = False
    id: int = 0
    struck: int = 0
    removed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def matches(self, method: str, parameters: Mapping[str, str]) -> bool:
        if self.method not in ("*", method) and self.method.lower() != method.lower():
            return False
        if self.chat_id is not None and parameters.get("chat_id") != str(self.chat_id):
            return False
        return self.contains is None or any(self.contains in value for value in parameters.values())

    def error(self) -> ApiError:
        """The refusal this fault answers with."""
        parameters: dict[str, Any] = {}
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        if self.migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to_chat_id
        return ApiError(self.code, self.description, parameters or None)

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "method": self.method,
            "contains": self.contains,
            "chat_id": self.chat_id,
            "skip": self.skip,
            "times": self.times,
            "code": self.code,
            "description": self.description,
            "retry_after": self.retry_after,
            "migrate_to_chat_id": self.migrate_to_chat_id,
            "delay": self.delay,
            "applied": self.applied,
            "struck": self.struck,
        }


@dataclass
class Faults:
    """The faults in force, in the order they were added; the first that matches strikes."""

    active: list[Fault] = field(default_factory=list)
    last_id: int = 0

    def add(self, fault: Fault) -> Fault:
        self.last_id += 1
        fault.id = self.last_id
        self.active.append(fault)
        return fault

    def remove(self, fault_id: int | None = None) -> int:
        """End one fault, or all with None; calls they hold go on. Returns how many ended."""
        ended = [f for f in self.active if fault_id is None or f.id == fault_id]
        self.active = [f for f in self.active if f not in ended]
        for fault in ended:
            fault.removed.set()
        return len(ended)

    def strike(self, method: str, parameters: Mapping[str, str]) -> Fault | None:
        """The fault that hits this call, if any; counts it."""
        for fault in self.active:
            if not fault.matches(method, parameters):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None and fault.struck >= fault.times:
                continue
            fault.struck += 1
            return fault
        return None


def flood_control(retry_after: int, *, method: str = "*", times: int | None = 1, chat_id: int | None = None) -> Fault:
    """429 in the true shape."""
    return Fault(
        "error",
        method=method,
        times=times,
        chat_id=chat_id,
        code=429,
        description=f"Too Many Requests: retry after {retry_after}",
        retry_after=retry_after,
    )

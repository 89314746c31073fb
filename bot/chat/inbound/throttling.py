"""How much of one person is heard: a burst of ten, then one a second; one notice, then silence."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

_PEOPLE: Final = 10_000
"""People remembered; whoever was heard longest ago is forgotten first, and then starts afresh."""


class Verdict(Enum):
    """What becomes of an update. A tap that is not heard must still be answered, or its button spins."""

    ALLOW = "allow"
    NOTICE = "notice"
    """Not heard, and the first of this episode: say so once."""
    DROP = "drop"
    """Not heard: stay silent."""
    FAILED = "failed"
    """Heard, and tried in vain for too long: say that it went wrong."""


@dataclass(slots=True)
class _Person:
    rested_at: float
    told: bool = False


class Throttle:
    """A GCRA for each person; times are seconds of one monotonic clock.

    An episode lasts until the person has been quiet long enough for a whole burst. Those who are `exempt` are
    always heard: an author drops a folder of files at once.
    """

    def __init__(
        self,
        *,
        burst: int = 10,
        per_second: float = 1.0,
        exempt: Collection[int] = frozenset(),
        people: int = _PEOPLE,
    ) -> None:
        self._exempt = exempt
        self._interval = 1.0 / per_second
        self._burst = (burst - 1) * self._interval
        self._most = people
        self._people: OrderedDict[int, _Person] = OrderedDict()

    @property
    def remembered(self) -> int:
        """How many people are remembered now."""
        return len(self._people)

    def wait(self, person: int, now: float) -> float:
        """Seconds until the person is heard again, 0 when at once; asking costs nothing."""
        known = self._people.get(person)
        return 0.0 if known is None or person in self._exempt else max(0.0, known.rested_at - self._burst - now)

    def judge(self, person: int, now: float) -> Verdict:
        if person in self._exempt:
            return Verdict.ALLOW
        known = self._people.get(person)
        if known is None or known.rested_at <= now:
            known = self._people[person] = _Person(now)
            if len(self._people) > self._most:
                self._people.popitem(last=False)
        self._people.move_to_end(person)
        if known.rested_at - now <= self._burst:
            known.rested_at += self._interval
            return Verdict.ALLOW
        if known.told:
            return Verdict.DROP
        known.told = True
        return Verdict.NOTICE

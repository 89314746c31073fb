"""What the program counts about itself, for Prometheus."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.domain.delivery import State
from bot.domain.problem import Severity
from bot.services.delivery.verdicts import Fate
from bot.services.operators.operating import Queue

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_UNFINISHED: Final = (State.PLANNED, State.CLAIMED, State.SENDING, State.RETRY, State.UNCERTAIN)


class Way(StrEnum):
    """How a process gets updates. On STANDBY another one fetches them."""

    FETCHING = "fetching"
    STANDBY = "standby"
    WEBHOOK = "webhook"


class Measures:
    """Metrics on `registry`, which must be their own: a second set on one registry is refused."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._updates = Counter(
            "heliograph_updates", "Updates that were handled or turned away.", ["kind"], registry=registry
        )
        self._answers = Histogram(
            "heliograph_answer_seconds",
            "From an update's turn until its answer was sent.",
            ["command"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._requests = Counter(
            "heliograph_requests", "Requests to Telegram.", ["method", "outcome"], registry=registry
        )
        self._pacer = Histogram(
            "heliograph_pacer_wait_seconds",
            "How long a message waited for its turn.",
            ["priority"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._sync = Histogram(
            "heliograph_sync_seconds", "One look at the content folder.", buckets=_SECONDS, registry=registry
        )
        self._contact = Gauge(
            "heliograph_last_contact_seconds",
            "Since Telegram last gave or brought updates, or since the start; not a number on standby.",
            registry=registry,
        )
        self._way = Gauge(
            "heliograph_receiving", "1 for the way in which this process gets updates.", ["way"], registry=registry
        )
        self._deliveries = Counter(
            "heliograph_deliveries", "Digests by what became of them.", ["outcome"], registry=registry
        )
        for fate in Fate:
            self._deliveries.labels(fate)
        self._digests = Gauge("heliograph_digests", "Digests that are not finished.", ["state"], registry=registry)
        self._digest_age = Gauge(
            "heliograph_digest_age_seconds", "How long the oldest digest has been due.", registry=registry
        )
        self._inbox = Gauge("heliograph_inbox", "Updates that are not finished.", registry=registry)
        self._inbox_age = Gauge(
            "heliograph_inbox_age_seconds", "How long the oldest update has waited.", registry=registry
        )
        self._problems = Gauge(
            "heliograph_problems", "Problems of the content folder.", ["severity"], registry=registry
        )
        self._database = Gauge(
            "heliograph_database_up", "Whether the database answers and takes changes.", registry=registry
        )

    def answered(self, kind: str, command: str, seconds: float) -> None:
        """An update was handled."""
        self._updates.labels(kind).inc()
        self._answers.labels(command).observe(seconds)

    def failures(self, causes: Iterable[str]) -> Callable[[str], None]:
        """What counts an update that ended in an apology, or was left out, by one of these causes."""
        counter = Counter(
            "heliograph_failures",
            "Updates that ended in an apology, or were left out.",
            ["cause"],
            registry=self.registry,
        )
        # What never happened is said too, so that an alert sees the first time.
        for cause in causes:
            counter.labels(cause)
        return lambda cause: counter.labels(cause).inc()

    def turned_away(self, kind: str) -> None:
        """A person wants too much at once."""
        self._updates.labels(kind).inc()

    def requested(self, method: str, outcome: str) -> None:
        """Telegram was asked for something."""
        self._requests.labels(method, outcome).inc()

    def paced(self, priority: str, seconds: float) -> None:
        """A message had its turn."""
        self._pacer.labels(priority).observe(seconds)

    def synced(self, seconds: float) -> None:
        """The content folder was looked at."""
        self._sync.observe(seconds)

    def delivered(self, fate: Fate, number: int) -> None:
        """So many digests came to this end."""
        self._deliveries.labels(fate).inc(number)

    def watch_receiving(
        self, way: Callable[[], Way], last: Callable[[], datetime | None], clock: Callable[[], datetime]
    ) -> None:
        """Show the way, and the age of what `last` gives: before the first contact that of this call."""
        opened = clock()

        def age() -> float:
            return float("nan") if way() is Way.STANDBY else (clock() - (last() or opened)).total_seconds()

        def goes(one: Way) -> float:
            return float(way() is one)

        self._contact.set_function(age)
        for one in Way:
            self._way.labels(one).set_function(partial(goes, one))

    def show(self, queue: Queue, problems: dict[str, int]) -> None:
        """What the database says now."""
        self._digests.clear()
        for state in _UNFINISHED:
            self._digests.labels(state).set(queue.digests.get(state, 0))
        self._digest_age.set(queue.digest_age.total_seconds())
        self._inbox.set(queue.updates)
        self._inbox_age.set(queue.update_age.total_seconds())
        self._problems.clear()
        for severity in Severity:
            self._problems.labels(severity).set(problems.get(severity, 0))

    def show_database(self, *, up: bool) -> None:
        """Whether it answers and takes changes."""
        self._database.set(up)

    def show_no_database(self) -> None:
        """It does not answer; what it said last is no longer true."""
        self.show_database(up=False)
        self._digests.clear()
        self._problems.clear()
        for gauge in (self._digest_age, self._inbox, self._inbox_age):
            gauge.set(float("nan"))

"""An outage of the database: said once when it begins and once when it is over, whoever notices it how often.

So whoever catches a StorageError need not tell of it: `bot.chat.logs` keeps it for DEBUG.
"""

import logging
import time
from collections.abc import Callable
from contextvars import Context
from typing import Final

from bot.storage.address import StorageError

log = logging.getLogger(__name__)

CALM: Final = 5.0
"""Seconds without a failure after which it is over: a server that is full, or just starting, answers now and then."""


def _tell(level: int, sentence: str, fact: object) -> None:
    """In no context: it is not about the update whose handling noticed it."""
    Context().run(log.log, level, sentence, fact)


class Outage:
    """What one database is known to suffer; `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._answers_since: float | None = None
        self._needs_write = False

    @property
    def hinders_writers(self) -> bool:
        """Whether readers are served and writers are not, as on a full disk."""
        return self._since is not None and self._needs_write

    def failed(self, failure: StorageError, *, needs_write: bool = False) -> None:
        """Somebody was refused; with `needs_write` nobody but a writer can say that it is over."""
        self._answers_since = None
        self._needs_write = self._needs_write or needs_write
        if self._since is None:
            self._since = self._clock()
            _tell(logging.ERROR, "%s Until it answers, what needs it waits or is tried again.", failure)
        else:
            log.debug("%s", failure)

    def answered(self, *, wrote: bool) -> None:
        """Somebody was served."""
        if self._since is None or (self._needs_write and not wrote):
            return
        now = self._clock()
        if self._answers_since is None:
            self._answers_since = now
        if now - self._answers_since >= CALM:
            _tell(logging.INFO, "The database answers again, after %.0f s.", self._answers_since - self._since)
            self._since, self._answers_since, self._needs_write = None, None, False

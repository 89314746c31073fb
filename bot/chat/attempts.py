"""One attempt at an update: whether anything of it was shown yet, for what was not may be tried again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class NotNowError(Exception):
    """Nothing was done and nothing was said yet: the update is to be handled again in a moment."""


@dataclass(slots=True)
class Attempt:
    """`was_shown`: a message may stand in a chat, or be changed there; `is_off`: it is to be made again."""

    was_shown: bool = False
    is_off: bool = False


_current: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def attempt() -> Iterator[Attempt]:
    """What is sent in the block, also by tasks started there, is told of the attempt."""
    made = Attempt()
    before = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(before)


def current() -> Attempt:
    """The attempt under way; one that nobody looks at, where there is none."""
    return _current.get() or Attempt()


def shown() -> None:
    """A message reached its chat, or may have."""
    current().was_shown = True

"""What a digest holds, what becomes of it, and when it is tried again; pure decisions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.domain.subscription import Kind, Subscription


class State(StrEnum):
    """Where a digest stands. Only SENDING may have reached Telegram without anybody knowing."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class News:
    """A post that became visible, or was announced again: its number, its key, and the keys of its topics by kind."""

    seq: int
    key: str
    topics: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Contents:
    """What the fence wrote down: the posts' numbers, and each subscription's cursor before and after.

    `broadcast` is the number of a text that an admin sends, 0 for a digest.
    """

    seqs: tuple[int, ...]
    moved: tuple[tuple[int, int, int], ...] = ()
    broadcast: int = 0

    def as_json(self) -> dict[str, object]:
        said = {"broadcast": self.broadcast} if self.broadcast else {}
        return {"seqs": list(self.seqs), "moved": [list(one) for one in self.moved], **said}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Contents":
        return cls(tuple(value["seqs"]), tuple(tuple(one) for one in value["moved"]), value.get("broadcast", 0))


Mentions = Callable[[str, News], bool]
"""Whether a post holds a (folded) keyword."""


def choose(
    news: Iterable[News],
    subscriptions: Sequence[Subscription],
    *,
    delivered: Collection[int] = (),
    mentions: Mentions,
    up_to: int | None = None,
) -> list[News]:
    """The news that these subscriptions ask for, newest first, each once and none that was `delivered`.

    What is due counts, or everything up to `up_to` when that is given.
    """
    ranges = [(one, one.cursor, one.due_up_to() if up_to is None else up_to) for one in subscriptions]
    chosen: dict[str, News] = {}
    for post in sorted(news, key=lambda post: post.seq, reverse=True):
        if post.seq in delivered or post.key in chosen:
            continue
        if any(low < post.seq <= high and wanted(one, post, mentions) for one, low, high in ranges):
            chosen[post.key] = post
    return list(chosen.values())


def wanted(subscription: Subscription, post: News, mentions: Mentions) -> bool:
    """Whether a post is of what the subscription follows."""
    what = subscription.what
    if what.kind is Kind.ALL:
        return True
    if what.kind is Kind.KEYWORD:
        return mentions(what.key, post)
    return (str(what.kind), what.key) in post.topics


def contents_of(chosen: Iterable[News], subscriptions: Iterable[Subscription]) -> Contents:
    """What to write down before the send: each cursor moves to what was due."""
    moved = ((one.id, one.cursor, one.due_up_to()) for one in subscriptions)
    return Contents(tuple(post.seq for post in chosen), tuple((id_, old, new) for id_, old, new in moved if new > old))


# A network that fails is tried again soon, then less and less often.
_PAUSES = (5, 15, 60, 300, 900, 3600)
MAX_ATTEMPTS = 30


def pause_before_retry(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts (from 1); None when it is time to give up, after about a day."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return timedelta(seconds=_PAUSES[min(attempts, len(_PAUSES)) - 1])

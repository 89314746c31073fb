"""Who is shown a post, and whether it is news: decided for all its translations together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.post import State, best_language

# Readers' languages, each with lists of its own.
READERS = ("zh", "en")


class Push(StrEnum):
    """Whether digests and pushes may take a post: never, to be decided when the sync ends, held for an admin, yes."""

    NONE = "none"
    PENDING = "pending"
    HELD = "held"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who is shown a row."""

    post_id: int | None
    key: str
    language: str
    state: str
    shown: tuple[bool, bool] = (False, False)
    first_published_at: datetime | None = None
    push: str = Push.NONE


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is shown a row from now on; `push` and `first_published_at` change once, unless that is taken back."""

    shown: tuple[bool, bool]
    first_published_at: datetime | None
    push: str


def decide(group: Sequence[Standing], now: datetime) -> list[Decision]:
    """For the translations of one post: each reader's lists hold the best published one.

    A translation that joins a post which was on the shelf before is not news. Nor is once more what some were told of
    before it was taken back.
    """
    languages = [row.language for row in group if row.state == State.PUBLISHED]
    best = tuple(best_language(languages, reader) if languages else None for reader in READERS)
    known = any(_was_known(row) for row in group)
    decisions = []
    for row in group:
        published = row.state == State.PUBLISHED
        shown = (published and row.language == best[0], published and row.language == best[1])
        if published and row.first_published_at is None:
            first = Push.NONE if known else Push.PENDING
            decisions.append(Decision(shown, now, row.push if _was_news(row) else first))
        else:
            decisions.append(Decision(shown, row.first_published_at, row.push))
    return decisions


def _was_known(row: Standing) -> bool:
    return _was_news(row) or (row.first_published_at is not None and row.push != Push.PENDING)


def _was_news(row: Standing) -> bool:
    return row.push in (Push.HELD, Push.OPEN)

"""What a chat follows and when it wants to hear of it; pure values."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.schedule import EVERY_DAY, Timetable, last_due, next_due

# `days` of a cadence: 0 stands for as it happens, else bits of the week as in Timetable.
INSTANT = 0
DEFAULT_MINUTE = 9 * 60
MAX_SUBSCRIPTIONS = 100
MAX_KEYWORD = 40


_OPENING = '"＂“”„「『«'
_CLOSING = '"＂”“」』»'
_MARKS = ",，、;；\n"
# Quotes hold a phrase together only around all of a piece: 7" is no opening.
_PIECE = re.compile(rf"\s*(?:[{_OPENING}][^{_CLOSING}]*[{_CLOSING}]\s*(?=[{_MARKS}]|$)|[^{_MARKS}]+)")


class Kind(StrEnum):
    """What can be followed."""

    ALL = "all"
    CATEGORY = "category"
    TAG = "tag"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Followed:
    """Something to follow: `key` is a topic's key or a folded keyword, empty for everything."""

    kind: Kind
    key: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cadence:
    """As it happens (`days` 0), or a timetable."""

    days: int
    minute: int
    zone: str

    @property
    def instant(self) -> bool:
        return self.days == INSTANT

    def next(self, *, after: datetime, last: datetime | None) -> datetime:
        """The first moment later than `after` at which this may be due; `last` as in `schedule.next_due`."""
        if self.instant:
            return after
        return next_due(Timetable(self.days, self.minute, self.zone), after=after, last=last)

    def last(self, *, by: datetime) -> datetime | None:
        """The last moment up to `by` at which this was due; None when that is more than a fortnight ago."""
        return by if self.instant else last_due(Timetable(self.days, self.minute, self.zone), by=by)


def in_quotes(text: str) -> str | None:
    """What stands in the quotes, of whichever kind, around the whole text; None without them."""
    text = text.strip()
    if len(text) < 2 or text[0] not in _OPENING or text[-1] not in _CLOSING:
        return None
    return text[1:-1].strip()


def pieces(text: str) -> list[str]:
    """The words and phrases that somebody lists, parted by commas, semicolons or lines; quotes keep one together."""
    return [piece for one in _PIECE.findall(text) if (piece := one.strip())]


def daily(zone: str) -> Cadence:
    """What a tap on Follow means: every day at nine."""
    return Cadence(EVERY_DAY, DEFAULT_MINUTE, zone)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One thing that a subscriber follows, with its slot; see `bot.storage.delivery.digest_tables`."""

    id: int
    what: Followed
    cadence: Cadence
    cursor: int
    not_before: datetime
    next_due_at: datetime | None = None
    last_due_at: datetime | None = None
    planned_seq: int = 0

    @property
    def next_at(self) -> datetime | None:
        """When it may next be sent; None for what is sent as it happens."""
        if self.cadence.instant:
            return None
        return max(self.not_before, self.next_due_at) if self.next_due_at else self.not_before

    def due_up_to(self) -> int:
        """The number up to which its posts are due now; its cursor when nothing is."""
        if self.last_due_at is None or self.not_before > self.last_due_at:
            return self.cursor
        return max(self.cursor, self.planned_seq)

    def came_due(self, since: datetime) -> bool:
        """Whether this is on a timetable whose time came at `since` or later."""
        at = self.last_due_at
        return not self.cadence.instant and at is not None and self.not_before <= at and at >= since


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A chat, or a topic of a forum (`thread_id`, else 0), with all it follows, oldest first.

    `zone` is None until it was chosen; `paused` says why nothing is sent for now.
    """

    id: int
    chat_id: int
    chat_kind: str
    thread_id: int
    language: str
    telegram_language: str
    form: str
    zone: str | None
    silent: bool
    even_if_nothing: bool
    paused: str | None
    rights_lost: bool
    last_digest_at: datetime | None
    created_by: int | None
    created_at: datetime
    subscriptions: tuple[Subscription, ...] = ()

    def follows(self, kind: Kind, key: str = "") -> bool:
        return any(one.what.kind is kind and one.what.key == key for one in self.subscriptions)

    def wants_line(self, due_at: datetime) -> bool:
        """Whether a digest that was due then is worth a line when it holds nothing: never a push as it happens."""
        return self.even_if_nothing and any(one.came_due(due_at) for one in self.subscriptions)

    @property
    def cadence(self) -> Cadence | None:
        """That of most subscriptions, the oldest of equals; None when it follows nothing."""
        cadences = [one.cadence for one in self.subscriptions]
        return max(dict.fromkeys(cadences), key=cadences.count, default=None)

    @property
    def next_at(self) -> datetime | None:
        """The next moment at which something may be sent on a timetable."""
        return min((one.next_at for one in self.subscriptions if one.next_at), default=None)

"""When a digest is due: local days and minutes in a time zone, turned into moments; pure.

Every local date has each minute of the day exactly once: a minute that daylight saving skips becomes the next one that
exists, a minute that comes twice means its first coming. A date that a zone leaves out altogether has none.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = 0b1111111
WEEKDAYS = 0b0011111
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Timetable:
    """On which days of the week (bit 0 is Monday), at which minute of the local day, in which IANA zone."""

    days: int
    minute: int
    zone: str

    def __post_init__(self) -> None:
        if not 0 < self.days <= EVERY_DAY:
            raise ValueError("a timetable needs a day of the week")
        if not 0 <= self.minute < MINUTES_A_DAY:
            raise ValueError("a minute of the day is 0 to 1439")

    def on(self, day: date) -> bool:
        """Whether the timetable names this local date's day of the week."""
        return bool(self.days >> day.weekday() & 1)


def moment(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) of a local minute; None when the zone has no such date (Apia, 2011-12-30)."""
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    # fold=0 is the first of two comings; in a gap it counts with the offset before it.
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    end = _end_of_gap(early, late, zone)
    if end.astimezone(zone).date() != day and _is_left_out(day, zone):
        return None
    return end


def next_due(timetable: Timetable, *, after: datetime, last: datetime | None = None) -> datetime:
    """The first moment (UTC) of the timetable that is later than `after`.

    `last` is when the chat got its last digest on a timetable: its local date is served. A reader who moves to another
    zone or hour thus never gets two digests on one local date, and none of the dates that follow is left out.
    """
    zone = _zone(timetable.zone)
    served = last.astimezone(zone).date() if last else None
    day = after.astimezone(zone).date() - timedelta(days=1)
    # A fortnight holds every day of the week, a date left out, and a date served already.
    for _ in range(16):
        if timetable.on(day) and (served is None or day > served):
            due = moment(day, timetable.minute, zone)
            if due is not None and due > after:
                return due
        day += timedelta(days=1)
    # The clock was set back behind what was served: go on from there.
    assert served is not None
    return next_due(timetable, after=max(after, _day_end(served, zone)))


def last_due(timetable: Timetable, *, by: datetime) -> datetime | None:
    """The last moment (UTC) of the timetable that is not later than `by`; None when a fortnight has none."""
    zone = _zone(timetable.zone)
    day = by.astimezone(zone).date() + timedelta(days=1)
    for _ in range(16):
        due = moment(day, timetable.minute, zone) if timetable.on(day) else None
        if due is not None and due <= by:
            return due
        day -= timedelta(days=1)
    return None


def _zone(name: str) -> ZoneInfo:
    """UTC for a zone that this machine does not know, as one of an older database: no other timetable waits for it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _day_end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59), tzinfo=zone).astimezone(UTC)


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after a gap that lies between two moments; offsets change on whole seconds."""
    low, high = int(early.timestamp()), int(late.timestamp())
    before = early.astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _is_left_out(day: date, zone: ZoneInfo) -> bool:
    """Whether no moment carries this local date."""
    for hour in range(24):
        wall = datetime.combine(day, time(hour))
        back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        if back.date() == day:
            return False
    return True

"""Dates as authors write them, read in a zone when they name none."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_NUMBERS = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.年년])[ \t]?(?P<month>\d{1,2})[-/.月월][ \t]?(?P<day>\d{1,2})[日号일]?"
    r"(?:(?:[Tt]|[ \t]+|(?<=[日号일]))(?P<time>\d.*))?",
    re.DOTALL,
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<time>.*))?")
_ENGLISH = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)??(?:(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month2>[A-Za-z]{3,9})\.?),?\s+(?P<year>\d{4})(?:,?\s+(?P<time>.+))?"
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:：时時点](?P<minute>\d{1,2})?(?:[:：分](?P<second>\d{1,2})?秒?(?:[.,](?P<fraction>\d+))?)?"
    r"[ \t]*(?P<half>[AaPp]\.?[Mm]\.?(?![A-Za-z]))?[ \t]*(?P<zone>\S.*)?"
)
_OFFSET = re.compile(
    r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?:[ \t]+\(?[A-Za-z]{1,6}\)?)?"
)
# Hours ahead of UTC of abbreviations that mean one place: those of RFC 5322, and of zones that blogs are written in.
_ABBREVIATIONS = {
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8,
    "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, aware and in UTC. `has_no_zone` when an hour was given without saying where."""

    at: datetime
    has_no_zone: bool = False


class ImpossibleDateError(ValueError):
    """It is written as a date, but there is no such day or time."""


def parse_moment(text: str, zone: ZoneInfo) -> Moment | None:
    """The moment `text` names; a day alone begins at midnight in `zone`. None when it is no date at all.

    Raises ImpossibleDateError for the thirteenth month and its like.
    """
    text = text.strip()
    parts = _NUMBERS.fullmatch(text) or _COMPACT.fullmatch(text)
    if parts:
        month = int(parts["month"])
    elif parts := _ENGLISH.fullmatch(text):
        name = (parts["month"] or parts["month2"])[:3].casefold()
        if name not in _MONTHS:
            return None
        month = _MONTHS.index(name) + 1
    else:
        return None
    day = int(parts["day"] or parts.groupdict().get("day2") or 0)
    try:
        return _at(date(int(parts["year"]), month, day), parts["time"], zone)
    except (ValueError, OverflowError) as error:
        raise ImpossibleDateError(text) from error


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Midnight of `day` in `zone`, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def written(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people write it in front matter: to the minute, or a day alone when it begins then."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return f"{local:%Y-%m-%d}"
    return local.isoformat(timespec="minutes")


def _at(day: date, text: str | None, zone: ZoneInfo) -> Moment | None:
    if text is None:
        return Moment(start_of(day, zone))
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    fraction = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    clock = (hour, int(match["minute"] or 0), int(match["second"] or 0), fraction)
    moment = datetime(day.year, day.month, day.day, *clock, tzinfo=zone)
    name = match["zone"] or ""
    # `CST` is Chicago's as well as Shanghai's: a bare abbreviation that may mean several places says nothing.
    has_no_zone = not name or bool(re.fullmatch(r"(?!UTC|GMT|Z)[A-Z]{1,5}", name) and name not in _ABBREVIATIONS)
    if not has_no_zone and name != moment.tzname():
        given = _zone(name)
        if given is None:
            return None
        moment = moment.replace(tzinfo=given)
    return Moment(moment.astimezone(UTC), has_no_zone=has_no_zone)


def _zone(text: str) -> timezone | ZoneInfo | None:
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    if text in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[text]))
    if offset := _OFFSET.fullmatch(text):
        ahead = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(ahead if offset["sign"] == "+" else -ahead)
    name = text.strip("[]()")
    if not re.fullmatch(r"[A-Za-z_]+/[A-Za-z_/+-]+", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None

"""Time zones as people name them: a short list, a city in Chinese or English, an IANA name, a place on the map."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

SHORT_LISTS = {
    "zh": (
        "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Europe/London",
        "Europe/Berlin", "America/New_York", "America/Los_Angeles",
    ),
    "en": (
        "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles", "Asia/Kolkata",
        "Asia/Singapore", "Asia/Shanghai", "Australia/Sydney",
    ),
}  # fmt: skip
MATCHES = 6
_EARTH_KM = 6371.0
# Farther than this from every city we know, the sea's own zones are truer than the nearest city's.
_NEAR_KM = 1500.0


@dataclass(frozen=True, slots=True)
class City:
    zone: str
    en: str
    zh: str
    latitude: float
    longitude: float


# "UTC+8", "GMT-05:00", "+0530": hours ahead of Greenwich, as people write them.
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?([0-5]\d))?")
# Where clocks stand between the hours, all year.
_BETWEEN_HOURS = {
    (3, 30): "Asia/Tehran", (4, 30): "Asia/Kabul", (5, 30): "Asia/Kolkata", (5, 45): "Asia/Kathmandu",
    (6, 30): "Asia/Yangon", (8, 45): "Australia/Eucla", (9, 30): "Australia/Darwin", (-9, 30): "Pacific/Marquesas",
}  # fmt: skip
# As geography lessons number them: 东八区 is eight hours ahead.
_NUMBERED = re.compile(r"([东東西])(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])[时時]?[区區]")
_NUMERALS = "一二三四五六七八九十"
_TIME = re.compile(r"\s*(?:(?:standard |local )?time|标准时间|時間|时间)$")

# What a machine was set to, and what says that it never was: another machine, or no other, has them.
_NO_PLACE = frozenset({"localtime", "Factory"})


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_PLACE)


@cache
def cities() -> tuple[City, ...]:
    """Cities with their zones, the most asked for of a zone first."""
    text = (files("bot.domain") / "cities.tsv").read_text(encoding="utf-8")
    known = _zones()
    rows = (line.split("\t") for line in text.splitlines())
    return tuple(City(zone, en, zh, float(north), float(east)) for zone, en, zh, north, east in rows if zone in known)


def is_zone(name: str) -> bool:
    """Whether there is an IANA zone of this exact name."""
    return name in _zones()


def zone_label(zone: str, language: str) -> str:
    """What people call a zone: its first city in their language, else the last part of its name."""
    if zone.startswith("Etc/GMT") and zone != "Etc/GMT":
        # Their signs are the other way round from what people write.
        return f"UTC{-int(zone[7:]):+d}"
    for city in cities():
        if city.zone == zone:
            return city.zh if language == "zh" else city.en
    return zone.rpartition("/")[2].replace("_", " ")


def find_zones(typed: str) -> Sequence[str]:
    """Zones that somebody may mean, the surest first, MATCHES at most; empty when none is like it."""
    if (offset := _offset(_plain(typed))) is not None:
        fixed = _at_offset(*offset)
        return (fixed,) if fixed else ()
    wanted = _folded(_TIME.sub("", _plain(typed, keep_spaces=True)))
    if not wanted:
        return ()
    exact: dict[str, None] = {}
    likely: dict[str, None] = {}
    for city in cities():
        names = (_folded(city.en), _folded(city.zh))
        if wanted in names or wanted == names[1] + "市":
            exact[city.zone] = None
        elif any(name.startswith(wanted) for name in names) and (len(wanted) > 2 or not wanted.isascii()):
            likely[city.zone] = None
    for name in sorted(_zones()):
        whole, last = _folded(name), _folded(name.rpartition("/")[2])
        if wanted in {whole, last}:
            exact[name] = None
        elif "/" in name and len(wanted) > 2 and last.startswith(wanted):
            likely[name] = None
    # Some zones have several names: two buttons that say the same are no choice.
    called = {zone_label(zone, "en"): zone for zone in reversed(tuple(exact or likely))}
    return tuple(reversed(called.values()))[:MATCHES]


def zone_at(latitude: float, longitude: float) -> str:
    """The zone of the nearest city; far from all of them the nautical one."""
    distance, zone = min((_distance_km(latitude, longitude, city), city.zone) for city in cities())
    if distance <= _NEAR_KM:
        return zone
    # Etc names count westward: Etc/GMT-8 is eight hours ahead of Greenwich.
    hours = max(-12, min(12, round(longitude / 15)))
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def as_word(zone: str) -> str:
    """A zone's name as it stands on a button."""
    return zone.replace("/", ":").replace("+", "_p")


def from_word(word: str) -> str | None:
    """The zone behind a button; None when there is none, or the button was forged."""
    name = word.replace("_p", "+") if word.startswith(("Etc", "GMT")) else word
    name = name.replace(":", "/")
    return name if is_zone(name) else None


def _offset(typed: str) -> tuple[str, str, str] | None:
    """Sign, hours and minutes of what is written as a distance from Greenwich."""
    if (written := _OFFSET.fullmatch(typed)) is not None:
        return written[1], written[2], written[3] or "0"
    if (numbered := _NUMBERED.fullmatch(typed)) is None:
        return None
    hours = numbered[2] if numbered[2].isdecimal() else str(sum(_NUMERALS.index(one) + 1 for one in numbered[2]))
    return "-" if numbered[1] == "西" else "+", hours, "0"


def _at_offset(sign: str, hours: str, minutes: str) -> str | None:
    ahead = int(sign + hours)
    if int(minutes):
        return _BETWEEN_HOURS.get((ahead, int(minutes)))
    # Etc names count westward.
    name = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    return name if is_zone(name) else None


def _plain(typed: str, *, keep_spaces: bool = False) -> str:
    text = unicodedata.normalize("NFKC", typed).casefold().replace("\u2212", "-").strip()
    return text if keep_spaces else text.replace(" ", "")


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in text if letter.isalnum() or letter in "/+")


def _distance_km(latitude: float, longitude: float, city: City) -> float:
    one, other = math.radians(latitude), math.radians(city.latitude)
    east = math.radians(longitude - city.longitude)
    share = math.sin((one - other) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(share)))

"""Time zones as people name them: a short list, a city in Chinese or English, an IANA name, a place on the map."""

import math
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
    wanted = _folded(typed)
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
    if exact:
        return tuple(exact)[:MATCHES]
    return tuple(likely)[:MATCHES]


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


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in text if letter.isalnum() or letter in "/+")


def _distance_km(latitude: float, longitude: float, city: City) -> float:
    one, other = math.radians(latitude), math.radians(city.latitude)
    east = math.radians(longitude - city.longitude)
    share = math.sin((one - other) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(share)))

"""A time of day as people type it, in English or Chinese: 7:45, 19.10, 7pm, 0745, 晚上8点半."""

import re
import unicodedata

_TIME = re.compile(
    r"(?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚|早)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:.h时時点點]\s*(?P<minute>[0-5]\d|半|一刻|三刻)?\s*分?|(?P<joined>[0-5]\d))?\s*"
    r"(?P<half>[ap]\.?\s?m\.?)?"
)
_WORDS = {None: 0, "半": 30, "一刻": 15, "三刻": 45}
_AFTER_NOON = {"下午", "傍晚", "晚上", "晚"}


def minute_of_day(typed: str) -> int | None:
    """The minute of the day (0 to 1439) that somebody means; None when it is no time."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", typed).strip().lower())
    if found is None:
        return None
    hour, part, half = int(found["hour"]), found["part"], (found["half"] or "")[:1]
    given = found["minute"] or found["joined"]
    minute = _WORDS[given] if given in _WORDS else int(given)
    if half and not 1 <= hour <= 12:
        return None
    if (half == "p" or part in _AFTER_NOON) and hour < 12:
        hour += 12
    elif (half == "a" or part == "凌晨") and hour == 12:
        hour = 0
    return hour * 60 + minute if hour < 24 else None

"""Days, hours and dates as people read them, in their zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.schedule import EVERY_DAY, WEEKDAYS
from bot.domain.subscription import Cadence
from bot.screens.catalogue import Words

DAYS_A_WEEK = 7


def clock_time(minute: int) -> str:
    """A minute of the day: 09:05."""
    return f"{minute // 60:02}:{minute % 60:02}"


def day(words: Words, moment: datetime, zone: str) -> str:
    """The local date with its day of the week: Sat 2026-11-21."""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    return words("weekday.date", day=words(f"weekday.short_{local.weekday()}"), date=f"{local:%Y-%m-%d}")


def day_and_time(words: Words, moment: datetime, zone: str) -> str:
    """The local date and time."""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    return words("weekday.moment", day=day(words, moment, zone), time=f"{local:%H:%M}")


def days_of(words: Words, days: int) -> str:
    """Which days of the week: every day, Monday to Friday, every Sunday, or a list."""
    if days == EVERY_DAY:
        return words("when.every_day")
    if days == WEEKDAYS:
        return words("when.weekdays")
    chosen = [number for number in range(DAYS_A_WEEK) if days >> number & 1]
    if len(chosen) == 1:
        return words("when.every", day=words(f"weekday.long_{chosen[0]}"))
    return words("list.mark").join(words(f"weekday.short_{number}") for number in chosen)


def cadence_text(words: Words, cadence: Cadence) -> str:
    """As it happens, or: every day at 09:00."""
    if cadence.instant:
        return words("when.instant")
    return words("when.at", days=days_of(words, cadence.days), time=clock_time(cadence.minute))

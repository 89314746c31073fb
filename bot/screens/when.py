"""How often, at which hour, in which zone: a few taps from one to the next."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.action import Action
from bot.domain.digest_actions import (
    AskMinute,
    AskZone,
    ChooseDays,
    ChooseMinute,
    ChooseZone,
    ShowDays,
    ShowDigest,
    ShowHours,
    ShowWhen,
    ShowZones,
)
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.schedule import EVERY_DAY, WEEKDAYS
from bot.domain.subscription import INSTANT, Cadence
from bot.domain.zones import SHORT_LISTS, as_word, zone_label
from bot.screens.reader import Reader, rows
from bot.screens.times import DAYS_A_WEEK, cadence_text, clock_time, days_of

HOURS_SHOWN = 6


def how_often(reader: Reader, *, who: int, only: int, name: str, current: Cadence | None, zone: str) -> Screen:
    """As it happens, every day, weekdays, weekly, chosen days; and the hour and zone by themselves."""
    words = reader.words
    text = TextBuilder().add(words("when.heading"), "bold")
    if name:
        text.add(f"\n{name}")
    if current is not None:
        text.add("\n" + words("when.now", when=cadence_text(words, current)))
        text.add("" if current.instant else f" · {zone_label(zone, words.language)}")
    built = text.build()
    chosen = _choice(current)

    def choice(key: str, action: Action) -> Button:
        label = words(f"when.{key}")
        return Button(words("settings.chosen", label=label) if key == chosen else label, action)

    days_now = current.days if current is not None and chosen == "some_days" else 0
    buttons: list[tuple[Button, ...]] = [
        (choice("instant", ChooseDays(who, only, INSTANT, "m")), choice("every_day", ChooseDays(who, only, EVERY_DAY))),
        (choice("weekdays", ChooseDays(who, only, WEEKDAYS)), choice("weekly", ShowDays(who, only, 0, 1))),
        (choice("some_days", ShowDays(who, only, days_now)),),
    ]
    if current is not None and not current.instant:
        buttons.append(
            (
                Button(words("when.hour"), ShowHours(who, only, first_hour(current), current.minute % 60 // 30)),
                Button(words("when.zone"), ShowZones(who)),
            )
        )
    return Screen(built.text, built.entities, (*buttons, (reader.button("back", ShowDigest(who)),)))


def _choice(current: Cadence | None) -> str:
    """Which of the offered rhythms this is; empty where there is none yet."""
    if current is None:
        return ""
    named = {INSTANT: "instant", EVERY_DAY: "every_day", WEEKDAYS: "weekdays"}
    return named.get(current.days) or ("weekly" if current.days.bit_count() == 1 else "some_days")


def days(reader: Reader, *, who: int, only: int, chosen: int, weekly: bool) -> Screen:
    """The days of the week: one for weekly, else any."""
    words = reader.words
    buttons = []
    for number in range(DAYS_A_WEEK):
        label = words(f"weekday.short_{number}")
        if weekly:
            buttons.append(Button(label, ChooseDays(who, only, 1 << number)))
        else:
            mark = words("settings.chosen", label=label) if chosen >> number & 1 else label
            buttons.append(Button(mark, ShowDays(who, only, chosen ^ 1 << number)))
    text = words("when.which_day" if weekly else "when.which_days")
    if chosen:
        text += "\n" + days_of(words, chosen)
    onward = (Button(words("when.onward"), ChooseDays(who, only, chosen)),) if chosen else ()
    back = (reader.button("back", ShowWhen(who, only)),)
    return Screen(text, (), tuple(row for row in (*rows(buttons, 4), onward, back) if row))


def first_hour(current: Cadence) -> int:
    """Where the hours begin that are shown with the current one among them."""
    return current.minute // 60 // HOURS_SHOWN * HOURS_SHOWN


def hours(reader: Reader, *, who: int, only: int, first: int, half: bool, current: int = -1) -> Screen:
    """Six hours from `first`, with earlier and later; `current` is the minute that is chosen."""
    words = reader.words
    first = min(max(first, 0), 24 - HOURS_SHOWN)
    extra = 30 if half else 0
    buttons = []
    for minute in range(first * 60 + extra, (first + HOURS_SHOWN) * 60, 60):
        label = clock_time(minute)
        mark = words("settings.chosen", label=label) if minute == current else label
        buttons.append(Button(mark, ChooseMinute(who, only, minute)))
    turning = []
    if first > 0:
        turning.append(Button(words("when.earlier"), ShowHours(who, only, first - HOURS_SHOWN, int(half))))
    turning.append(Button(words("when.whole" if half else "when.half"), ShowHours(who, only, first, int(not half))))
    if first + HOURS_SHOWN < 24:
        turning.append(Button(words("when.later"), ShowHours(who, only, first + HOURS_SHOWN, int(half))))
    exactly = (Button(words("when.minute"), AskMinute(who, only)),)
    back = (reader.button("back", ShowWhen(who, only)),)
    return Screen(words("when.which_hour"), (), (*rows(buttons, 3), tuple(turning), exactly, back))


def zones(
    reader: Reader, *, who: int, now: datetime, offered: Sequence[str] = (), current: str = "", notice: str = ""
) -> Screen:
    """A short list with the local time of each, and a way to name another."""
    words = reader.words
    language = words.language
    buttons = []
    for zone in offered or SHORT_LISTS[language]:
        local = now.astimezone(ZoneInfo(zone))
        label = words("zone.choice", name=zone_label(zone, language), time=f"{local:%H:%M}")
        mark = words("settings.chosen", label=label) if zone == current else label
        buttons.append(Button(mark, ChooseZone(who, as_word(zone))))
    text = notice or words("zone.which")
    other = (Button(words("zone.elsewhere"), AskZone(who)),)
    return Screen(text, (), (*rows(buttons, 2), other, (reader.button("back", ShowDigest(who)),)))


def zone_chosen(reader: Reader, zone: str, now: datetime) -> str:
    """Which clocks count from now on, and what they show, so that a wrong one is noticed."""
    words = reader.words
    return words("zone.chosen", zone=zone_label(zone, words.language), time=f"{now.astimezone(ZoneInfo(zone)):%H:%M}")


def question(reader: Reader, key: str, placeholder: str, **facts: str) -> Screen:
    """A question that is answered in words; in groups as a reply, since bots see nothing else there."""
    words = reader.words
    if reader.private:
        return Screen(words(key, **facts))
    return Screen(reader.sentences(words(key, **facts), words("when.as_reply")), force_reply=words(placeholder))

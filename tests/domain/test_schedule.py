"""Digests come once a local date, through daylight saving, moves and clocks set back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import EVERY_DAY, MINUTES_A_DAY, WEEKDAYS, Timetable, last_due, moment, next_due


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "minute", "expected"),
    [
        ("Asia/Shanghai", "2026-11-21", 9 * 60, "2026-11-21T01:00"),
        # Spring forward: 02:30 does not exist, the next minute that does is 03:00.
        ("Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", 180, "2026-03-29T01:00"),
        ("America/New_York", "2026-03-08", 150, "2026-03-08T07:00"),
        # Autumn: 02:30 comes twice, the first counts.
        ("Europe/Berlin", "2026-10-25", 150, "2026-10-25T00:30"),
        # A gap of half an hour, and one at midnight.
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:30"),
        ("Africa/Cairo", "2026-04-24", 30, "2026-04-23T22:00"),
    ],
)
def test_a_local_minute_is_one_moment(zone: str, day: str, minute: int, expected: str) -> None:
    assert moment(date.fromisoformat(day), minute, ZoneInfo(zone)) == utc(expected)


def test_a_zone_that_this_machine_does_not_know_counts_as_utc() -> None:
    timetable = Timetable(EVERY_DAY, 9 * 60, "Mars/Olympus_Mons")

    assert next_due(timetable, after=utc("2026-11-21T01:00")) == utc("2026-11-21T09:00")
    assert last_due(timetable, by=utc("2026-11-21T01:00")) == utc("2026-11-20T09:00")


def test_a_date_that_a_zone_left_out_has_no_moment() -> None:
    assert moment(date(2011, 12, 30), 540, ZoneInfo("Pacific/Apia")) is None


@pytest.mark.parametrize(
    ("days", "after", "expected"),
    [
        (EVERY_DAY, "2026-11-21T00:59", "2026-11-21T01:00"),
        (EVERY_DAY, "2026-11-21T01:00", "2026-11-22T01:00"),
        (WEEKDAYS, "2026-11-20T01:00", "2026-11-23T01:00"),
        (0b1000000, "2026-11-22T01:00", "2026-11-29T01:00"),
        (EVERY_DAY, "2028-02-28T01:00", "2028-02-29T01:00"),
    ],
)
def test_the_next_digest_falls_on_the_next_chosen_day(days: int, after: str, expected: str) -> None:
    assert next_due(Timetable(days, 540, "Asia/Shanghai"), after=utc(after)) == utc(expected)


def test_moving_the_hour_to_later_today_brings_no_second_digest_today() -> None:
    got_at = utc("2026-11-21T01:00")

    due = next_due(Timetable(EVERY_DAY, 20 * 60, "Asia/Shanghai"), after=utc("2026-11-21T02:00"), last=got_at)

    assert due == utc("2026-11-22T12:00")


def test_flying_west_repeats_no_date_and_skips_none() -> None:
    got_at = utc("2026-11-21T01:00")  # 09:00 on the 21st in Shanghai, 20:00 on the 20th in New York

    due = next_due(Timetable(EVERY_DAY, 540, "America/New_York"), after=utc("2026-11-21T02:00"), last=got_at)

    assert due == utc("2026-11-21T14:00")


def test_a_clock_set_back_by_a_month_does_not_repeat_what_was_served() -> None:
    due = next_due(Timetable(EVERY_DAY, 540, "UTC"), after=utc("2026-10-01T00:00"), last=utc("2026-11-01T09:00"))

    assert due == utc("2026-11-02T09:00")


@pytest.mark.parametrize(("days", "minute"), [(0, 1), (128, 1), (1, -1), (1, MINUTES_A_DAY)])
def test_an_impossible_timetable_is_refused(days: int, minute: int) -> None:
    with pytest.raises(ValueError, match="a "):
        Timetable(days, minute, "UTC")


ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)


@given(st.sampled_from(ZONES), st.integers(0, MINUTES_A_DAY - 1), st.dates(date(2024, 1, 1), date(2028, 12, 1)))
def test_a_month_of_daily_digests_has_one_for_every_date(zone: str, minute: int, start: date) -> None:
    timetable = Timetable(EVERY_DAY, minute, zone)
    local = ZoneInfo(zone)
    due = moment(start, minute, local)
    assert due is not None

    for day in range(1, 31):
        due = next_due(timetable, after=due, last=due)
        assert due.astimezone(local).date() == start + timedelta(days=day)


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.integers(0, 1439),
    st.integers(0, 4 * 365 * 24 * 60),
)
def test_a_move_never_brings_two_digests_on_one_local_date(old: str, new: str, minute: int, later: int) -> None:
    last = utc("2024-01-01T00:00") + timedelta(minutes=later)

    due = next_due(Timetable(EVERY_DAY, minute, new), after=last + timedelta(hours=1), last=last)

    gone = due.astimezone(ZoneInfo(new)).date() - last.astimezone(ZoneInfo(new)).date()
    assert timedelta(days=1) <= gone <= timedelta(days=2)

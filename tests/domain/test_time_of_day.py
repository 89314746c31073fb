"""What people type for a time of day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.time_of_day import minute_of_day


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("7:45", "07:45"), ("07：45", "07:45"), (" 19.10 ", "19:10"), ("0745", "07:45"), ("9", "09:00"),
        ("7pm", "19:00"), ("7:05 PM", "19:05"), ("12 am", "00:00"), ("12 p.m.", "12:00"), ("19h30", "19:30"),
        ("7点45分", "07:45"), ("晚上8点半", "20:30"), ("早上七点", None), ("下午3點", "15:00"), ("8点一刻", "08:15"),
        ("凌晨12点", "00:00"), ("24:00", None), ("7:60", None), ("13pm", None), ("soon", None), ("", None),
        ("7:4", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_as_it_is_meant(typed: str, expected: str | None) -> None:
    minute = minute_of_day(typed)

    assert (None if minute is None else f"{minute // 60:02}:{minute % 60:02}") == expected


@given(st.text(max_size=12))
def test_whatever_is_typed_it_is_a_minute_of_the_day_or_nothing(typed: str) -> None:
    minute = minute_of_day(typed)

    assert minute is None or 0 <= minute < 24 * 60

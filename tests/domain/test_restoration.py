"""Since when readers had a post that a restored copy does not know."""

from datetime import UTC, datetime

from bot.domain.restoration import Found, Restoration, shown_since
from bot.domain.schedule import EVERY_DAY, Timetable, last_due, next_due


def at(hour: int, minute: int = 0, *, day: int = 20) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


RESTORED = Restoration(at(10), at(8))


def since(*found: Found, same_folder: bool = True, most: int = 10) -> dict[str, datetime]:
    return dict(shown_since(found, RESTORED, same_folder=same_folder, most=most))


def test_a_file_counts_from_when_it_came_whatever_older_date_it_bears() -> None:
    moved_here = Found("moved", at(7, day=1), came=at(9, 10), written=at(8, 30))

    assert since(moved_here, Found("undated", None, at(9, 20), at(9, 20))) == {"moved": at(9, 10), "undated": at(9, 20)}


def test_a_post_that_waited_for_its_date_counts_from_then() -> None:
    assert since(Found("a", at(9, 30), came=at(8, 10), written=at(8, 10))) == {"a": at(9, 30)}


def test_in_a_folder_that_was_put_back_too_dates_count_then_when_a_file_was_written() -> None:
    copied = at(9, 59)
    found = [Found("dated", at(9, 10), copied, at(9, 5)), Found("undated", None, copied, at(9, 20))]
    old = Found("old", at(7, day=1), copied, at(9, 30))

    assert since(*found, old, same_folder=False) == {"dated": at(9, 10), "undated": at(9, 20), "old": at(8)}


def test_of_very_many_posts_those_that_are_older_than_the_copy_are_news_to_nobody() -> None:
    brought = [Found(f"old {n}", at(7, day=1 + n), at(9, 30), at(9, 30)) for n in range(3)]

    assert since(*brought, Found("new", at(9, 10), at(9, 30), at(9, 30)), most=2) == {"new": at(9, 10)}


def test_what_may_have_come_before_the_restore_did() -> None:
    touched_later = Found("touched", at(9), came=at(11), written=at(9))
    unknown = Found("gone", None, None, None)
    published_later = Found("scheduled", at(10, 30), came=at(9), written=at(9))

    assert since(touched_later, unknown, published_later) == {
        "gone": at(8),
        "touched": at(10),
        "scheduled": at(10, 30),
    }


def test_a_translation_is_no_news_after_the_first_one() -> None:
    found = [Found("a", None, at(9, 40), at(9, 40)), Found("a", None, at(9, 10), at(9, 10))]

    assert since(*found) == {"a": at(9, 10)}


def test_posts_come_in_the_order_in_which_readers_had_them() -> None:
    found = [Found(key, None, at(9, minute), at(9)) for key, minute in (("c", 30), ("a", 10), ("b", 20))]

    assert [key for key, _ in shown_since(found, RESTORED, same_folder=True, most=10)] == ["a", "b", "c"]


def test_the_last_moment_of_a_timetable_is_the_one_before_the_next() -> None:
    for days, zone, now in [
        (EVERY_DAY, "Asia/Shanghai", "2026-11-21T01:00"),
        (EVERY_DAY, "Asia/Shanghai", "2026-11-21T00:59"),
        (0b1000000, "Europe/Berlin", "2026-03-29T12:00"),
        (0b0000001, "Pacific/Apia", "2012-01-02T10:00"),
    ]:
        timetable, moment = Timetable(days, 540, zone), datetime.fromisoformat(now).replace(tzinfo=UTC)

        last = last_due(timetable, by=moment)

        assert last is not None
        assert last <= moment < next_due(timetable, after=last)

"""A person who sends too much is told once and then not heard; nobody else notices."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.inbound.throttling import Throttle, Verdict

ALLOW, NOTICE, DROP = Verdict.ALLOW, Verdict.NOTICE, Verdict.DROP


def test_burst_of_ten_is_heard_then_one_notice_then_silence() -> None:
    throttle = Throttle()
    assert [throttle.judge(1, 100.0) for _ in range(13)] == [ALLOW] * 10 + [NOTICE, DROP, DROP]


def test_one_a_second_is_always_heard() -> None:
    throttle = Throttle()
    assert all(throttle.judge(1, second) is ALLOW for second in range(1000))


def test_one_a_second_is_heard_after_the_burst_without_another_notice() -> None:
    throttle = Throttle()
    verdicts = Counter(throttle.judge(1, tenth / 10) for tenth in range(600))
    assert verdicts[NOTICE] == 1
    assert 68 <= verdicts[ALLOW] <= 70


def test_after_the_time_to_wait_a_person_is_heard() -> None:
    throttle = Throttle()
    for _ in range(10):
        throttle.judge(1, 100.0)

    wait = throttle.wait(1, 100.0)

    assert throttle.wait(2, 100.0) == 0
    assert 0 < wait <= 1
    assert throttle.judge(1, 100.0 + wait) is ALLOW


def test_new_episode_after_a_rest_brings_a_new_notice() -> None:
    throttle = Throttle()
    for _ in range(12):
        throttle.judge(1, 0.0)
    assert throttle.judge(1, 9.0) is ALLOW
    verdicts = [throttle.judge(1, 30.0) for _ in range(12)]
    assert verdicts == [ALLOW] * 10 + [NOTICE, DROP]


def test_thousand_updates_by_one_person_touch_nobody_else() -> None:
    throttle = Throttle()
    flood = Counter(throttle.judge(1, n / 1000) for n in range(1000))
    assert flood == {ALLOW: 10, NOTICE: 1, DROP: 989}
    assert throttle.judge(2, 1.0) is ALLOW


def test_author_who_drops_a_folder_of_files_is_heard_to_the_last() -> None:
    throttle = Throttle(exempt={5})
    assert all(throttle.judge(5, 0.0) is ALLOW for _ in range(100))
    assert [throttle.judge(6, 0.0) for _ in range(11)][-1] is NOTICE


def test_memory_is_bounded_and_the_newest_are_kept() -> None:
    throttle = Throttle(people=100)
    for _ in range(11):
        throttle.judge(-1, 0.0)
    for person in range(1000):
        throttle.judge(-1, 0.0)
        throttle.judge(person, 0.0)
    assert throttle.remembered == 100
    assert throttle.judge(-1, 0.0) is DROP


@given(st.lists(st.floats(0, 5), max_size=80))
def test_no_timing_gets_more_heard_than_burst_and_rate_allow(pauses: list[float]) -> None:
    throttle, now, heard = Throttle(burst=4, per_second=2.0), 0.0, []
    for pause in pauses:
        now += pause
        if throttle.judge(1, now) is ALLOW:
            heard.append(now)
    for first, start in enumerate(heard):
        for last in range(first, len(heard)):
            assert last - first + 1 <= 4 + 2.0 * (heard[last] - start) + 1e-6

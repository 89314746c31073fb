"""The limits on sending, at set times."""

import pytest

from bot.sandbox.errors import ApiError
from bot.sandbox.throttle import Throttle


class Seconds:
    """A steady clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def admitted(throttle: Throttle, seconds: Seconds, times: list[float], chat_id: int = 1) -> list[bool]:
    results = []
    for at in times:
        seconds.now = at
        try:
            throttle.admit(chat_id)
            results.append(True)
        except ApiError:
            results.append(False)
    return results


def test_any_sliding_second_holds_the_limit(seconds: Seconds) -> None:
    throttle = Throttle(seconds, per_second=2)
    assert admitted(throttle, seconds, [0.0, 0.9, 0.95, 1.0, 1.1, 1.9]) == [True, True, False, True, False, True]


def test_one_chat_waits_and_another_does_not(seconds: Seconds) -> None:
    throttle = Throttle(seconds, per_chat=1)
    assert admitted(throttle, seconds, [0.0, 0.5]) == [True, False]
    assert admitted(throttle, seconds, [0.5], chat_id=2) == [True]


def test_a_group_is_counted_by_the_minute(seconds: Seconds) -> None:
    throttle = Throttle(seconds, per_chat=1, per_group=2)
    assert admitted(throttle, seconds, [0.0, 0.1, 30.0, 60.0], chat_id=-5) == [True, True, False, True]


def test_an_album_counts_as_its_messages(seconds: Seconds) -> None:
    throttle = Throttle(seconds, per_second=4)
    throttle.admit(1, 3)
    with pytest.raises(ApiError) as refusal:
        throttle.admit(1, 2)
    assert refusal.value.parameters == {"retry_after": 1}
    throttle.admit(1, 1)


def test_paid_broadcasts_have_their_own_limit(seconds: Seconds) -> None:
    throttle = Throttle(seconds, per_second=1, paid_per_second=3)
    throttle.admit(1)
    for _ in range(3):
        throttle.admit(1, paid=True)
    with pytest.raises(ApiError):
        throttle.admit(1, paid=True)


def test_the_wait_is_rounded_up_to_seconds(seconds: Seconds) -> None:
    throttle = Throttle(seconds, per_group=1)
    throttle.admit(-1)
    seconds.now += 17.5
    with pytest.raises(ApiError) as refusal:
        throttle.admit(-1)
    assert refusal.value.parameters == {"retry_after": 43}

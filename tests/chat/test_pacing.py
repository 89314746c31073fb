"""How fast messages leave, who goes first, and what a 429 stops; on a clock of the test's own."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.transport.pacing import Halted, Pacer, Priority, Slot
from bot.chat.transport.rates import ChatId, Limits
from tests.chat.faketime import FakeTimer, settle

AHEAD = 0.03
LIMITS = Limits(per_second=28, chat_per_second=1, chat_burst=3, group_per_minute=20)


class Bench:
    """A pacer on a fake timer, and the times at which each named send left."""

    def __init__(self, limits: Limits = LIMITS, late: float = 0.0) -> None:
        self.timer = FakeTimer(late=late)
        self.start = self.timer.now
        self.waits: list[tuple[Priority, float]] = []
        self.pacer = Pacer(limits, self.timer, lambda priority, seconds: self.waits.append((priority, seconds)))
        self.sent: list[tuple[str, float]] = []
        self.halted: list[tuple[str, float]] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(
        self, name: str, chat: ChatId | None, priority: Priority = Priority.ANSWER, messages: int = 1
    ) -> None:
        async def send() -> None:
            try:
                await self.pacer.slot(chat, priority, messages=messages)
            except Halted as halted:
                self.halted.append((name, halted.wait.total_seconds()))
            else:
                self.sent.append((name, round(self.timer.now - self.start, 6)))

        self.tasks[name] = asyncio.create_task(send())
        await settle()

    async def ask_all(self, names: Iterable[tuple[str, ChatId]], priority: Priority = Priority.ANSWER) -> None:
        for name, chat in names:
            await self.ask(name, chat, priority)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.sent]

    @property
    def times(self) -> list[float]:
        return [at for _, at in self.sent]


def most_in_any(seconds: float, times: list[float]) -> int:
    return max(sum(start <= at < start + seconds for at in times) for start in times)


async def test_messages_to_many_chats_leave_evenly_apart() -> None:
    bench = Bench()
    await bench.ask_all((str(n), n) for n in range(1, 281))
    await bench.timer.pass_(10)
    assert len(bench.sent) == 280
    assert bench.times == [round(n / 28, 6) for n in range(280)]


@pytest.mark.parametrize("late", [0.0, 0.004, 0.0199])
async def test_late_timers_cost_no_rate_and_never_exceed_thirty_in_any_second(late: float) -> None:
    bench = Bench(late=late)
    await bench.ask_all((str(n), n) for n in range(1, 401))
    await bench.timer.pass_(10)
    assert 279 <= len(bench.sent) <= 281
    assert most_in_any(1.0, bench.times) <= 29


async def test_idle_time_is_never_made_up_for() -> None:
    bench = Bench()
    await bench.ask("first", 1)
    await bench.timer.pass_(3600)
    await bench.ask_all((str(n), n) for n in range(2, 60))
    await bench.timer.pass_(0.99)
    assert most_in_any(1.0, bench.times) == 28


async def test_thousand_a_second_is_kept_when_the_limit_is_paid_for() -> None:
    bench = Bench(Limits(per_second=950), late=0.001)
    await bench.ask_all((str(n), n) for n in range(1, 3001))
    await bench.timer.pass_(2.0)
    assert 1890 <= len(bench.sent) <= 1910
    assert most_in_any(1.0, bench.times) <= 960


async def test_answer_overtakes_ten_thousand_digests() -> None:
    bench = Bench()
    await bench.ask_all(((f"d{n}", n) for n in range(1, 10_001)), Priority.DIGEST)
    await bench.timer.pass_(60)
    asked_at = bench.timer.now - bench.start
    await bench.ask("answer", 77_777)
    await bench.timer.pass_(1)
    assert dict(bench.sent)["answer"] - asked_at <= 1 / 28


async def test_each_priority_is_first_come_first_served() -> None:
    bench = Bench()
    await bench.ask("now", 1)
    await bench.ask_all([("d1", 2), ("d2", 3)], Priority.DIGEST)
    await bench.ask_all([("a1", 4), ("a2", 5)])
    await bench.timer.pass_(1)
    assert bench.names == ["now", "a1", "a2", "d1", "d2"]


async def test_chat_gets_a_small_burst_then_one_a_second_in_order() -> None:
    bench = Bench()
    await bench.ask_all((str(n), 5) for n in range(6))
    await bench.timer.pass_(10)
    assert bench.names == ["0", "1", "2", "3", "4", "5"]
    assert bench.times == pytest.approx([0, 1 / 28, 2 / 28, 1, 2, 3], abs=1e-5)


async def test_chat_that_must_rest_lets_others_pass() -> None:
    bench = Bench()
    await bench.ask_all((f"busy{n}", 5) for n in range(4))
    await bench.ask("other", 6)
    await bench.timer.pass_(0.5)
    assert bench.names == ["busy0", "busy1", "busy2", "other"]


async def test_answer_to_a_chat_goes_before_its_own_digest() -> None:
    bench = Bench()
    await bench.ask_all((f"d{n}", 5) for n in range(3))
    await bench.ask("digest", 5, Priority.DIGEST)
    await bench.ask("answer", 5)
    await bench.timer.pass_(10)
    assert bench.names[3:] == ["answer", "digest"]


async def test_group_gets_twenty_in_any_minute() -> None:
    bench = Bench()
    await bench.ask_all((str(n), -100) for n in range(70))
    await bench.timer.pass_(300)
    assert len(bench.sent) == 70
    assert most_in_any(60.0, bench.times) == 20
    assert bench.times[-1] == pytest.approx(180 + 7, abs=0.1)


async def test_channel_by_name_counts_as_a_group() -> None:
    bench = Bench()
    await bench.ask_all((str(n), "@news") for n in range(21))
    await bench.timer.pass_(59.9)
    assert len(bench.sent) == 20


async def test_album_counts_as_its_pictures() -> None:
    bench = Bench()
    await bench.ask("album", -100, messages=10)
    await bench.ask("elsewhere", 8)
    await bench.ask("second album", -100, messages=10)
    await bench.ask("third album", -100, messages=10)
    await bench.timer.pass_(200)
    assert bench.times == pytest.approx([0, 10 / 28, 8, 60], abs=1e-5)


async def test_album_to_a_reader_is_one_answer() -> None:
    bench = Bench()
    for number in range(4):
        await bench.ask(f"album {number}", 5, messages=10)
    await bench.timer.pass_(2.0)

    assert bench.names == [f"album {number}" for number in range(4)]


async def test_album_larger_than_a_groups_minute_still_goes() -> None:
    bench = Bench(Limits(group_per_minute=5))
    await bench.ask("album", -100, messages=10)
    await bench.timer.pass_(1)
    assert bench.names == ["album"]


async def test_calls_without_a_chat_are_spaced_overall_only() -> None:
    bench = Bench()
    for n in range(10):
        await bench.ask(str(n), None)
    await bench.timer.pass_(1)
    assert bench.times == pytest.approx([n / 28 for n in range(10)], abs=1e-5)


async def test_halt_holds_every_answer_and_nothing_is_lost_or_made_up() -> None:
    bench = Bench()
    await bench.ask_all((str(n), n) for n in range(1, 101))
    await bench.timer.pass_(0.5)
    before = len(bench.sent)
    bench.pacer.halt(timedelta(seconds=7))
    await bench.timer.pass_(6.99)
    assert len(bench.sent) == before
    await bench.timer.pass_(10)
    assert len(bench.sent) == 100
    assert bench.times[before] == 7.5
    assert most_in_any(1.0, bench.times) <= 29


async def test_digests_are_told_of_a_halt_at_once_with_its_length() -> None:
    bench = Bench()
    await bench.ask_all([("now", 1)])
    await bench.ask("waiting", 2, Priority.DIGEST)
    bench.pacer.halt(timedelta(seconds=7))
    await settle()
    await bench.timer.pass_(2)
    await bench.ask("late", 3, Priority.DIGEST)
    assert bench.halted == [("waiting", 7.0), ("late", 5.0)]
    assert bench.pacer.halted_for() == timedelta(seconds=5)
    await bench.timer.pass_(5)
    await bench.ask("after", 4, Priority.DIGEST)
    assert bench.names == ["now", "after"]


async def test_shorter_halt_does_not_end_a_longer_one() -> None:
    bench = Bench()
    bench.pacer.halt(timedelta(seconds=30))
    bench.pacer.halt(timedelta(seconds=1))
    assert bench.pacer.halted_for() == timedelta(seconds=30)


async def test_cancelled_wait_leaves_its_place_to_the_next() -> None:
    bench = Bench()
    await bench.ask_all([("a", 1), ("b", 2), ("c", 3)])
    bench.tasks["b"].cancel()
    await bench.timer.pass_(1)
    assert bench.sent == [("a", 0.0), ("c", round(1 / 28, 6))]
    assert bench.pacer.waiting(Priority.ANSWER) == 0


async def test_slot_given_in_the_instant_of_cancellation_is_given_back() -> None:
    bench = Bench(Limits(chat_burst=1))
    await bench.ask("a", 1)
    await bench.ask("b", 2)
    await bench.ask("c", 3)
    when, _, _, serve = bench.timer.calls[-1]
    bench.timer.now = when
    serve()
    bench.tasks["b"].cancel()
    await bench.timer.pass_(1 / 28)
    assert bench.sent == [("a", 0.0), ("c", round(1 / 28, 6))]
    await bench.ask("again to b's chat", 2)
    await bench.timer.pass_(1 / 28 + 0.001)
    assert bench.names[-1] == "again to b's chat"


async def test_a_slot_is_given_before_its_moment_and_left_at_it() -> None:
    bench = Bench()
    await bench.ask("first", 1)
    reserving = asyncio.create_task(bench.pacer.reserve(2, Priority.DIGEST, ahead=AHEAD))
    await bench.timer.pass_(1 / 28 - AHEAD + 1e-6)
    slot = reserving.result()
    leaving = asyncio.create_task(bench.pacer.leave(slot))
    await settle()

    assert slot.at == pytest.approx(bench.start + 1 / 28)
    assert not leaving.done()
    await bench.timer.pass_(AHEAD)
    assert leaving.done()


async def test_what_waited_behind_a_stall_leaves_in_no_crowd() -> None:
    bench = Bench(Limits(per_second=100))
    slots = [asyncio.create_task(bench.pacer.reserve(chat, Priority.DIGEST, ahead=AHEAD)) for chat in range(1, 301)]
    await bench.timer.pass_(1.5)
    given = [one.result() for one in slots if one.done()]
    left: list[float] = []

    async def leave(slot: Slot) -> None:
        await bench.pacer.leave(slot)
        left.append(bench.timer.now)

    leaving = [asyncio.create_task(leave(slot)) for slot in given]
    await bench.timer.pass_(1.5)
    await asyncio.gather(*leaving)

    assert len(left) == len(given) > 140
    assert most_in_any(1.0, left) <= 101
    assert most_in_any(0.1, left) <= 13


async def test_a_digest_that_has_its_slot_is_told_of_a_halt_and_an_answer_waits_it_out() -> None:
    bench = Bench()
    await bench.ask("first", 1)
    digest = asyncio.create_task(bench.pacer.reserve(2, Priority.DIGEST, ahead=AHEAD))
    await bench.timer.pass_(1 / 28 - AHEAD + 1e-6)
    leaving = asyncio.create_task(bench.pacer.leave(digest.result()))
    await bench.ask("answer", 3)

    bench.pacer.halt(timedelta(seconds=5))
    await settle()

    assert isinstance(leaving.exception(), Halted)
    await bench.timer.pass_(5.1)
    assert bench.names == ["first", "answer"]


async def test_waits_are_observed() -> None:
    bench = Bench()
    await bench.ask("a", 1)
    await bench.ask("d", 2, Priority.DIGEST)
    assert bench.pacer.waiting(Priority.DIGEST) == 1
    await bench.timer.pass_(1)
    assert bench.waits == [(Priority.ANSWER, 0.0), (Priority.DIGEST, pytest.approx(1 / 28))]


async def test_quiet_chats_are_forgotten() -> None:
    bench = Bench(Limits(per_second=100_000))
    for n in range(1, 20_000):
        await bench.pacer.slot(n)
        bench.timer.now += 0.01
    assert len(bench.pacer._rates) <= 4096


@given(
    st.lists(
        st.tuples(st.floats(0, 3), st.sampled_from([1, 2, 3, -1, -2]), st.sampled_from(Priority), st.integers(1, 3)),
        max_size=60,
    )
)
async def test_no_mix_of_sends_breaks_a_limit(asks: list[tuple[float, int, Priority, int]]) -> None:
    bench = Bench(Limits(per_second=10, chat_per_second=1, chat_burst=3, group_per_minute=6))
    for number, (pause, chat, priority, messages) in enumerate(asks):
        await bench.timer.pass_(pause)
        await bench.ask(f"{chat}/{messages}/{number}", chat, priority, messages)
    await bench.timer.pass_(3600)
    assert len(bench.sent) == len(asks)
    each = [(int(name.split("/")[0]), at) for name, at in bench.sent for _ in range(int(name.split("/")[1]))]
    if asks:
        assert most_in_any(1.0, bench.times) <= 11
    for chat in {chat for chat, _ in each}:
        times = [at for whose, at in each if whose == chat]
        assert most_in_any(10.0, times) <= 10 + 3 + 2
        if chat < 0:
            # The times are rounded: two that are a minute apart may seem closer by the last digit.
            assert most_in_any(60.0 - 1e-5, times) <= 6

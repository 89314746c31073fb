"""Replicas keep one pace together: Telegram's limit is theirs in common, and whoever wants an answer waits little."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.transport.pacing import Halted, Pacer, Priority, Slot
from bot.chat.transport.rates import Limits
from bot.chat.transport.shared_spacing import SharedSpacing
from bot.storage.address import StorageError
from bot.storage.delivery.pace import Reserved
from tests.chat.faketime import in_virtual_time

LIMITS = Limits(per_second=28, chat_per_second=1, chat_burst=3, group_per_minute=20)


@dataclass
class Row:
    """The shared row as PostgreSQL keeps it, `delay` seconds away; `down` refuses."""

    per_second: float = LIMITS.per_second
    delay: float = 0.001
    next_at: float = 0.0
    halted_until: float = 0.0
    down: bool = False

    async def reserve(self, count: int, *, ahead: float | None = None) -> Reserved:
        await asyncio.sleep(self.delay)
        if self.down:
            raise StorageError("PostgreSQL is not there.")
        now = asyncio.get_running_loop().time()
        first = max(self.next_at, self.halted_until, now)
        halt = max(0.0, self.halted_until - now)
        if ahead is not None and first > now + ahead:
            return Reserved(0, first - now, halt)
        self.next_at = first + count / self.per_second
        return Reserved(count, first - now, halt)

    async def halt(self, seconds: float) -> None:
        self.halted_until = max(self.halted_until, asyncio.get_running_loop().time() + seconds)


def replica(row: Row) -> Pacer:
    loop = asyncio.get_running_loop()
    return Pacer(LIMITS, loop, shared=SharedSpacing(row, LIMITS.per_second, loop.time))


async def sends(pacer: Pacer, chat: int, times: list[float], priority: Priority = Priority.DIGEST) -> None:
    await pacer.slot(chat, priority)
    times.append(asyncio.get_running_loop().time())


def most_in_any_second(times: list[float]) -> int:
    return max(sum(start <= at < start + 1.0 for at in times) for start in times)


@in_virtual_time
async def test_three_replicas_share_the_limit_and_lose_little_of_it() -> None:
    row, times = Row(), []
    everybody: list[Coroutine[Any, Any, None]] = []
    for number in range(3):
        pacer = replica(row)
        everybody += [sends(pacer, 1000 * number + chat, times) for chat in range(1, 101)]

    await asyncio.gather(*everybody)

    assert most_in_any_second(times) <= 30
    assert 299 / (max(times) - min(times)) > 0.97 * LIMITS.per_second


@in_virtual_time
async def test_an_answer_goes_before_the_digests_of_all_replicas() -> None:
    row, times = Row(), []
    pacers = [replica(row) for _ in range(3)]
    waiting = [asyncio.create_task(sends(pacer, chat, times)) for pacer in pacers for chat in range(1, 101)]
    await asyncio.sleep(2)
    asked = asyncio.get_running_loop().time()
    answered: list[float] = []

    await sends(pacers[0], 7777, answered, Priority.ANSWER)

    for task in waiting:
        task.cancel()
    assert answered[0] - asked < 0.3


@in_virtual_time
async def test_a_flood_control_of_one_holds_the_digests_of_all() -> None:
    row, answered = Row(), []
    one, two = replica(row), replica(row)
    one.halt(timedelta(seconds=5))
    await asyncio.sleep(0.01)

    with pytest.raises(Halted):
        await two.slot(1, Priority.DIGEST)
    await sends(two, 2, answered, Priority.ANSWER)

    assert 4.9 < answered[0] < 5.1


@in_virtual_time
async def test_an_album_takes_as_many_slots_as_it_has_pictures() -> None:
    row, times = Row(), []
    one, two = replica(row), replica(row)
    await one.slot(1, messages=10)
    began = asyncio.get_running_loop().time()

    await sends(one, 2, times)
    await sends(two, 3, times)

    assert times[1] - began > 9 / LIMITS.per_second


@in_virtual_time
async def test_without_a_database_answers_keep_the_pace_of_one() -> None:
    row, times = Row(down=True), []
    pacer = replica(row)

    await asyncio.gather(*(sends(pacer, chat, times, Priority.ANSWER) for chat in range(1, 60)))

    assert most_in_any_second(times) <= 30


@in_virtual_time
async def test_a_slot_that_is_lost_in_the_very_moment_of_its_use_is_paid_later() -> None:
    row, now = Row(), [0.0]
    spacing = SharedSpacing(row, LIMITS.per_second, lambda: now[0])
    spacing.want(1, 0)
    await asyncio.sleep(0.1)
    assert spacing.next == 0.0
    now[0] = 1.0
    assert spacing.next == float("inf")

    spacing.take(now[0], 1)
    spacing.want(1, 0)
    await asyncio.sleep(0.1)

    assert spacing.next == pytest.approx(1.0 + 1 / LIMITS.per_second, abs=0.01)


@in_virtual_time
async def test_a_slot_that_its_digest_comes_too_late_for_is_another_replicas_time_and_so_it_takes_a_new_one() -> None:
    row = Row()
    pacer = replica(row)
    slot = await pacer.reserve(1, Priority.DIGEST, ahead=0.05)
    await asyncio.sleep(0.5)
    others = asyncio.create_task(sends(replica(row), 2, []))
    await others
    taken = row.next_at

    await pacer.leave(slot)

    assert asyncio.get_running_loop().time() >= taken
    assert row.next_at > taken


@in_virtual_time
async def test_what_leaves_fast_loses_no_slot_to_a_short_stall() -> None:
    limits = Limits(per_second=900)
    row = Row(per_second=limits.per_second)
    loop = asyncio.get_running_loop()
    pacer = Pacer(limits, loop, shared=SharedSpacing(row, limits.per_second, loop.time))
    slots = await asyncio.gather(*(pacer.reserve(chat, Priority.DIGEST, ahead=0.05) for chat in range(1, 46)))
    await asyncio.sleep(0.2)
    left: list[float] = []

    async def leave(slot: Slot) -> None:
        await pacer.leave(slot)
        left.append(loop.time())

    await asyncio.gather(*(leave(slot) for slot in slots))

    assert row.next_at == pytest.approx(max(slot.at for slot in slots) + 1 / 900, abs=0.001)
    assert left[-1] - left[0] >= 0.95 * 44 / 900 - 0.013

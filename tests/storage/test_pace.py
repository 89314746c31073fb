"""Replicas that reserve at the same instant get slots apart from each other, by the clock of the server."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.services.delivery.reserving import SharedPace
from bot.storage.delivery.pace import Reserved
from bot.storage.engine import Database, open_database

pytestmark = pytest.mark.postgres
PER_SECOND = 20.0


@pytest.fixture
async def replicas(postgres_url: str) -> AsyncIterator[list[SharedPace]]:
    databases: list[Database] = [await open_database(postgres_url) for _ in range(3)]
    yield [SharedPace(db, 7, PER_SECOND) for db in databases]
    for db in databases:
        await db.close()


async def test_slots_of_all_replicas_are_apart(replicas: list[SharedPace]) -> None:
    async def some(pace: SharedPace) -> list[float]:
        slots: list[float] = []
        for _ in range(10):
            reserved = await pace.reserve(4)
            first = time.monotonic() + reserved.wait
            slots += [first + n / PER_SECOND for n in range(reserved.count)]
        return slots

    slots = sorted(slot for some in await asyncio.gather(*map(some, replicas)) for slot in some)

    # What the way back from the server takes is between two replicas' clocks here.
    assert len(slots) == 120
    assert slots[-1] - slots[0] >= 119 / PER_SECOND - 1


async def test_who_may_wait_reserves_no_further_ahead_than_agreed(replicas: list[SharedPace]) -> None:
    one, two, _ = replicas
    await one.reserve(60)

    refused = await two.reserve(1, ahead=0.5)
    urgent = await two.reserve(1)

    assert (refused.count, urgent.count) == (0, 1)
    assert min(refused.wait, urgent.wait) > 1.0


async def test_a_halt_is_everybodys_and_of_this_bot_alone(replicas: list[SharedPace]) -> None:
    one, two, three = replicas
    await one.halt(60)

    told = await two.reserve(1)
    other = await SharedPace(three.db, 8, PER_SECOND).reserve(1)

    assert told.wait > 50 < told.halt
    assert other == Reserved(1, 0.0, 0.0)

"""The database does not answer while digests are on their way: what is known of them is neither lost nor done twice."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal

import pytest

from bot.domain.delivery import State
from bot.services.delivery import recording
from bot.services.ports import Address, NotSent
from bot.storage.address import StorageError
from bot.storage.engine import Connection, Database
from tests.services.newsstand import Moment, Newsstand

ADA = 11
HOUR, LEASE = timedelta(hours=1), timedelta(seconds=91)

How = Literal["", "refused", "unheard"]
"""A transaction goes through, is not begun, or is done and its answer is lost."""


class Faults:
    """What becomes of the next transactions that write, in their order; of all after them, nothing bad."""

    def __init__(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.coming: deque[How] = deque()
        self._write = db.write
        monkeypatch.setattr(db, "write", self.write)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        how = self.coming.popleft() if self.coming else ""
        if how == "refused":
            raise StorageError("PostgreSQL does not answer.")
        async with self._write() as connection:
            yield connection
        if how == "unheard":
            raise StorageError("PostgreSQL closed the connection.")


@pytest.fixture
def stand(database: Database) -> Newsstand:
    return Newsstand(database)


@pytest.fixture
def faults(database: Database, monkeypatch: pytest.MonkeyPatch) -> Faults:
    monkeypatch.setattr(recording, "AGAIN", 0.01)
    return Faults(database, monkeypatch)


async def _due(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR


@pytest.mark.parametrize("settling", [["refused"] * 3, ["unheard"], ["unheard", "refused", "unheard"]])
async def test_what_arrived_is_written_down_when_the_database_answers_again(
    stand: Newsstand, faults: Faults, settling: list[How]
) -> None:
    await _due(stand)
    courier = stand.courier()
    await courier.plan()

    faults.coming.extend(["", "", *settling])  # its claim, its fence, then its end
    await courier.drain()
    await courier.tidy()
    await stand.turn(courier, timedelta(days=1))

    assert await stand.states() == [State.SENT]
    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_what_others_sent_since_is_not_touched_by_an_end_that_was_unheard(
    stand: Newsstand, faults: Faults
) -> None:
    await _due(stand)
    one, other = stand.courier("one", alone=False), stand.courier("other", alone=False)
    stand.telegram.answers.append(NotSent("no network"))
    await one.plan()

    faults.coming.extend(["", "", "unheard"])
    faults.coming.extend(["refused"] * 5)
    draining = asyncio.create_task(one.drain())
    while len(faults.coming) > 3:
        await asyncio.sleep(0.005)
    # It is to be tried again, and the other replica, which the database answers, does.
    faults.coming.clear()
    stand.now += timedelta(minutes=1)
    await asyncio.gather(draining, other.drain())

    assert await stand.states() == [State.SENT]
    assert stand.telegram.digests(ADA) == [["lora"]]


@pytest.mark.parametrize("fence", ["refused", "unheard"])
async def test_what_never_left_goes_as_soon_as_the_database_answers(
    stand: Newsstand, faults: Faults, fence: How
) -> None:
    await _due(stand)
    courier = stand.courier()
    await courier.plan()

    faults.coming.extend(["", fence, "refused", "unheard"])
    await courier.drain()
    await courier.drain()

    assert stand.telegram.digests(ADA) == [["lora"]]
    assert await stand.states() == [State.SENT]


async def test_claims_in_no_flight_go_on_at_once(stand: Newsstand, faults: Faults) -> None:
    await _due(stand)
    courier = stand.courier()
    await courier.plan()

    faults.coming.append("unheard")
    with pytest.raises(StorageError):
        await courier.drain()
    assert await stand.states() == [State.CLAIMED]
    await courier.drain()

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_after_an_outage_nothing_is_parked_before_its_sender_had_time_to_say(
    stand: Newsstand, faults: Faults
) -> None:
    await _due(stand)
    courier, neighbour = stand.courier("one", alone=False), stand.courier("two", alone=False)
    await courier.plan()
    claimed = await courier._fencing.claim(1, stand.now)
    assert claimed
    await courier._fencing.put_in_the_air([claimed[0][0].id], stand.now)
    stand.now += LEASE
    neighbour._outage_at = stand.now

    await neighbour.tidy()
    assert await stand.states() == [State.SENDING]

    stand.now += timedelta(seconds=30)
    await neighbour.tidy()
    assert await stand.states() == [State.UNCERTAIN]


async def test_an_outage_longer_than_a_lease_leaves_nothing_uncertain(stand: Newsstand, faults: Faults) -> None:
    await _due(stand)
    courier, neighbour = stand.courier("one", alone=False), stand.courier("two", alone=False)
    await courier.plan()
    faults.coming.extend(["", ""])
    faults.coming.extend(["refused"] * 1000)
    draining = asyncio.create_task(courier.drain())
    while len(faults.coming) > 995:
        await asyncio.sleep(0.005)

    faults.coming.clear()
    stand.now += LEASE
    await neighbour._park(everybodys=False)
    await draining

    assert await stand.states() == [State.SENT]


async def test_a_flight_that_outlived_its_claim_is_not_doubled(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _due(stand)
    courier = stand.courier()
    await courier.plan()
    turn = asyncio.Event()

    async def ready(address: Address, *, ahead: float = 0.0) -> Moment:
        await turn.wait()
        return Moment()

    monkeypatch.setattr(stand.telegram, "ready", ready)
    assert await courier._start(10)
    stand.now += LEASE

    assert await courier._start(10)
    assert len(courier._flights) == 1
    turn.set()
    await courier.drain()
    assert stand.telegram.digests(ADA) == [["lora"]]

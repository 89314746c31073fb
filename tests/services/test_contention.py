"""Ticks, senders and people who meet at the same subscriber: nothing doubled, nothing lost, nobody waits in a ring."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.delivery import State
from bot.domain.message import Text
from bot.services.delivery import broadcasting
from bot.services.delivery.delivering import LEASE
from bot.services.ports import Address, Busy
from bot.storage.engine import Database
from tests.services.newsstand import Moment, Newsstand

ADA, BOB = 11, 12
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def stand(database: Database) -> Newsstand:
    return Newsstand(database)


@pytest.mark.parametrize("has_landed", [True, False], ids=["arrived", "in the air"])
async def test_what_another_sender_took_over_is_not_put_back_by_the_first(stand: Newsstand, has_landed: bool) -> None:
    await stand.follow(ADA)
    draft = await broadcasting.begin(stand.db, 1, Text("Moved to a new address."), language="en", now=stand.now)
    assert draft is not None
    assert await broadcasting.send(stand.db, 1, draft, now=stand.now) == 1
    stand.now += MINUTE
    late, heir = stand.courier("late", alone=False), stand.courier("heir", alone=False)
    turn: asyncio.Future[Moment | Busy] = asyncio.get_running_loop().create_future()
    late.messenger = late._carrier.messenger = _Waiting(turn)  # type: ignore[assignment]
    # A group that rests keeps it waiting for longer than its lease.
    assert await late._start(10)
    await asyncio.sleep(0)
    stand.now += LEASE
    stand.telegram.gate = asyncio.Event()
    sending = asyncio.create_task(heir.drain())
    while not stand.telegram.tried:
        await asyncio.sleep(0.01)
    if has_landed:
        stand.telegram.gate.set()
        await sending

    turn.set_result(Busy(timedelta(0)))
    await asyncio.gather(*(flight.task for flight in late._flights if flight.task))
    third = asyncio.create_task(stand.courier("third", alone=False).drain())
    await asyncio.sleep(0.2)
    stand.telegram.gate.set()
    await asyncio.gather(sending, third)

    assert await stand.states() == [State.SENT]
    assert len(stand.telegram.tried) == 1


class _Waiting:
    """A messenger whose turn comes when it is told."""

    def __init__(self, turn: "asyncio.Future[Moment | Busy]") -> None:
        self.turn = turn

    async def ready(self, address: Address, *, ahead: float = 0.0) -> Moment | Busy:
        return await self.turn

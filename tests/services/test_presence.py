"""What a sender that is gone had claimed goes on at once by another; a living one keeps what it has."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.services.delivery.delivering import Courier
from bot.services.delivery.presence import Presence
from bot.storage.delivery.holders import seat_of
from bot.storage.engine import Database, open_database
from bot.storage.seat import number_of
from tests.services.newsstand import Newsstand

pytestmark = pytest.mark.postgres

ADA = 11
HOUR = timedelta(hours=1)


@pytest.fixture
async def stand(postgres_url: str) -> AsyncIterator[Newsstand]:
    database = await open_database(postgres_url)
    yield Newsstand(database)
    await database.close()


def sender(stand: Newsstand, name: str) -> Courier:
    return stand.courier(name, alone=False, presence=Presence(stand.db, name))


async def seated(presence: Presence | None, database: Database) -> Presence:
    """It has begun, and sits."""
    assert presence is not None
    presence.begin()
    async with asyncio.timeout(10):
        while await _is_free(database, presence):
            await asyncio.sleep(0.01)
    return presence


async def gone(presence: Presence | None, database: Database) -> None:
    """It has ended, and the server knows."""
    assert presence is not None
    await presence.end()
    async with asyncio.timeout(10):
        while not await _is_free(database, presence):
            await asyncio.sleep(0.01)


async def _is_free(database: Database, presence: Presence) -> bool:
    """Whether nobody sits there; a look that took the seat would be in the way of the others."""
    number = number_of(seat_of(presence.owner))
    held = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND (classid::bigint << 32 | objid::bigint) = :number "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with database.read() as connection:
        return (await connection.execute(held, {"number": number})).scalar_one() == 0


async def _claims(stand: Newsstand) -> tuple[Courier, Courier]:
    """Two senders of which the first has claimed a digest."""
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    first, second = sender(stand, "first"), sender(stand, "second")
    await seated(first.presence, stand.db)
    await first.plan()
    assert len(await first._fencing.claim(10, stand.now) or ()) == 1
    return first, second


async def test_a_living_sender_keeps_what_it_claimed(stand: Newsstand) -> None:
    first, second = await _claims(stand)

    assert await second.take_over() == 0
    await stand.turn(second)

    assert stand.telegram.tried == []
    assert first.presence is not None
    await first.presence.end()


async def test_what_a_dead_sender_had_claimed_goes_on_at_once(stand: Newsstand) -> None:
    first, second = await _claims(stand)
    await gone(first.presence, stand.db)

    assert await second.take_over() == 1
    await stand.turn(second)

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_a_sender_that_only_seemed_dead_sends_nothing_that_another_took_over(stand: Newsstand) -> None:
    first, second = await _claims(stand)
    await gone(first.presence, stand.db)
    await second.take_over()
    (claim,) = await second._fencing.claim(10, stand.now) or ()

    assert await first._fencing.put_in_the_air([claim[0].id], stand.now) == {}
    assert set(await second._fencing.put_in_the_air([claim[0].id], stand.now)) == {claim[0].id}

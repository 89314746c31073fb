"""A seat is one process's at a time, and its holder is told at once when it may be another's."""

import asyncio
import logging

import pytest
from sqlalchemy import text

from bot.storage.address import StorageError, parse_address
from bot.storage.engine import Database
from bot.storage.outage import Outage
from bot.storage.seat import Seat
from tests.stalling import line_to

pytestmark = pytest.mark.postgres


async def test_one_has_the_seat_until_it_leaves(postgres_url: str) -> None:
    one, two = (Seat(parse_address(postgres_url), "window") for _ in range(2))
    other = Seat(parse_address(postgres_url), "aisle")

    assert [await one.take(), await two.take(), await two.take(), await other.take()] == [True, False, False, True]
    await one.leave()
    await _taken(two)

    for seat in (two, other):
        await seat.leave()


async def _taken(seat: Seat) -> None:
    """The server lets go of a lock when it has noticed that the connection is closed, which nobody is told."""
    async with asyncio.timeout(10):
        while not await seat.take():
            await asyncio.sleep(0.005)


async def test_who_is_cut_off_is_told_and_another_may_take_the_seat(postgres_url: str) -> None:
    database = Database(parse_address(postgres_url))
    one, two = (Seat(parse_address(postgres_url), "window") for _ in range(2))
    await one.take()
    losing = asyncio.create_task(one.lost())
    await asyncio.sleep(0.05)
    assert not losing.done()

    async with database.write() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
                # Other programs on this server, tests among them, keep theirs.
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    async with asyncio.timeout(10):
        await losing

    await _taken(two)
    assert not await one.take()
    for seat in (one, two):
        await seat.leave()
    await database.close()


async def test_who_has_it_from_a_server_that_falls_silent_gives_it_up_without_its_help(postgres_url: str) -> None:
    async with line_to(postgres_url) as line:
        seat = Seat(parse_address(line.url), "window", pulse=0.05, answer=0.1)
        assert await seat.take()
        losing = asyncio.create_task(seat.lost())
        line.stalls()

        # A statement that is called off, and not hung up on, keeps its caller for another 10 s.
        async with asyncio.timeout(5):
            await losing


async def test_a_server_that_falls_silent_is_told_of_once_and_hung_up_on(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    async with line_to(postgres_url) as line:
        one, two = (Seat(parse_address(line.url), "window", outage=Outage(), answer=0.1) for _ in range(2))
        assert [await one.take(), await two.take()] == [True, False]
        line.stalls()

        async with asyncio.timeout(5):
            with pytest.raises(StorageError, match=r"has not answered for 0\.1 s"):
                await two.take()
        await one.leave()

    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_who_leaves_while_asking_is_let_go_and_tells_of_no_outage(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with line_to(postgres_url) as line:
        seat = Seat(parse_address(line.url), "window", outage=Outage())
        await seat.take()
        line.stalls()
        taking = asyncio.create_task(seat.take())
        await asyncio.sleep(0.05)

        await seat.leave()

        async with asyncio.timeout(5):
            with pytest.raises(StorageError):
                await taking
    assert caplog.records == []


async def test_without_a_server_one_sentence_says_so() -> None:
    seat = Seat(parse_address("postgresql://nobody:hush@127.0.0.1:1/none"), "window")

    with pytest.raises(StorageError, match=r"PostgreSQL database 'none' on 127.0.0.1:1 cannot be used") as raised:
        await seat.take()

    assert "hush" not in str(raised.value)

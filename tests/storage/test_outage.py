"""An outage of the database is said once when it begins and once when it is over; nobody waits for a silent server."""

import asyncio
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.storage.address import GivenUpError, StorageError, parse_address
from bot.storage.engine import Database
from bot.storage.outage import CALM, Outage
from bot.storage.seat import Seat
from tests.stalling import line_to

DOWN = StorageError("The database is down.")


class Clock:
    """Seconds, as a test wants them."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> "pytest.LogCaptureFixture":
    caplog.set_level(logging.INFO, "bot")
    return caplog


def test_an_outage_is_two_lines_however_many_notice_it(clock: Clock, said: pytest.LogCaptureFixture) -> None:
    outage = Outage(clock)
    for _ in range(40):
        outage.failed(DOWN)
        clock.now += 2
    for _ in range(40):
        outage.answered(wrote=False)
        clock.now += 2

    assert [(one.levelname, one.getMessage()) for one in said.records] == [
        ("ERROR", "The database is down. Until it answers, what needs it waits or is tried again."),
        ("INFO", "The database answers again, after 80 s."),
    ]


def test_a_server_that_answers_now_and_then_is_one_outage(clock: Clock, said: pytest.LogCaptureFixture) -> None:
    outage = Outage(clock)
    for _ in range(20):
        outage.failed(DOWN)
        clock.now += CALM / 2
        outage.answered(wrote=True)
        outage.answered(wrote=True)
        clock.now += CALM / 2

    assert len(said.records) == 1


def test_the_next_outage_is_told_again(clock: Clock, said: pytest.LogCaptureFixture) -> None:
    outage = Outage(clock)
    for _ in range(2):
        outage.failed(DOWN)
        outage.answered(wrote=False)
        clock.now += CALM
        outage.answered(wrote=False)

    assert [one.levelname for one in said.records] == ["ERROR", "INFO", "ERROR", "INFO"]


def test_who_can_still_read_does_not_say_that_writing_works_again(clock: Clock, said: pytest.LogCaptureFixture) -> None:
    outage = Outage(clock)
    outage.failed(DOWN, needs_write=True)
    for _ in range(10):
        outage.answered(wrote=False)
        clock.now += CALM
    assert len(said.records) == 1

    for _ in range(2):
        outage.answered(wrote=True)
        clock.now += CALM

    assert said.records[-1].getMessage() == "The database answers again, after 50 s."


async def _ask(database: Database, statement: str = "SELECT 1") -> None:
    async with database.read() as connection:
        await connection.execute(text(statement))


@pytest.mark.postgres
async def test_a_database_tells_of_its_own_outage(
    postgres_url: str, clock: Clock, said: pytest.LogCaptureFixture
) -> None:
    async with line_to(postgres_url) as line:
        database = Database(parse_address(line.url))
        database.outage = Outage(clock)
        await _ask(database)

        await line.is_gone()
        for _ in range(3):
            with pytest.raises(StorageError):
                await _ask(database)
        await line.is_back()
        for _ in range(2):
            await _ask(database)
            clock.now += CALM
        await database.close()

    assert [one.levelname for one in said.records] == ["ERROR", "INFO"]
    assert "Connection refused; start it" in said.text
    assert "Traceback" not in said.text


@pytest.mark.postgres
async def test_who_waits_for_a_database_that_is_given_up_is_told_at_once(
    postgres_url: str, said: pytest.LogCaptureFixture
) -> None:
    async with line_to(postgres_url) as line:
        database = Database(parse_address(line.url))
        database.outage = Outage()
        await _ask(database)
        stalled = asyncio.Event()

        async def ask_twice() -> None:
            async with database.read() as connection:
                await connection.execute(text("SELECT 1"))
                line.stalls()
                stalled.set()
                await connection.execute(text("SELECT 1"))

        asking = asyncio.create_task(ask_twice())
        await stalled.wait()
        # In want of a new connection, which the server does not make.
        waiting = asyncio.create_task(_ask(database))
        await asyncio.wait({asking, waiting}, timeout=0.1)
        assert not asking.done()
        assert not waiting.done()

        database.give_up()

        # A statement that is called off, and not hung up on, keeps its caller for another 10 s.
        async with asyncio.timeout(5):
            for task in (asking, waiting):
                with pytest.raises(GivenUpError):
                    await task
            with pytest.raises(GivenUpError, match="is not waited for: the program ends"):
                await _ask(database)
        await database.close()
    # Whoever gives it up says so.
    assert said.records == []


async def test_a_sqlite_file_is_waited_for_to_the_end(tmp_path_factory: pytest.TempPathFactory) -> None:
    database = Database(parse_address(f"sqlite:///{tmp_path_factory.mktemp('end') / 'h.db'}"))

    database.give_up()

    await _ask(database)
    await database.close()


@pytest.mark.postgres
async def test_a_server_that_takes_no_changes_is_an_outage_until_it_takes_one(
    postgres_url: str, clock: Clock, said: pytest.LogCaptureFixture
) -> None:
    database = Database(parse_address(postgres_url))
    database.outage = Outage(clock)

    async def write() -> None:
        async with database.write() as connection:
            # As a server does that became a standby, or whose disk is full.
            await connection.execute(text("SET TRANSACTION READ ONLY"))
            await connection.execute(text("CREATE TABLE kept (id integer)"))

    for _ in range(3):
        with pytest.raises(StorageError, match="in a read-only transaction; look whether it is a standby"):
            await write()
        clock.now += CALM
        await _ask(database)
        clock.now += CALM
        await _ask(database)
    assert [one.levelname for one in said.records] == ["ERROR"]

    for _ in range(2):
        async with database.write() as connection:
            await connection.execute(text("SELECT 1"))
        clock.now += CALM
    await database.close()

    assert [one.levelname for one in said.records] == ["ERROR", "INFO"]


@pytest.mark.postgres
async def test_who_writes_where_one_only_reads_is_at_fault(postgres_url: str) -> None:
    database = Database(parse_address(postgres_url))
    with pytest.raises(DBAPIError):
        await _ask(database, "CREATE TABLE kept (id integer)")
    await database.close()


@pytest.mark.postgres
@pytest.mark.parametrize(("query", "asked"), [("", "primary"), ("?target_session_attrs=read-write", "read-write")])
async def test_a_standby_is_not_asked_unless_the_address_says_so(postgres_url: str, query: str, asked: str) -> None:
    address = parse_address(postgres_url + query)
    database, seat = Database(address), Seat(address, "window")
    async with database.session() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        assert raw.info.get_parameters()["target_session_attrs"] == asked
    await seat.take()
    assert seat._line.info.get_parameters()["target_session_attrs"] == asked
    await seat.leave()
    await database.close()


@pytest.mark.postgres
async def test_bytes_that_nobody_acknowledges_end_a_connection_within_a_minute(postgres_url: str) -> None:
    database = Database(parse_address(postgres_url))
    async with database.session() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        parameters = raw.info.get_parameters()
    await database.close()

    assert parameters["tcp_user_timeout"] == "60000"

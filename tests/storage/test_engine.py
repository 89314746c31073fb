"""Databases: what they promise between processes, and what they say when they cannot be used."""

import asyncio
import os
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, ProgrammingError

from bot.storage.address import CollisionError, StorageError, parse_address
from bot.storage.engine import Database, open_database
from bot.storage.outage import Outage
from bot.storage.tables import counters, redirects


async def _value(database: Database) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(counters.c.value))).scalar_one()


def _increment(gate: Barrier, url: str, times: int) -> None:
    async def work() -> None:
        database = Database(parse_address(url))
        for _ in range(times):
            async with database.write() as connection:
                # Read, then write: what the drivers' defaults lose.
                query = select(counters.c.value)
                if database.dialect == "postgresql":
                    query = query.with_for_update()
                value = (await connection.execute(query)).scalar_one()
                await connection.execute(update(counters).values(value=value + 1))
        await database.close()

    gate.wait(30)
    asyncio.run(work())


async def test_four_processes_that_increment_lose_nothing(
    database: Database, database_url: str, together: Callable[..., list[int]]
) -> None:
    async with database.write() as connection:
        await connection.execute(insert(counters).values(name="test", value=0))

    codes = await asyncio.to_thread(together, 4, _increment, database_url, 25)

    assert codes == [0, 0, 0, 0]
    assert await _value(database) == 100


async def test_an_error_takes_back_the_whole_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert(counters).values(name="test", value=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    async with database.read() as connection:
        assert (await connection.execute(select(counters))).all() == []


async def test_reads_go_on_while_somebody_writes(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(insert(counters).values(name="test", value=1))
        async with database.read() as reading:
            assert (await reading.execute(select(counters))).all() == []
    assert await _value(database) == 1


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(counters).values(name="test", value=1))
    async with database.read() as reading:
        before = (await reading.execute(select(counters.c.value))).scalar_one()
        async with database.write() as writing:
            await writing.execute(update(counters).values(value=2))
        assert (await reading.execute(select(counters.c.value))).scalar_one() == before
    assert await _value(database) == 2


async def test_nothing_is_written_on_the_reading_side(database: Database) -> None:
    with pytest.raises((StorageError, InternalError)):
        async with database.read() as connection:
            await connection.execute(insert(counters).values(name="test", value=1))


async def test_a_row_that_hangs_on_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(insert(redirects).values(key="a", post_id=12345, lasting=False))


async def test_many_tasks_write_in_turn(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(counters).values(name="test", value=0))

    async def increment() -> None:
        async with database.write() as connection:
            await connection.execute(update(counters).values(value=counters.c.value + 1))

    await asyncio.gather(*(increment() for _ in range(50)))

    assert await _value(database) == 50


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_changes_that_wait_for_each_other_end_with_one_that_may_try_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.outage = Outage()
    async with database.write() as connection:
        await connection.execute(insert(counters), [{"name": "a", "value": 0}, {"name": "b", "value": 0}])
    both = asyncio.Barrier(2)

    async def raise_in_turn(*names: str) -> None:
        async with database.write() as connection:
            await connection.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
            for name in names:
                await connection.execute(update(counters).where(counters.c.name == name).values(value=1))
                if name == names[0]:
                    await both.wait()

    ended = await asyncio.gather(raise_in_turn("a", "b"), raise_in_turn("b", "a"), return_exceptions=True)

    [lost] = [one for one in ended if one is not None]
    assert isinstance(lost, CollisionError)
    assert str(lost).endswith("nothing was done, try again.")
    [said] = [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
    assert said.getMessage().endswith("took a change back for the sake of another: deadlock detected")


async def test_sqlite_keeps_a_write_ahead_log_and_waits_when_busy(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'h.db'}")
    async with database.write() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        }
    await database.close()

    assert found == {"journal_mode": "wal", "busy_timeout": 5000, "foreign_keys": 1, "synchronous": 1}


async def test_durable_flushes_every_commit(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'h.db'}", durable=True)
    async with database.write() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2
    await database.close()


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "h.db"
    database = await open_database(f"sqlite:///{file}")
    await database.close()

    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "is not a database address"),
        ("postgresql://me:secret@[::1/heliograph", "is not a database address"),
        ("mysql://me:secret@host/heliograph", "begins with mysql://"),
        ("sqlite://", "names no database"),
        ("sqlite:///:memory:", "names no database"),
        ("postgresql://me:secret@host", "names no database"),
    ],
)
def test_a_wrong_address_is_refused_in_one_sentence(url: str, said: str) -> None:
    with pytest.raises(StorageError, match=said) as refusal:
        parse_address(url)

    assert "secret" not in repr(refusal.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgres"])
def test_every_way_to_name_postgresql_means_the_same(scheme: str) -> None:
    address = parse_address(f"{scheme}://me:secret@host:5433/heliograph")

    assert address.dialect == "postgresql"
    assert (
        str(address.with_driver(asynchronous=True))
        == "postgresql+psycopg://me:***@host:5433/heliograph?client_encoding=utf8&target_session_attrs=primary"
    )
    assert "secret" not in f"{address} {address!r}"


async def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with pytest.raises(StorageError, match=r"'heliograph' on 127\.0\.0\.1:1 cannot be used") as refusal:
        await open_database("postgresql://me:hunter22@127.0.0.1:1/heliograph")

    said = str(refusal.value)
    assert said.endswith(": Connection refused; start it, or look at host and port in HELIOGRAPH_DATABASE_URL.")
    assert "hunter22" not in said


@pytest.mark.postgres
async def test_a_statement_that_the_server_ends_is_a_fault_of_its_own_and_no_outage(postgres_url: str) -> None:
    database = Database(parse_address(postgres_url))

    async def dawdle() -> None:
        async with database.write() as connection:
            await connection.execute(text("SET LOCAL statement_timeout = 10"))
            await connection.execute(text("SELECT pg_sleep(1)"))

    with pytest.raises(OperationalError, match="statement timeout"):
        await dawdle()
    await database.close()


async def test_a_statement_that_cannot_be_understood_is_a_fault_of_ours_and_no_outage(database: Database) -> None:
    with pytest.raises((OperationalError, ProgrammingError)):
        async with database.read() as connection:
            await connection.execute(text("SELECT nothing FROM nowhere"))


@pytest.mark.postgres
async def test_a_database_that_does_not_exist_is_named(postgres_server: str) -> None:
    url = postgres_server.rpartition("/")[0] + "/heliograph_never_made"
    with pytest.raises(StorageError, match=r'"heliograph_never_made" does not exist'):
        await open_database(url)


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("# Notes\n" * 400)

    with pytest.raises(StorageError, match="is not a database file"):
        await open_database(f"sqlite:///{file}")

    assert file.read_text() == "# Notes\n" * 400


async def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="check its folder"):
        await open_database(f"sqlite:///{tmp_path}/nowhere/h.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes everywhere")
async def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="check its folder"):
            await open_database(f"sqlite:///{tmp_path}/h.db")
    finally:
        tmp_path.chmod(0o700)


async def test_a_file_damaged_while_running_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "h.db"
    await (await open_database(f"sqlite:///{file}")).close()
    file.write_bytes(b"not a database at all" * 500)
    database = Database(parse_address(f"sqlite:///{file}"))

    with pytest.raises(StorageError, match="is not a database file"):
        await _value(database)
    await database.close()

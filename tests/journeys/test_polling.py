"""Of several replicas on one PostgreSQL database one fetches updates, and another takes over when it cannot."""

import asyncio
import signal
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, text

from tests.journeys.fleet import Fleet, fleet
from tests.journeys.process import until


async def _with_a_poller(replicas: Fleet) -> str:
    await until(replicas.poller, "somebody fetches the updates")
    return replicas.poller()


async def test_one_of_three_polls_and_another_takes_over_when_it_is_killed(tmp_path: Path, postgres_url: str) -> None:
    async with fleet(tmp_path, postgres_url) as replicas:
        await asyncio.gather(*(replicas.join(name) for name in ("one", "two", "three")))
        first = await _with_a_poller(replicas)
        replicas.asks()
        await replicas.answered()

        await replicas.leave(first)
        replicas.asks()
        await replicas.answered()
        second = await _with_a_poller(replicas)
        code = await replicas.leave(second, signal.SIGTERM)
        replicas.asks()
        await replicas.answered()

        assert (code, len({first, second, replicas.poller()})) == (0, 3)
        assert [replicas.answers(person) for person in replicas.asked] == [1, 1, 1]
        # Telegram tells each of two pollers that there is another.
        assert "Another program receives" not in replicas.logs()


async def test_who_loses_the_connection_of_its_lock_stops_polling(tmp_path: Path, postgres_url: str) -> None:
    async with fleet(tmp_path, postgres_url) as replicas:
        await asyncio.gather(*(replicas.join(name) for name in ("one", "two")))
        first = replicas.replicas[await _with_a_poller(replicas)]

        _cut_off_who_has_the_seat(postgres_url)
        await until(lambda: "this process fetches no more updates" in first.said, "it is told")
        await until(replicas.poller, "somebody fetches the updates again")
        replicas.asks()
        await replicas.answered()

        assert "Another program receives" not in replicas.logs()
        assert first.process.returncode is None


def _cut_off_who_has_the_seat(url: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND granted AND application_name LIKE 'heliograph fetches updates %' "
            "AND datname = current_database()"
        )
        assert connection.execute(cut).scalars().all() == [True]

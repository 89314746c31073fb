"""Probes say whether to restart a program or to send it nothing; metrics say how it fares."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import text

from bot.services.operators.probing import Lookout
from bot.storage.address import StorageError, parse_address
from bot.storage.engine import Database
from bot.storage.migrate import known_revisions, migrate
from bot.storage.outage import Outage
from bot.web.health import STUCK, Health, health_app
from bot.web.measures import Measures, Way
from bot.web.serving import served
from tests.chat.publication import Publication
from tests.stalling import line_to

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)


@pytest_asyncio.fixture
async def health() -> Health:
    return Health(lambda: NOW, Measures(CollectorRegistry()))


@pytest_asyncio.fixture
async def base(health: Health) -> AsyncIterator[str]:
    async with served(health_app(health), ("127.0.0.1", 0)) as port:
        yield f"http://127.0.0.1:{port}"


async def get(client: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with client.get(url) as answer:
        return answer.status, (await answer.text()).strip()


async def test_a_starting_program_lives_but_is_not_ready(client: aiohttp.ClientSession, base: str) -> None:
    assert await get(client, base + "/livez") == (200, "ok")
    assert await get(client, base + "/readyz") == (503, "The database is not open yet.")


async def test_a_program_is_ready_when_its_database_is_and_its_start_is_over(
    client: aiohttp.ClientSession, base: str, health: Health, database: Database
) -> None:
    health.lookout = Lookout(database, health.clock)
    assert await get(client, base + "/readyz") == (503, "The start is not over yet.")

    health.accepts_updates = lambda: True

    assert await get(client, base + "/readyz") == (200, "ok")

    health.ends = lambda: True

    assert await get(client, base + "/readyz") == (503, "The program ends.")


async def test_tables_of_another_version_are_not_served(
    client: aiohttp.ClientSession, base: str, health: Health, tmp_path: Path
) -> None:
    address = parse_address(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(address, known_revisions()[-2])
    db = Database(address)
    health.lookout, health.accepts_updates = Lookout(db, health.clock), lambda: True

    status, said = await get(client, base + "/readyz")

    assert (status, "another version" in said) == (503, True)
    await db.close()


async def _measured(client: aiohttp.ClientSession, base: str) -> float:
    return value((await get(client, base + "/metrics"))[1], "heliograph_database_up")


@pytest.mark.postgres
async def test_probes_are_answered_while_the_database_hangs_and_leave_its_connections_to_others(
    client: aiohttp.ClientSession, base: str, health: Health, postgres_url: str
) -> None:
    migrate(parse_address(postgres_url))
    async with line_to(postgres_url) as line:
        db = Database(parse_address(line.url))
        health.lookout, health.accepts_updates = Lookout(db, health.clock, patience=0.1), lambda: True
        assert await get(client, base + "/readyz") == (200, "ok")
        assert await _measured(client, base) == 1
        line.stalls()

        async with asyncio.timeout(5):
            for _ in range(6):
                ready, up = await asyncio.gather(get(client, base + "/readyz"), _measured(client, base))
                assert ready[0] == 503
                assert "has not answered for 0.1 s; look at its load" in ready[1]
                assert up == 0
                assert await get(client, base + "/livez") == (200, "ok")
        # One look of a kind, however often it was asked for.
        assert line.connections <= 2
        line.goes_on()

        async with asyncio.timeout(5):
            while (await get(client, base + "/readyz"))[0] != 200:
                await asyncio.sleep(0.01)
        assert await _measured(client, base) == 1
        assert line.connections <= 2
        await db.close()


@pytest.mark.postgres
async def test_a_database_that_counts_slowly_is_up_all_the_same(
    client: aiohttp.ClientSession, base: str, health: Health, postgres_url: str
) -> None:
    migrate(parse_address(postgres_url))
    db = Database(parse_address(postgres_url))
    health.lookout = Lookout(db, health.clock, patience=0.1)
    async with db.write() as connection:
        await connection.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
        assert await _measured(client, base) == 1
    async with asyncio.timeout(5):
        while 'heliograph_digests{state="planned"} 0.0' not in (await get(client, base + "/metrics"))[1]:
            await asyncio.sleep(0.01)

    async with db.write() as connection:
        await connection.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
        _, shown = await get(client, base + "/metrics")

    assert value(shown, "heliograph_database_up") == 1
    # What was counted last stands until it is counted again.
    assert value(shown, 'heliograph_digests{state="planned"}') == 0
    await db.close()


async def test_a_database_that_can_be_read_and_not_written_is_not_up_and_ready_for_readers(
    client: aiohttp.ClientSession, base: str, health: Health, database: Database
) -> None:
    database.outage = Outage()
    health.lookout, health.accepts_updates = Lookout(database, lambda: NOW), lambda: True
    assert await _measured(client, base) == 1

    database.outage.failed(StorageError("The disk is full."), needs_write=True)

    assert await _measured(client, base) == 0
    assert (await get(client, base + "/readyz"))[0] == 200


async def test_a_receive_loop_that_hangs_asks_for_a_restart(
    client: aiohttp.ClientSession, base: str, health: Health
) -> None:
    health.last_turn = lambda: NOW - STUCK
    assert (await get(client, base + "/livez"))[0] == 200

    health.last_turn = lambda: NOW - STUCK - timedelta(seconds=1)

    assert await get(client, base + "/livez") == (503, "The receive loop has not come around for 301 s.")


async def test_metrics_answer_without_a_database(client: aiohttp.ClientSession, base: str) -> None:
    status, text = await get(client, base + "/metrics")

    assert (status, value(text, "heliograph_database_up")) == (200, 0.0)


async def test_metrics_count_what_readers_and_telegram_did(
    client: aiohttp.ClientSession, own_publication: Publication, free_port: int
) -> None:
    own_publication.settings = own_publication.settings.model_copy(update={"health_listen": str(free_port)})
    own_publication.write("bad.md", "---\ntitle: [\n---\n\nWords.\n")
    ada = own_publication.guest()
    async with own_publication.running():
        await ada.says("/help")
        await ada.says("/latest")
        await ada.says("/help extra words")
        ready = await get(client, f"http://127.0.0.1:{free_port}/readyz")
        _, text = await get(client, f"http://127.0.0.1:{free_port}/metrics")

    assert ready == (200, "ok")
    assert value(text, 'heliograph_answer_seconds_count{command="help"}') >= 1
    assert value(text, 'heliograph_updates_total{kind="message"}') >= 2
    assert value(text, 'heliograph_requests_total{method="sendMessage",outcome="ok"}') >= 3
    assert value(text, 'heliograph_pacer_wait_seconds_count{priority="answer"}') >= 3
    assert value(text, 'heliograph_problems{severity="error"}') == 1
    assert value(text, "heliograph_sync_seconds_count") >= 1
    assert value(text, "heliograph_last_contact_seconds") == 0
    # What is nought now is said to be, so that an alert can go by it.
    assert value(text, 'heliograph_problems{severity="warning"}') == 0
    assert value(text, 'heliograph_digests{state="uncertain"}') == 0
    assert value(text, "heliograph_inbox") == 0
    assert "extra" not in text


def test_telegram_that_never_spoke_is_silent_since_the_start() -> None:
    measures, now = Measures(CollectorRegistry()), NOW
    measures.watch_receiving(lambda: Way.FETCHING, lambda: None, lambda: now)

    now += timedelta(seconds=121)

    assert value(generate_latest(measures.registry).decode(), "heliograph_last_contact_seconds") == 121


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"{name} is not among the metrics"
    return float(found[1])

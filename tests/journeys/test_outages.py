"""PostgreSQL is gone or silent under `heliograph run`: it says so once, lives, and ends when it is told to."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import Heliograph, open_app
from bot.sandbox.faults import Fault
from bot.settings import load
from tests.chat.publication import Guest, Publication, new_publication
from tests.journeys.fleet import Fleet, Replica, fleet
from tests.journeys.process import until
from tests.stalling import Line, line_to

pytestmark = pytest.mark.postgres

AT_THE_END = 20.0
"""Seconds on a busy machine; deploy/ gives the program 40."""


async def _ends(replicas: Fleet) -> Replica:
    """Told to, with 0 and in time; gives what it left."""
    replica = replicas.replicas["one"]
    async with asyncio.timeout(AT_THE_END):
        code = await replicas.leave("one", signal.SIGTERM)
    assert code == 0, replica.said
    return replica


def _said(replica: Replica, level: str) -> list[str]:
    """Messages of this level; whatever is no JSON, or holds a traceback, fails."""
    records = [json.loads(line) for line in replica.said.splitlines()]
    assert not [record for record in records if "error" in record], replica.said
    return [record["message"] for record in records if record["level"] == level]


async def test_an_outage_is_told_when_it_begins_and_when_it_is_over_and_readers_are_answered_again(
    tmp_path: Path, postgres_url: str
) -> None:
    async with line_to(postgres_url) as line, fleet(tmp_path, line.url) as replicas:
        replica = await replicas.join("one", LOG_FORMAT="json")
        await line.is_gone()
        await until(lambda: "cannot be used: " in replica.said, "it says that the database is gone")
        # Ticks of every second and every two meet it.
        await asyncio.sleep(3)
        replicas.asks()
        await line.is_back()

        await replicas.answered()
        await until(lambda: "The database answers again, after" in replica.said, "it says that it is back")
        await _ends(replicas)

    [began] = _said(replica, "ERROR")
    assert "cannot be used: " in began
    assert _said(replica, "WARNING") == ["The database's connection was lost: this process fetches no more updates."]


@pytest.fixture
async def own(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    async with new_publication(tmp_path / "own", _migrated_sqlite) as made:
        yield made


@pytest.mark.parametrize("by_webhook", [False, True], ids=["polling", "webhook"])
async def test_an_outage_in_the_moment_of_the_start_is_waited_out_as_any_other(
    own: Publication, postgres_url: str, unused_tcp_port: int, by_webhook: bool
) -> None:
    here = f"127.0.0.1:{unused_tcp_port}"
    webhook = {"webhook_url": f"http://{here}/updates", "webhook_secret": "a-secret-of-the-tests", "listen": here}
    more: dict[str, Any] = webhook if by_webhook else {}
    async with line_to(postgres_url) as line:
        settings = load({}, env_file=None, **own.settings.model_dump() | {"database_url": line.url} | more)
        async with open_app(settings) as app:
            await _starts_in_an_outage(app, line, own.guest())


async def _starts_in_an_outage(app: Heliograph, line: Line, guest: Guest) -> None:
    stop = asyncio.Event()
    await line.is_gone()
    serving = asyncio.create_task(app.serve(stop))
    done, _ = await asyncio.wait({serving}, timeout=0.5)
    assert not done

    await line.is_back()
    await guest.says("/latest")
    stop.set()
    await serving


@pytest.mark.parametrize(
    ("how", "by_webhook"), [("gone", False), ("silent", False), ("silent", True)], ids=["gone", "silent", "webhook"]
)
async def test_whoever_ends_the_program_need_not_wait_for_the_database(
    tmp_path: Path, postgres_url: str, how: str, by_webhook: bool
) -> None:
    async with (
        line_to(postgres_url) as line,
        fleet(tmp_path, line.url, people=3, by_webhook=by_webhook) as replicas,
    ):
        replica = await replicas.join("one", LOG_FORMAT="json")
        if by_webhook:
            # From then on it follows the folder, too.
            await until(lambda: replicas.server.world.calls.since(0, "setWebhook"), "its webhook is set")
        # Digests whose end cannot be written down.
        replicas.server.world.faults.add(Fault("slow", method="sendMessage", delay=1.0, times=None))
        replicas.publish("first")
        await until(lambda: replicas.sends(), "digests are on their way")
        if how == "gone":
            await line.is_gone()
            await until(lambda: "cannot be used: " in replica.said, "it says that the database is gone")
        else:
            line.stalls()
            replicas.asks()
            # A tick is asking by then, and waits.
            await asyncio.sleep(2.2)

        await _ends(replicas)

    *_, last = _said(replica, "WARNING")
    assert "Not everything was written down at the end" in last
    assert replica.said.splitlines()[-1].endswith(f'"{last}"' + "}")

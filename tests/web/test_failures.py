"""Updates that end in an apology, or are left out, are counted by what is to blame."""

import asyncio
import socket
import sqlite3
from typing import Any

import aiohttp
import pytest
from telegram.error import Forbidden

from bot.chat.failing import Cause, report
from bot.chat.inbound.intake import Intake
from bot.chat.inbound.throttling import Throttle
from bot.chat.transport.request import NotReached
from bot.domain.errors import HeliographError
from bot.storage.address import StorageError
from bot.web.webhook import SECRET_HEADER
from tests.chat.publication import Publication
from tests.web.conftest import SECRET


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ZeroDivisionError(), Cause.FAULT),
        (NotReached("no route"), Cause.TELEGRAM),
        (StorageError("gone"), Cause.DATABASE),
        (Forbidden("bot was blocked by the user"), Cause.UNREACHABLE),
        (HeliographError("There is no such category."), None),
    ],
)
def test_every_error_has_its_cause_but_a_readers_own(error: Exception, cause: Cause | None) -> None:
    assert report(1, error) is cause


async def test_metrics_show_what_failed_and_what_never_did(
    client: aiohttp.ClientSession, own_publication: Publication, free_port: int
) -> None:
    own_publication.settings = own_publication.settings.model_copy(update={"health_listen": str(free_port)})
    own_publication.post("a.md", "A post")
    address = f"http://127.0.0.1:{free_port}/metrics"
    async with own_publication.running():
        ada = own_publication.guest()
        await ada.says("/help")
        before = await counted(client, address)
        with sqlite3.connect(own_publication.database_file) as database:
            database.execute("ALTER TABLE posts RENAME TO mislaid")
        await ada.says("/latest")
        await ada.says("/latest")
        after = await counted(client, address)
        with sqlite3.connect(own_publication.database_file) as database:
            database.execute("ALTER TABLE mislaid RENAME TO posts")

    assert before == dict.fromkeys(Cause, 0)
    assert after == {**before, Cause.FAULT: 2}


async def test_what_cannot_be_read_counts(client: aiohttp.ClientSession, pushed: Publication) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    pushed.settings = pushed.settings.model_copy(update={"health_listen": str(port)})
    body, headers = {"update_id": 1, "message": []}, {SECRET_HEADER: SECRET}
    async with pushed.running():
        await pushed.guest().says("/help")
        async with client.post(pushed.settings.webhook_url, json=body, headers=headers) as answer:
            assert answer.status == 200
        async with asyncio.timeout(5):
            while not (found := await counted(client, f"http://127.0.0.1:{port}/metrics"))[Cause.UNREADABLE]:
                await asyncio.sleep(0.05)

    assert found == {**dict.fromkeys(Cause, 0), Cause.UNREADABLE: 1}


async def test_an_update_that_comes_to_no_end_counts_too() -> None:
    failures: list[str] = []

    async def hangs(*_: object) -> None:
        raise TimeoutError

    taking = Intake(hangs, Nothing(), Throttle(), failed=lambda: failures.append("once"))
    async with asyncio.timeout(5):
        await taking.take([{"update_id": 1, "message": {"chat": {"id": 1}, "from": {"id": 1}}}])
        while not failures:
            await asyncio.sleep(0.01)
    await taking.finish(1)

    assert failures == ["once"]


class Nothing:
    """An inbox that keeps nothing for long."""

    async def keep(self, updates: Any) -> None:
        pass

    async def forget(self, update_ids: Any) -> None:
        pass

    async def kept(self) -> list[Any]:
        return []


async def counted(client: aiohttp.ClientSession, address: str) -> dict[str, int]:
    async with client.get(address) as answer:
        text = await answer.text()
    lines = [line for line in text.splitlines() if line.startswith("heliograph_failures_total{")]
    return {line.split('"')[1]: int(float(line.split()[-1])) for line in lines}

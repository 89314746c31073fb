"""Who knows path and secret is heard, once for each update; everybody else finds nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.web.serving import PortTakenError, served
from bot.web.webhook import LONGEST, SECRET_HEADER, webhook_app

SECRET = "s3cret-s3cret-s3cret"
PATH = "/hook/x"


class Taker:
    """What is behind the webhook; `gate` holds it up."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, update: dict[str, Any]) -> None:
        self.updates.append(update)
        await self.gate.wait()


@pytest_asyncio.fixture
async def taker() -> Taker:
    return Taker()


@pytest_asyncio.fixture
async def base(taker: Taker) -> AsyncIterator[str]:
    async with served(webhook_app(PATH, SECRET, taker.take), ("127.0.0.1", 0)) as port:
        yield f"http://127.0.0.1:{port}"


async def post(client: aiohttp.ClientSession, url: str, data: Any, secret: str | None = SECRET) -> tuple[int, str]:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with client.post(url, data=data, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_an_update_with_path_and_secret_is_taken(client: aiohttp.ClientSession, base: str, taker: Taker) -> None:
    assert await post(client, base + PATH, b'{"update_id": 5, "message": {}}') == (200, "")
    assert taker.updates == [{"update_id": 5, "message": {}}]


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        (PATH, None),
        (PATH, ""),
        (PATH, SECRET[:-1]),
        (PATH, SECRET + "x"),
        (PATH, "ключ".encode().decode("latin-1")),
        ("/", SECRET),
        (PATH + "/", SECRET),
        ("/nowhere", SECRET),
    ],
)
async def test_a_stranger_finds_nothing(
    client: aiohttp.ClientSession, base: str, taker: Taker, path: str, secret: str | None
) -> None:
    assert await post(client, base + path, b'{"update_id": 5}', secret) == (404, "Not Found")
    assert taker.updates == []


async def test_looking_is_not_bringing(client: aiohttp.ClientSession, base: str) -> None:
    async with client.get(base + PATH, headers={SECRET_HEADER: SECRET}) as answer:
        assert answer.status == 405


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"5", b'{"message": {}}', b'{"update_id": "5"}', b'{"update_id": true}',
     b'{"update_id": -1}', b'{"update_id": 9223372036854775808}', b"[" * 100_000],
)  # fmt: skip
async def test_what_is_no_update_is_refused(
    client: aiohttp.ClientSession, base: str, taker: Taker, body: bytes
) -> None:
    status, _ = await post(client, base + PATH, body)

    assert (status, taker.updates) == (400, [])


async def test_a_body_without_end_is_refused(client: aiohttp.ClientSession, base: str, taker: Taker) -> None:
    longest = json.dumps({"update_id": 1, "message": "x" * (LONGEST - 34)}).encode().ljust(LONGEST)

    assert (await post(client, base + PATH, longest))[0] == 200
    assert (await post(client, base + PATH, longest + b" "))[0] == 413
    assert len(taker.updates) == 1


async def test_an_update_that_comes_again_meanwhile_is_taken_once_and_answered_when_it_is_safe(
    client: aiohttp.ClientSession, base: str, taker: Taker
) -> None:
    taker.gate.clear()
    both = [asyncio.create_task(post(client, base + PATH, b'{"update_id": 7}')) for _ in range(2)]
    third = asyncio.create_task(post(client, base + PATH, b'{"update_id": 8}'))
    while len(taker.updates) < 2:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    assert not any(one.done() for one in both)

    taker.gate.set()

    assert [status for status, _ in await asyncio.gather(*both, third)] == [200, 200, 200]
    assert sorted(update["update_id"] for update in taker.updates) == [7, 8]


async def test_what_is_under_way_when_the_server_ends_is_still_answered(
    client: aiohttp.ClientSession, taker: Taker
) -> None:
    taker.gate.clear()
    async with served(webhook_app(PATH, SECRET, taker.take), ("127.0.0.1", 0)) as port:
        asked = asyncio.create_task(post(client, f"http://127.0.0.1:{port}{PATH}", b'{"update_id": 9}'))
        while not taker.updates:
            await asyncio.sleep(0.005)
        asyncio.get_running_loop().call_later(0.05, taker.gate.set)

    assert (await asked)[0] == 200


async def test_a_taken_port_is_one_sentence(base: str) -> None:
    port = int(base.rpartition(":")[2])

    with pytest.raises(PortTakenError, match=f"127.0.0.1:{port} cannot be listened on"):
        async with served(webhook_app("/", SECRET, lambda update: asyncio.sleep(0)), ("127.0.0.1", port)):
            pass

"""A running server for each test, a person in it, and a bot that calls it over HTTP."""

import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.server import SandboxServer
from bot.sandbox.world import Person

ANN = 7001
BOB = 7002


class Client:
    """Calls Bot API methods as JSON and control routes, over one session."""

    def __init__(self, server: SandboxServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session

    def url(self, method: str) -> str:
        return f"{self.server.base_url}/bot{self.server.token}/{method}"

    async def api(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The whole answer, whether ok or not."""
        async with self.session.post(self.url(method), json=parameters) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    async def ok(self, method: str, **parameters: Any) -> Any:
        body = await self.api(method, **parameters)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        """The description of an answer that must be an error."""
        body = await self.api(method, **parameters)
        assert not body["ok"], body
        return str(body["description"])

    async def updates(self) -> list[dict[str, Any]]:
        """What waits for the bot, confirmed at once."""
        waiting: list[dict[str, Any]] = await self.ok("getUpdates")
        if waiting:
            await self.ok("getUpdates", offset=waiting[-1]["update_id"] + 1)
        return waiting

    async def control(self, verb: str, path: str, **fields: Any) -> Any:
        url = f"{self.server.base_url}/sandbox/{path}"
        async with self.session.request(verb, url, json=fields or None) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            return body


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SandboxServer]:
    async with SandboxServer() as running:
        running.world.add_person(Person(ANN, "Ann", username="ann", language_code="en", started=True))
        running.world.add_person(Person(BOB, "Bob", language_code="zh", started=True))
        yield running


@pytest_asyncio.fixture
async def client(server: SandboxServer) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(server, session)


@pytest.fixture
def picture() -> bytes:
    return png(40, 30)


def png(width: int, height: int) -> bytes:
    """A PNG of that size by its header; its pixels are of no matter to a server that reads headers."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")

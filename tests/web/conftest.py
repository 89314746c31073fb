"""A publication that Telegram can bring updates to, its ports chosen beforehand."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.chat.conftest import own_publication  # noqa: F401 - a fixture
from tests.chat.publication import Publication, new_publication

SECRET = "a-secret-of-the-webhook"


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest_asyncio.fixture
async def pushed(_migrated_sqlite: Path, tmp_path: Path, free_port: int) -> AsyncIterator[Publication]:
    """Served by webhook, with probes; not yet running."""
    settings = {
        "webhook_url": f"http://127.0.0.1:{free_port}/updates/here",
        "webhook_secret": SECRET,
        "listen": f"127.0.0.1:{free_port}",
    }
    async with new_publication(tmp_path / "pushed", _migrated_sqlite, **settings) as made:
        made.post("first.md", "A first post")
        yield made


@pytest_asyncio.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session

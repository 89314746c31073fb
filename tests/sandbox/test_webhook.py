"""Updates posted to the bot's own address."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.sandbox import acting
from tests.sandbox.conftest import ANN, Client


class Receiver:
    """The bot's side: keeps what came, answers with the next of `statuses`, then 200."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, Any], str | None]] = []
        self.statuses: list[int] = []
        self.arrived = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.received.append((await request.json(), request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        self.arrived.set()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.received) < count:
                self.arrived.clear()
                await self.arrived.wait()


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"http://127.0.0.1:{port}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_come_with_the_secret_and_leave_the_queue(client: Client, receiver: Receiver) -> None:
    await client.ok("setWebhook", url=receiver.url, secret_token="s3cret")
    acting.say(client.server.world, ANN, ANN, "hello")
    await receiver.wait_for(1)
    (update, secret) = receiver.received[0]
    assert (update["message"]["text"], secret) == ("hello", "s3cret")
    while (await client.ok("getWebhookInfo"))["pending_update_count"]:
        await asyncio.sleep(0.01)


async def test_an_update_that_was_not_accepted_comes_again(client: Client, receiver: Receiver) -> None:
    receiver.statuses = [500]
    await client.ok("setWebhook", url=receiver.url)
    acting.say(client.server.world, ANN, ANN, "hello")
    await receiver.wait_for(2)
    assert receiver.received[0] == receiver.received[1]
    info = await client.ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_polling_is_refused_while_a_webhook_is_set(client: Client, receiver: Receiver) -> None:
    await client.ok("setWebhook", url=receiver.url)
    refused = await client.api("getUpdates")
    assert (refused["error_code"], "use deleteWebhook" in refused["description"]) == (409, True)
    await client.ok("deleteWebhook")
    assert await client.ok("getUpdates") == []


async def test_setting_a_webhook_ends_a_waiting_poll(client: Client, receiver: Receiver) -> None:
    poll = asyncio.create_task(client.api("getUpdates", timeout=30))
    while not client.server.world.calls.since(method="getUpdates"):
        await asyncio.sleep(0.005)
    await client.ok("setWebhook", url=receiver.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"url": "nonsense"}, "invalid webhook URL specified"),
        ({"url": "https://a.example/"}, "this machine only"),
        ({"url": "http://127.0.0.1/", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "http://127.0.0.1/", "secret_token": "a" * 257}, "too long"),
    ],
)
async def test_a_wrong_webhook_is_refused(client: Client, fields: dict[str, str], reason: str) -> None:
    assert reason in await client.refusal("setWebhook", **fields)


async def test_waiting_updates_can_be_dropped(client: Client) -> None:
    acting.say(client.server.world, ANN, ANN, "old")
    await client.ok("deleteWebhook", drop_pending_updates=True)
    assert await client.ok("getUpdates") == []

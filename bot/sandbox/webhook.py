"""The webhook: updates posted to the bot's own address, one after the other, each until it is accepted."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from bot.sandbox.clock import Clock
from bot.sandbox.updates import UpdateQueue

# core.telegram.org/bots/api#setwebhook: sent with every update when a secret was given.
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
# This server's own: Telegram waits longer between attempts, tests should not.
RETRY_SECONDS = 0.2
ANSWER_SECONDS = 60.0


@dataclass
class Webhook:
    """Where updates go; an empty `url` means nowhere: the bot polls."""

    url: str = ""
    secret_token: str = field(default="", repr=False)
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def set(self, url: str, secret_token: str = "", max_connections: int = 40) -> None:
        self.url, self.secret_token, self.max_connections = url, secret_token, max_connections
        self.last_error_at, self.last_error = None, ""
        self.changed.set()


async def deliver_to_webhook(webhook: Webhook, updates: UpdateQueue, clock: Clock) -> None:
    """Post updates for as long as it runs; an update leaves the queue when the bot answered 2xx.

    Several are under way at once, up to `max_connections`, as Telegram does it; so their order is not kept.
    """
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as session:
        under_way: dict[int, asyncio.Task[None]] = {}
        while True:
            if not webhook.url:
                webhook.changed.clear()
                await webhook.changed.wait()
                continue
            await updates.arrived()
            if not webhook.url:
                continue
            for item in list(updates.pending):
                if item.id not in under_way and len(under_way) < webhook.max_connections:
                    under_way[item.id] = asyncio.ensure_future(_deliver(session, webhook, updates, clock, item.body))
            if under_way:
                await asyncio.wait(under_way.values(), return_when=asyncio.FIRST_COMPLETED, timeout=RETRY_SECONDS)
            under_way = {update_id: task for update_id, task in under_way.items() if not task.done()}


async def _deliver(
    session: aiohttp.ClientSession, webhook: Webhook, updates: UpdateQueue, clock: Clock, body: dict[str, Any]
) -> None:
    headers = {SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
    try:
        async with session.post(webhook.url, json=body, headers=headers) as answer:
            if answer.status // 100 == 2:
                updates.remove(body["update_id"])
                return
            webhook.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        webhook.last_error = f"Connection failed: {type(error).__name__}"
    webhook.last_error_at = clock.now()
    await asyncio.sleep(RETRY_SECONDS)

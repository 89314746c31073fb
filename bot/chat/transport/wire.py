"""The bot on our wire: over aiohttp, paced, giving updates raw, and never showing its token."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, cast

from telegram import error
from telegram.ext import ExtBot

from bot.chat.transport.insistence import insist
from bot.chat.transport.paced import Observer, Paced, Turn
from bot.chat.transport.pacing import Pacer
from bot.chat.transport.request import AiohttpRequest, MaybeReached, TokenRefused
from bot.chat.updates import RawUpdate
from bot.services.ports import Clock

_EVERYWHERE: Final = "sendMessage"
"""A method that every Bot API server knows."""

_BATCH: Final = 100
"""Updates at once; the most there can be (core.telegram.org/bots/api#getupdates)."""


class PacedBot(ExtBot[Turn]):
    """PTB's bot, made by `make_bot`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"PacedBot[{self.token.partition(':')[0]}]"

    async def initialize(self) -> None:
        """Opens the connections and asks Telegram who it is. Raises TokenRefused."""
        try:
            await super().initialize()
        except error.InvalidToken:
            refused = True
        else:
            refused = False
        # Outside the except clause, because PTB's error quotes the token.
        if refused:
            raise TokenRefused

    async def raw_updates(self, offset: int | None, allowed: Sequence[str], wait: timedelta) -> list[RawUpdate]:
        """getUpdates without PTB's parsing, so that one update which PTB cannot read does not stop the others."""
        data = {"offset": offset, "timeout": int(wait.total_seconds()), "limit": _BATCH, "allowed_updates": allowed}
        within = wait.total_seconds() + (self._request[0].read_timeout or 0.0)
        return cast("list[RawUpdate]", await self._post("getUpdates", data, read_timeout=within))

    async def send_written(self, method: str, chat_id: int, body: bytes, turn: Turn) -> int:
        """A message to `chat_id` whose JSON stands written, for digests by the thousand: PTB's objects cost more.

        Gives the message's number.
        """
        request, paced = cast("AiohttpRequest", self.request), cast("Paced", self.rate_limiter)
        url = f"{self.base_url}/{method}"
        place = {"chat_id": chat_id}
        try:
            sent = await paced.process_request(request.post_written, (url, body), {}, method, place, turn)
        except error.InvalidToken:
            if method == _EVERYWHERE:
                raise
            # PTB takes every 404 for a refused token; of a newer method it says that the server does not know it.
            raise error.EndPointNotFound(f"the server does not know {method}") from None
        if isinstance(sent, dict) and isinstance(sent.get("message_id"), int):
            return int(sent["message_id"])
        raise MaybeReached("the answer names no message")


class Polling:
    """A Receiver's source: this bot's getUpdates for the kinds of updates named."""

    def __init__(self, bot: PacedBot, allowed_updates: Sequence[str]) -> None:
        self._bot = bot
        self._allowed = list(allowed_updates)

    async def fetch_updates(self, offset: int | None, *, wait: timedelta) -> Sequence[RawUpdate]:
        return await self._bot.raw_updates(offset, self._allowed, wait)


def make_bot(
    token: str,
    pacer: Pacer,
    *,
    api_url: str = "https://api.telegram.org",
    proxy: str | None = None,
    observe: Observer = lambda method, outcome: None,
) -> PacedBot:
    """A bot that is not connected yet; `api_url` is a Bot API server without `/bot`, `proxy` an http:// address."""
    base = api_url.rstrip("/")
    return PacedBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=AiohttpRequest(proxy=proxy),
        # Of its own, so that an open long poll never keeps an answer waiting for a connection.
        get_updates_request=AiohttpRequest(1, proxy=proxy),
        rate_limiter=Paced(pacer, observe),
    )


async def connect(bot: PacedBot, clock: Clock, *, chance: Callable[[], float] = random.random) -> None:
    """Initialises the bot as soon as Telegram can be reached; until then it says why not. Raises TokenRefused."""
    await insist(bot.initialize, "getMe", clock, chance=chance)


async def remove_webhook(bot: PacedBot, clock: Clock, *, chance: Callable[[], float] = random.random) -> None:
    """One that an earlier program left behind would keep every update from us. Raises TokenRefused."""
    await insist(bot.delete_webhook, "deleteWebhook", clock, chance=chance)

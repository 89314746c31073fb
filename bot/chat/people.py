"""What people are called, as Telegram says when it is asked: remembered for a while in here, and kept nowhere."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from telegram import Bot
from telegram.error import TelegramError

KEPT: Final = timedelta(hours=1)
UNKNOWN_KEPT: Final = timedelta(minutes=5)
"""Until somebody is asked for again whom Telegram did not name, or not in time."""

PATIENCE: Final = 1.5
"""Seconds for all that are asked for together: a number says who it was as well."""


class People:
    """`ask` gives a person's name, empty when there is none; `now` an aware time."""

    def __init__(
        self, ask: Callable[[int], Awaitable[str]], now: Callable[[], datetime], *, patience: float = PATIENCE
    ) -> None:
        self._ask = ask
        self._now = now
        self._patience = patience
        self._known: dict[int, tuple[str, datetime]] = {}

    async def names(self, numbers: Iterable[int]) -> dict[int, str]:
        """The names of those people that can be had soon, by number."""
        wanted, now = set(numbers), self._now()
        missing = [one for one in wanted if one not in self._known or self._known[one][1] <= now]
        if missing:
            for one in missing:
                # For who is not named this time; a name from before is better than none.
                self._known[one] = (self._known.get(one, ("", now))[0], now + UNKNOWN_KEPT)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    await asyncio.gather(*(self._learn(one, now) for one in missing))
        return {one: name for one in wanted if (name := self._known[one][0])}

    async def _learn(self, number: int, now: datetime) -> None:
        if name := await self._ask(number):
            self._known[number] = (name, now + KEPT)


def names_from(bot: Bot) -> Callable[[int], Awaitable[str]]:
    """Asks Telegram, which knows no name of somebody who never wrote to the bot."""

    async def ask(number: int) -> str:
        try:
            return (await bot.get_chat(number)).full_name or ""
        except TelegramError:
            return ""

    return ask

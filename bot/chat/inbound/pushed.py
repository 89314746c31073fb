"""Receiving by webhook: Telegram brings updates; it is told where to, and what it brings is finished or kept safe."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from bot.chat.inbound.intake import Intake
from bot.chat.inbound.receiving import GRACE
from bot.chat.transport.insistence import insist
from bot.chat.transport.wire import PacedBot
from bot.chat.updates import RawUpdate
from bot.services.ports import Clock
from bot.storage.address import StorageError

Serve: TypeAlias = Callable[[Callable[[RawUpdate], Any]], AbstractAsyncContextManager[object]]
"""Gives every update that is brought to the function it is given, until the block ends."""

CONNECTIONS: Final = 40
"""How many updates Telegram brings at once; its own default, and it takes 1-100."""


class Pushed:
    """The receiver behind a webhook. The webhook stays set when it ends: Telegram keeps updates for the next start.

    `admit` stores an update, and says whether it is new to every process behind this webhook.
    """

    def __init__(
        self,
        serve: Serve,
        announce: Callable[[], Any],
        admit: Callable[[RawUpdate], Awaitable[bool]],
        intake: Intake,
        clock: Clock,
        *,
        grace: timedelta = GRACE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._serve = serve
        self._announce = announce
        self._admit = admit
        self._intake = intake
        self._clock = clock
        self._grace = grace.total_seconds()
        self._chance = chance
        self._last_contact: datetime | None = None
        self._listens = False
        self._held = True

    @property
    def accepts_updates(self) -> bool:
        """Whether Telegram can bring them here now."""
        return self._listens

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last brought an update, or took the address; None before."""
        return self._last_contact

    @property
    def last_turn(self) -> datetime | None:
        """None: there is no loop that could hang."""
        return None

    async def run(self, stop: asyncio.Event) -> None:
        """Receives until `stop`, then gives what runs `grace` to finish.

        Raises TokenRefused, and what `serve` raises.
        """
        loop = asyncio.get_running_loop()
        try:
            await self._intake.resume()
        except StorageError:
            # An outage that began this moment; `tend` takes over what was left when it is over.
            self._held = False
        until = loop.time() + self._grace
        try:
            async with self._serve(self._take):
                self._listens = True
                try:
                    await self._announce_until(stop)
                finally:
                    self._listens = False
                    # Before the last requests are answered, so that what they bring is stored and left to others.
                    self._intake.close()
                    until = loop.time() + self._grace
        finally:
            await self._intake.finish(max(0.0, until - loop.time()))

    async def tend(self, hold: Callable[[Sequence[int]], Awaitable[None]]) -> None:
        """Say by `hold` what is worked on here, and take over from processes that ended.

        When the database answers after an outage, the others are given until the next time to say what they work on.
        """
        held, self._held = self._held, False
        await hold(self._intake.kept)
        if held:
            await self._intake.resume()
        self._held = True

    async def _announce_until(self, stop: asyncio.Event) -> None:
        announcing = asyncio.create_task(self._until_announced())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({announcing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if announcing.done():
                announcing.result()
            await stopping
        finally:
            announcing.cancel()
            stopping.cancel()
            await asyncio.gather(announcing, stopping, return_exceptions=True)

    async def _take(self, update: RawUpdate) -> None:
        self._last_contact = self._clock()
        if await self._admit(update):
            await self._intake.take_stored(update)

    async def _until_announced(self) -> None:
        self._last_contact = await insist(self._announce, "setWebhook", self._clock, chance=self._chance)


async def announce(bot: PacedBot, url: str, secret: str, allowed_updates: tuple[str, ...]) -> None:
    """Tell Telegram where to bring updates. Raises PTB's errors."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=list(allowed_updates), max_connections=CONNECTIONS)

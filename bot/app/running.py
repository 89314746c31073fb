"""A running publication: what is asked again and again, and how it starts and ends."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.chat.electing import Elected
from bot.chat.pushed import Pushed
from bot.chat.receiving import Receiver
from bot.domain.post import State
from bot.jobs import Tick, scheduler
from bot.services.delivering import Courier
from bot.services.shelving import Shelving
from bot.web.health import Health

log = logging.getLogger(__name__)

RESCAN = timedelta(minutes=5)
DUE = timedelta(seconds=2)
TAKE_OVER = timedelta(seconds=2)
TIDY = timedelta(minutes=1)
# What is in the air when the program is told to end; requests have shorter time-outs.
FINISH = timedelta(seconds=25)


class Heliograph:
    """A running publication; made by `open_app`."""

    def __init__(
        self,
        shelving: Shelving,
        receiver: Receiver | Elected | Pushed,
        courier: Courier,
        health: Health,
        chores: Sequence[Tick],
    ) -> None:
        self.shelving = shelving
        self.courier = courier
        self.receiver = receiver
        self.health = health
        self.chores = chores
        health.last_turn = lambda: receiver.last_turn
        health.measures.watch_contact(lambda: receiver.last_contact, health.clock)

    async def serve(self, stop: asyncio.Event, look: asyncio.Event | None = None) -> None:
        """Answer readers and follow the folder until `stop`; then what runs is finished.

        `look` asks for a look at the folder at once, as often as it is set.
        """
        ticks = scheduler(
            [
                Tick("look at the content folder", RESCAN, self.shelving.sync),
                Tick("publish and plan what is due", DUE, self.turn_due),
                Tick("take over from senders that are gone", TAKE_OVER, self.courier.take_over),
                Tick("tidy the outbox", TIDY, self.courier.tidy),
                *self.chores,
            ]
        )
        await self.courier.recover()
        ticks.start()
        following = asyncio.create_task(self.shelving.follow())
        looking = asyncio.create_task(self._look_when_told(look or asyncio.Event()))
        sending = asyncio.create_task(self.courier.run())
        self.health.accepts_updates = True
        try:
            await self.receiver.run(stop)
        finally:
            self.health.accepts_updates = False
            ticks.shutdown(wait=False)
            await self.courier.stop(FINISH)
            following.cancel()
            looking.cancel()
            await asyncio.gather(following, looking, sending, return_exceptions=True)

    async def turn_due(self) -> None:
        """Do what the clock says: a post and a digest of the same minute go together, so posts come first."""
        try:
            await self._publish_due()
        except Exception:
            # Digests of everything else are not held up by a post that cannot be published.
            log.exception("What is due could not be published; it is tried again")
        await self.courier.plan()

    async def _publish_due(self) -> None:
        """What was scheduled is pushed at its minute, without waiting for more to join it."""
        if any(turned.state is State.PUBLISHED for turned in await self.shelving.turn_due()):
            await self.courier.plan(hurry=True)

    async def _look_when_told(self, look: asyncio.Event) -> None:
        while True:
            await look.wait()
            look.clear()
            try:
                await self.shelving.sync()
            except Exception:
                # The tick border: the next look tries again.
                log.exception("The content folder could not be loaded")

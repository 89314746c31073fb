"""A running publication: what is asked again and again, and how it starts and ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from bot.chat.inbound.electing import Elected
from bot.chat.inbound.pushed import Pushed
from bot.chat.inbound.receiving import Receiver
from bot.domain.post import State
from bot.jobs import Tick, lasting, scheduler
from bot.services.delivery.delivering import Courier
from bot.services.shelf.shelving import Shelving
from bot.storage.address import StorageError
from bot.web.health import Health
from bot.web.measures import Way

log = logging.getLogger(__name__)

RESCAN = timedelta(minutes=5)
DUE = timedelta(seconds=2)
TAKE_OVER = timedelta(seconds=2)
TIDY = timedelta(minutes=1)
# What is in the air when the program is told to end; requests have shorter time-outs.
FINISH = timedelta(seconds=25)
# A PostgreSQL that says nothing for so long while the program ends is not waited for: whoever brings an update by the
# webhook then, and has 5 s to end, is told to try again.
SILENCE = timedelta(seconds=3)


class Heliograph:
    """A running publication; made by `open_app`."""

    def __init__(
        self,
        shelving: Shelving,
        receiver: Receiver | Elected | Pushed,
        courier: Courier,
        health: Health,
        chores: Sequence[Tick],
        *,
        last: Sequence[Callable[[], Awaitable[object]]] = (),
    ) -> None:
        self.shelving = shelving
        self.courier = courier
        self.receiver = receiver
        self.health = health
        self.chores = chores
        self.last = last
        health.last_turn = lambda: receiver.last_turn
        health.measures.watch_receiving(partial(way_of, receiver), lambda: receiver.last_contact, health.clock)

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
        await self._recover()
        ticks.start()
        asked = look or asyncio.Event()
        following = asyncio.create_task(lasting("follow the content folder", self.shelving.follow))
        looking = asyncio.create_task(lasting("look when told", partial(self._look_when_told, asked)))
        sending = asyncio.create_task(lasting("send digests", self.courier.run))
        told = asyncio.create_task(stop.wait())
        giving_up = asyncio.create_task(self._give_up_on_silence(told))
        # While the receiver finishes too, for all of it has the same half a minute.
        landing = asyncio.create_task(self._land(told, ticks.pause))
        self.health.ends, self.health.accepts_updates = stop.is_set, lambda: self.receiver.accepts_updates
        try:
            await self.receiver.run(stop)
        finally:
            # However it comes to an end.
            told.cancel()
            self.health.accepts_updates = lambda: False
            await self._write_down_the_rest(landing)
            ticks.shutdown(wait=False)
            following.cancel()
            looking.cancel()
            await asyncio.gather(following, looking, sending, return_exceptions=True)
            giving_up.cancel()
            await asyncio.gather(giving_up, return_exceptions=True)

    async def _recover(self) -> None:
        try:
            await self.courier.recover()
        except StorageError:
            # An outage that began this moment is waited out as any later one: tidying the outbox makes up for it. Who
            # sends alone from a file must know first what was in the air.
            if self.courier.alone:
                raise

    async def _land(self, told: "asyncio.Task[object]", pause_ticks: Callable[[], None]) -> None:
        await asyncio.wait({told})
        # Those that run may finish: called off, they would wait for a database that hangs.
        pause_ticks()
        await self.courier.stop(FINISH)

    async def _write_down_the_rest(self, landing: "asyncio.Task[None]") -> None:
        unwritten: StorageError | None = None
        words: list[Callable[[], Awaitable[object]]] = [lambda: landing, *self.last]
        for last in words:
            try:
                await last()
            except StorageError as error:
                unwritten = error
        if unwritten is not None:
            log.warning(
                "%s Not everything was written down at the end: digests that were claimed go on by themselves, those "
                "just being sent stand in /status, the newest counts of what was read are lost.",
                unwritten,
            )

    async def _give_up_on_silence(self, told: "asyncio.Task[object]") -> None:
        """From the word to end on, nobody waits for a PostgreSQL that hangs."""
        await asyncio.wait({told})
        lookout, loop = self.health.lookout, asyncio.get_running_loop()
        if lookout is None:
            return
        heard = loop.time()
        while (left := heard + SILENCE.total_seconds() - loop.time()) > 0:
            if await lookout.answers(left):
                heard = loop.time()
            await asyncio.sleep(0.5)
        self.shelving.db.give_up()

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


def way_of(receiver: Receiver | Elected | Pushed) -> Way:
    """How this process gets updates now."""
    if isinstance(receiver, Pushed):
        return Way.WEBHOOK
    return Way.STANDBY if isinstance(receiver, Elected) and not receiver.fetches else Way.FETCHING

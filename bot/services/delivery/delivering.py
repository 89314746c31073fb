"""Sends what stands in the outbox: each digest once, nothing lost, and one chat's trouble never another's."""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.domain.delivery import State
from bot.services.delivery import planning
from bot.services.delivery.fencing import Fencing
from bot.services.delivery.flying import Carrier, Flight, Landed
from bot.services.delivery.presence import Presence
from bot.services.delivery.verdicts import Fate
from bot.services.delivery.warning import tell_rights_lost
from bot.services.ports import Clock, Messenger
from bot.storage.address import StorageError
from bot.storage.delivery import holders, parked
from bot.storage.engine import Database

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than a request takes by its time-outs, with the wait for a turn."""
IN_FLIGHT = 512
"""Claimed at once. A group that rests keeps its place, and 1,000 messages a second are some 250 on their way."""
POLL = timedelta(seconds=1)
CALM = timedelta(seconds=30)
"""Since an outage of the database, until what seems to be in the air for too long is parked: its sender, if it lives,
has written down by then what became of it."""

Uncertain: TypeAlias = Literal["park", "resend"]


@dataclass
class Courier:
    """One sender of a process. `owner` names it among all that share the database.

    `alone` says that no other process sends from this database, so whatever is in the air at the start is nobody's.
    `presence` shows the others that it lives. `operators` hear of what nobody else can be told, `observe` of what
    became of how many digests.
    """

    db: Database
    messenger: Messenger
    now: Clock
    owner: str
    fallback_language: str
    zone: str
    uncertain: Uncertain = "park"
    alone: bool = True
    gather: timedelta = timedelta(minutes=1)
    kept: timedelta = planning.KEPT
    in_flight: int = IN_FLIGHT
    lease: timedelta = LEASE
    presence: Presence | None = None
    operators: Collection[int] = ()
    observe: Callable[[Fate, int], None] = lambda fate, number: None
    _flights: set[Flight] = field(default_factory=set, init=False)
    _any_room: bool = field(default=False, init=False)
    _astray: bool = field(default=False, init=False)
    _outage_at: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._fencing = Fencing(self.db, self.owner, self.fallback_language, self.zone, self.lease)
        self._carrier = Carrier(self._fencing, self.messenger, self.now)
        self._wake = asyncio.Event()
        self._room_made = asyncio.Event()

    async def recover(self) -> int:
        """Park what a sender that died left in the air; gives how many digests that were. Call it once at the start.

        What it had claimed and not sent is free again: at once where nobody else sends, else as `take_over` says.
        """
        if self.alone:
            async with self.db.write() as connection:
                await holders.give_up(connection, None, now=self.now())
        return await self._park(everybodys=self.alone)

    async def plan(self, *, hurry: bool = False) -> int:
        """Put what is due into the outbox; `hurry` when posts appeared at a minute of their own."""
        planned = await planning.plan(
            self.db, now=self.now(), gather=timedelta(0) if hurry else self.gather, hurry=hurry
        )
        if planned:
            self._wake.set()
        return planned

    async def take_over(self) -> int:
        """Free what senders that are gone had claimed and not sent; gives how many digests that were.

        One that only seems to be gone loses its claims, so that it cannot put them in the air any more.
        """
        if self.presence is None:
            return 0
        freed = await self.presence.free_claims_of_the_dead(self.now())
        if freed:
            self._wake.set()
        return freed

    async def tidy(self) -> None:
        """What nobody is sending any more is parked, what ended long ago forgotten."""
        if self._outage_at is None or self.now() - self._outage_at >= CALM:
            await self._park(everybodys=False)
        await planning.tidy(self.db, now=self.now(), kept=self.kept)

    async def run(self) -> None:
        """Send whatever is ready, for ever; `stop` ends it."""
        if self.presence is not None:
            self.presence.begin()
        while not self._carrier.stopping:
            self._wake.clear()
            try:
                await self.drain()
            except StorageError:
                # The database tells of its outages itself.
                self._outage_at = self.now()
            except Exception:
                # The tick border: the next look tries again.
                log.exception("The outbox could not be sent")
            try:
                async with asyncio.timeout(POLL.total_seconds()):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def stop(self, grace: timedelta) -> None:
        """Finish what is in the air within `grace`; everything else goes back to the outbox.

        Raises StorageError when that cannot be written down; then it goes back as a dead sender's does.
        """
        self._carrier.stopping = True
        self._wake.set()
        for flight in list(self._flights):
            if not flight.flying and flight.task is not None:
                flight.task.cancel()
        tasks = [flight.task for flight in self._flights if flight.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=grace.total_seconds())
        try:
            async with self.db.write() as connection:
                await holders.give_up(connection, self.owner, now=self.now())
        finally:
            if self.presence is not None:
                await self.presence.end()

    async def drain(self) -> None:
        """Send until nothing is ready, or everything must wait."""
        if self._astray:
            await self._recall()
        while not self._carrier.stopping:
            # Many at a time, so that a fast sender asks the database seldom.
            more = (
                self._has_room() and not self._carrier.held() and await self._start(self.in_flight - len(self._flights))
            )
            if not self._flights and not more:
                return
            if not more or not self._has_room():
                await self._wait_for_room(any_room=more)

    def _has_room(self) -> bool:
        return (self.in_flight - len(self._flights)) * 4 >= self.in_flight

    async def _wait_for_room(self, *, any_room: bool) -> None:
        """Until all are done, or, with `any_room`, enough of them; a group that rests keeps no news from the others."""
        self._any_room = any_room
        self._room_made.clear()
        try:
            async with asyncio.timeout(POLL.total_seconds()):
                await self._room_made.wait()
        except TimeoutError:
            return

    async def _start(self, most: int) -> bool:
        """Whether there may be more."""
        try:
            claimed = await self._fencing.claim(most, self.now())
        except StorageError:
            self._astray = True
            raise
        known = {flight.claimed.id for flight in self._flights}
        for one, reader in claimed or ():
            if one.id in known:
                # It waited for its turn longer than its lease; the flight that it has is enough.
                continue
            flight = Flight(one, reader)
            self._flights.add(flight)
            flight.task = asyncio.create_task(self._work(flight))
        return claimed is not None

    async def _work(self, flight: Flight) -> None:
        try:
            landed = await self._carrier.carry(flight)
            if landed is not None:
                self.observe(landed.verdict.fate, 1)
                if landed.verdict.state is not State.SENT:
                    await self._after(landed)
        except StorageError:
            self._astray, self._outage_at = True, self.now()
        except Exception:
            # One chat's trouble is never another's: its claim, or its send, is settled when the lease is over.
            log.exception("The digest %s could not be delivered", flight.claimed.id)
        finally:
            self._flights.discard(flight)
            if not self._flights or (self._any_room and self._has_room()):
                self._room_made.set()

    async def _recall(self) -> None:
        """Free what is claimed and in no flight: an outage may have come between the claim and its flight."""
        flying = [flight.claimed.id for flight in self._flights]
        async with self.db.write() as connection:
            await holders.give_up(connection, self.owner, now=self.now(), keep=flying)
        self._astray = False

    async def _after(self, landed: Landed) -> None:
        number, verdict = landed.sent.fenced.id, landed.verdict
        if verdict.state is State.FAILED:
            log.warning("The digest %s was not delivered: %s", number, verdict.cause)
        if verdict.state is State.UNCERTAIN:
            await self._on_uncertain([number])
        if landed.rights_just_lost:
            await tell_rights_lost(
                self.db, self.messenger, landed.sent.reader,
                cause=verdict.cause or "", operators=self.operators, fallback_language=self.fallback_language,
            )  # fmt: skip

    async def _park(self, *, everybodys: bool) -> int:
        async with self.db.write() as connection:
            found = await parked.park(connection, now=self.now(), everybodys=everybodys)
        if found:
            self.observe(Fate.UNCERTAIN, found)
            await self._on_uncertain([])
        return found

    async def _on_uncertain(self, ids: list[int]) -> None:
        """Parked ones wait for an admin, unless the operator chose to send all of them again."""
        if self.uncertain == "resend":
            await planning.resend_all(self.db, now=self.now())
            self._wake.set()
        else:
            log.warning("Digests may not have arrived (%s); /status shows them", ids or "since the last start")

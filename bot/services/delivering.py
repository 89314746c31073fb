"""Sends what stands in the outbox: each digest once, nothing lost, and one chat's trouble never another's."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.domain.delivery import State
from bot.domain.subscription import Subscriber
from bot.services import planning
from bot.services.fencing import Ending, Fencing, InTheAir
from bot.services.gathering import Gathering
from bot.services.ports import Address, Busy, Clock, Messenger, Outcome, Refused
from bot.services.verdicts import Verdict, verdict_on
from bot.storage import outbox
from bot.storage.engine import Database
from bot.storage.outbox import Claimed

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than a request takes by its time-outs, with the wait for a turn."""
IN_FLIGHT = 512
"""Claimed at once. A group that rests keeps its place, and 1,000 messages a second are some 250 on their way."""
IN_THE_AIR = 256
"""Sent at once at most, however slow Telegram is: people's answers need connections too."""
POLL = timedelta(seconds=1)
FENCE_LINGER, SETTLE_LINGER = 0.02, 0.02
"""Seconds in which a fast sender gathers a transaction; what waits to be settled may be parked by a crash."""

Uncertain: TypeAlias = Literal["park", "resend"]


@dataclass(frozen=True, slots=True)
class RightsLost:
    """Told to whoever subscribed a chat, once: the bot may not write there any more."""

    chat: str
    language: str


@dataclass(eq=False)
class _Job:
    """One claimed digest on its way; `flying` from its fence on, when it must not be cancelled any more."""

    claimed: Claimed
    reader: Subscriber
    flying: bool = False
    task: "asyncio.Task[None] | None" = None


@dataclass
class Courier:
    """One sender of a process. `owner` names it among all that share the database.

    `alone` says that no other process sends from this database, so whatever is in the air at the start is nobody's.
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
    _jobs: set[_Job] = field(default_factory=set)
    _held_until: datetime | None = None
    _stopping: bool = False
    _any_room: bool = False

    def __post_init__(self) -> None:
        self._fencing = Fencing(self.db, self.owner, self.fallback_language, self.zone, self.lease)
        self._fences: Gathering[int, InTheAir] = Gathering(
            lambda ids: self._fencing.put_in_the_air(ids, self.now()), linger=FENCE_LINGER
        )
        self._endings: Gathering[Ending, bool] = Gathering(
            lambda ended: self._fencing.settle(ended, self.now()), linger=SETTLE_LINGER
        )
        self._returns: Gathering[tuple[int, datetime], bool] = Gathering(self._fencing.release)
        self._air = asyncio.Semaphore(IN_THE_AIR)
        self._wake = asyncio.Event()
        self._room_made = asyncio.Event()

    async def recover(self) -> int:
        """Park what a sender that died left in the air; gives how many digests that were. Call it once at the start.

        What it had claimed and not sent is free again: at once where nobody else sends, else when its lease is over.
        """
        if self.alone:
            async with self.db.write() as connection:
                await outbox.give_up(connection, None, now=self.now())
        return await self._park(everybodys=self.alone)

    async def plan(self, *, hurry: bool = False) -> int:
        """Put what is due into the outbox; `hurry` when posts appeared at a minute of their own."""
        planned = await planning.plan(
            self.db, now=self.now(), gather=timedelta(0) if hurry else self.gather, hurry=hurry
        )
        if planned:
            self._wake.set()
        return planned

    async def tidy(self) -> None:
        """What nobody is sending any more is parked, what ended long ago forgotten."""
        await self._park(everybodys=False)
        await planning.tidy(self.db, now=self.now(), kept=self.kept)

    async def run(self) -> None:
        """Send whatever is ready, for ever; `stop` ends it."""
        while not self._stopping:
            self._wake.clear()
            try:
                await self.drain()
            except Exception:
                # The tick border: the next look tries again.
                log.exception("The outbox could not be sent")
            try:
                async with asyncio.timeout(POLL.total_seconds()):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def stop(self, grace: timedelta) -> None:
        """Finish what is in the air within `grace`; everything else goes back to the outbox."""
        self._stopping = True
        self._wake.set()
        for job in list(self._jobs):
            if not job.flying and job.task is not None:
                job.task.cancel()
        tasks = [job.task for job in self._jobs if job.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=grace.total_seconds())
        async with self.db.write() as connection:
            await outbox.give_up(connection, self.owner, now=self.now())

    async def drain(self) -> None:
        """Send until nothing is ready, or everything must wait."""
        while not self._stopping:
            # Many at a time, so that a fast sender asks the database seldom.
            more = self._has_room() and not self._held() and await self._start(self.in_flight - len(self._jobs))
            if not self._jobs and not more:
                return
            if not more or not self._has_room():
                await self._wait_for_room(any_room=more)

    def _has_room(self) -> bool:
        return (self.in_flight - len(self._jobs)) * 4 >= self.in_flight

    async def _wait_for_room(self, *, any_room: bool) -> None:
        """Until all are done, or, with `any_room`, enough of them; a group that rests keeps no news from the others."""
        self._any_room = any_room
        self._room_made.clear()
        try:
            async with asyncio.timeout(POLL.total_seconds()):
                await self._room_made.wait()
        except TimeoutError:
            return

    def _held(self) -> bool:
        return self._held_until is not None and self.now() < self._held_until

    async def _start(self, most: int) -> bool:
        """Whether there may be more."""
        claimed = await self._fencing.claim(most, self.now())
        for one, reader in claimed or ():
            job = _Job(one, reader)
            self._jobs.add(job)
            job.task = asyncio.create_task(self._work(job))
        return claimed is not None

    async def _work(self, job: _Job) -> None:
        try:
            await self._deliver(job)
        except Exception:
            # One chat's trouble is never another's: its claim, or its send, is settled when the lease is over.
            log.exception("The digest %s could not be delivered", job.claimed.id)
        finally:
            self._jobs.discard(job)
            if not self._jobs or (self._any_room and self._has_room()):
                self._room_made.set()

    async def _deliver(self, job: _Job) -> None:
        reader = job.reader
        address = Address(reader.chat_id, reader.thread_id or None)
        busy = await self.messenger.ready(address)
        if busy is None and self._fences.is_late():
            # Sent behind a stall, together with all that waited there, it would be a burst: its turn is lost instead.
            busy = await self.messenger.ready(address)
        if busy is not None or self._stopping:
            await self._put_back(job, busy)
            return
        async with self._air:
            await self._fly(job, address)

    async def _fly(self, job: _Job, address: Address) -> None:
        job.flying = True
        sent = await self._fences.ask(job.claimed.id, job.claimed.id)
        if sent is None:
            return
        outcome = await self._send(address, sent)
        if outcome is None:
            verdict = Verdict(State.FAILED, "it could not be written; see the log")
        else:
            verdict = verdict_on(outcome, attempts=sent.fenced.attempts)
        await self._endings.ask(sent.fenced.id, Ending(sent, verdict))
        await self._after(sent, verdict)

    async def _send(self, address: Address, sent: InTheAir) -> Outcome | None:
        try:
            letter = self.messenger.write(address, sent.view, silent=sent.reader.silent)
        except Exception:
            # A fault of ours in one digest; nothing was sent.
            log.exception("The digest %s could not be written", sent.fenced.id)
            return None
        outcome = await letter.send()
        if isinstance(outcome, Refused):
            log.error("Telegram refused the digest %s, which goes as plain text: %s", sent.fenced.id, outcome.reason)
            outcome = await self.messenger.ready(address) or await letter.plain().send()
        return outcome

    async def _put_back(self, job: _Job, busy: Busy | None) -> None:
        wait = busy.wait if busy else timedelta(0)
        if busy:
            self._hold(wait)
        await self._returns.ask(job.claimed.id, (job.claimed.id, self.now() + wait))

    def _hold(self, wait: timedelta) -> None:
        until = self.now() + wait
        self._held_until = max(until, self._held_until or until)

    async def _after(self, sent: InTheAir, verdict: Verdict) -> None:
        if verdict.hold_all is not None:
            self._hold(verdict.hold_all)
        if verdict.state is State.FAILED:
            log.warning("The digest %s was not delivered: %s", sent.fenced.id, verdict.cause)
        if verdict.state is State.UNCERTAIN:
            await self._on_uncertain([sent.fenced.id])
        if verdict.rights is False and not sent.reader.rights_lost and sent.reader.created_by is not None:
            told = Address(sent.reader.created_by)
            view = RightsLost(await self.messenger.name_of(sent.reader.chat_id), sent.view.language)
            if await self.messenger.ready(told) is None:
                await self.messenger.write(told, view).send()

    async def _park(self, *, everybodys: bool) -> int:
        async with self.db.write() as connection:
            parked = await outbox.park(connection, now=self.now(), everybodys=everybodys)
        if parked:
            await self._on_uncertain([])
        return parked

    async def _on_uncertain(self, ids: list[int]) -> None:
        """Parked ones wait for an admin, unless the operator chose to send all of them again."""
        if self.uncertain == "resend":
            await planning.resend_all(self.db, now=self.now())
            self._wake.set()
        else:
            log.warning("Digests may not have arrived (%s); /status shows them", ids or "since the last start")

"""The way of one claimed digest: its slot, its fence, its send, and what became of it."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.delivery import State
from bot.domain.subscription import Subscriber
from bot.services.delivery.fencing import Ending, Fencing, InTheAir
from bot.services.delivery.gathering import Gathering
from bot.services.delivery.recording import Recorder
from bot.services.delivery.verdicts import Verdict, verdict_on
from bot.services.ports import Address, Busy, Clock, Messenger, Outcome, Refused, Slot
from bot.storage.address import StorageError
from bot.storage.delivery.outbox import Claimed

log = logging.getLogger(__name__)

IN_THE_AIR = 256
"""Sent at once at most, however slow Telegram is: people's answers need connections too."""
MOST_AHEAD = 0.05
FENCE_LINGER = 0.02
"""Seconds in which a fast sender gathers a transaction."""


@dataclass(eq=False, slots=True)
class Flight:
    """A claimed digest on its way; `flying` from its fence on, when it must not be cancelled any more."""

    claimed: Claimed
    reader: Subscriber
    flying: bool = False
    task: "asyncio.Task[None] | None" = None


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a digest; `rights_just_lost` when its chat is the first time not to be written to."""

    sent: InTheAir
    verdict: Verdict
    rights_just_lost: bool


@dataclass
class Carrier:
    """Carries digests, many at once; `stopping` lets none begin any more, and a hold none for a while."""

    fencing: Fencing
    messenger: Messenger
    now: Clock
    stopping: bool = False
    _held_until: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._fences: Gathering[int, InTheAir] = Gathering(
            lambda ids: self.fencing.put_in_the_air(ids, self.now()), linger=FENCE_LINGER
        )
        self._recorder = Recorder(self.fencing, self.now)
        self._returns: Gathering[tuple[int, datetime], bool] = Gathering(self.fencing.release)
        self._air = asyncio.Semaphore(IN_THE_AIR)

    def held(self) -> bool:
        """Whether everything waits, for flood control or an outage."""
        return self._held_until is not None and self.now() < self._held_until

    def _ahead(self) -> float:
        """Seconds before its moment that a slot is wanted: as many as a fence takes, for what waits is in the air."""
        return min(1.2 * self._fences.usual + 0.005, MOST_AHEAD)

    async def carry(self, flight: Flight) -> Landed | None:
        """None when it did not leave: it may be claimed again."""
        address = Address(flight.reader.chat_id, flight.reader.thread_id or None)
        slot = await self.messenger.ready(address, ahead=self._ahead())
        if isinstance(slot, Busy) or self.stopping:
            await self._put_back(flight, slot if isinstance(slot, Busy) else None)
            return None
        async with self._air:
            # The slot's moment is still to come: the fence stands before it, and the send waits for nothing else.
            flight.flying = True
            try:
                sent = await self._fences.ask(flight.claimed.id, flight.claimed.id)
            except StorageError:
                await self._recorder.never_left(flight.claimed.id)
                return None
            return await self._send(address, sent, slot) if sent is not None else None

    async def _send(self, address: Address, sent: InTheAir, slot: Slot) -> Landed:
        outcome = await self._outcome(address, sent, slot)
        if outcome is None:
            verdict = Verdict(State.FAILED, "it could not be written; see the log")
        else:
            verdict = verdict_on(outcome, attempts=sent.fenced.attempts)
        if verdict.hold_all is not None:
            self._hold(verdict.hold_all)
        return Landed(sent, verdict, await self._recorder.ended(Ending(sent, verdict)))

    async def _outcome(self, address: Address, sent: InTheAir, slot: Slot) -> Outcome | None:
        try:
            letter = self.messenger.write(address, sent.view, silent=sent.reader.silent)
        except Exception:
            # A fault of ours in one digest; nothing was sent.
            log.exception("The digest %s could not be written", sent.fenced.id)
            return None
        outcome = await letter.send(slot)
        if isinstance(outcome, Refused):
            log.error("Telegram refused the digest %s, which goes as plain text: %s", sent.fenced.id, outcome.reason)
            another = await self.messenger.ready(address)
            outcome = another if isinstance(another, Busy) else await letter.plain().send(another)
        return outcome

    async def _put_back(self, flight: Flight, busy: Busy | None) -> None:
        wait = busy.wait if busy else timedelta(0)
        if busy:
            self._hold(wait)
        await self._returns.ask(flight.claimed.id, (flight.claimed.id, self.now() + wait))

    def _hold(self, wait: timedelta) -> None:
        until = self.now() + wait
        self._held_until = max(until, self._held_until or until)

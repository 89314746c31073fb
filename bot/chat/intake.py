"""What has arrived is handled once, each chat's in order, or kept safe: after `take` it may be acknowledged."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol, TypeAlias

from bot.chat import logs
from bot.chat.keystrokes import Keystrokes
from bot.chat.lanes import Lanes
from bot.chat.throttling import Throttle, Verdict
from bot.chat.updates import RawUpdate, chat_of, is_wish, kind_of, lane_of, person_of

log = logging.getLogger(__name__)

Handle: TypeAlias = Callable[[RawUpdate, Verdict], Awaitable[None]]
"""Does what the update asks for when the verdict is ALLOW; otherwise says no more than that it will not."""

_REMEMBERED: Final = 4096
"""Update ids; Telegram repeats one only until it is acknowledged, and hands out 100 at a time."""

_LONGEST: Final = 300.0
"""Seconds for one update, that a chat is not deaf for ever because one of its updates hangs."""

_TURNED_AWAY_AT_ONCE: Final = 16
"""Of one lane; what a flood brings beyond that is not even told no, for every no is a request."""


_TYPED_PER_SECOND: Final = 2.0
"""Inline queries of one person after a burst: results follow the fingers, and one person keeps no core busy."""


class Inbox(Protocol):
    """Keeps what takes long, so that it need not hold up the acknowledgement of what came after it."""

    async def keep(self, updates: Sequence[RawUpdate]) -> None:
        """Stores them; one that is there already stays."""

    async def forget(self, update_ids: Sequence[int]) -> None:
        """They are finished."""

    async def kept(self) -> Sequence[RawUpdate]:
        """What was never finished, oldest first."""


@dataclass(slots=True)
class _Taken:
    """Updates that came together: which are unfinished, and for which of these it is worth waiting."""

    unfinished: dict[int, RawUpdate] = field(default_factory=dict)
    awaited: set[int] = field(default_factory=set)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def finish(self, update_id: int) -> None:
        self.unfinished.pop(update_id, None)
        self.awaited.discard(update_id)
        if not self.awaited:
            self.settled.set()


class Intake:
    """Hands updates to `handle`, `width` at once; of a person's inline queries the newest.

    What is not finished after `patience` seconds is put into the inbox, and goes on all the same. When `backlog`
    updates stand there, `take` waits: Telegram keeps the rest, for a day (core.telegram.org/bots/api#getting-updates).
    """

    def __init__(
        self,
        handle: Handle,
        inbox: Inbox,
        throttle: Throttle,
        *,
        width: int = 64,
        patience: float = 0.25,
        backlog: int = 1000,
    ) -> None:
        self._handle = handle
        self._inbox = inbox
        self._throttle = throttle
        self._lanes = Lanes(width)
        # Typing spends nothing of what a person may ask for by messages and taps.
        typed = Throttle(per_second=_TYPED_PER_SECOND)
        self._keystrokes = Keystrokes(partial(self._attempt, verdict=Verdict.ALLOW), self._lanes, typed)
        self._patience = patience
        self._backlog = backlog
        self._seen: dict[int, None] = {}
        self._kept: dict[int, int] = {}
        self._slow_lanes: Counter[int] = Counter()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def kept(self) -> Sequence[int]:
        """The ids of the updates that stand in the inbox and are worked on here."""
        return list(self._kept)

    async def resume(self) -> None:
        """Takes up what an earlier run, or another process that ended, left in the inbox."""
        taken = _Taken()
        for update in await self._inbox.kept():
            if self._is_new(update):
                self._mark_kept(update)
                self._lanes.put(lane_of(update), partial(self._work, update, taken))

    async def take(self, updates: Iterable[RawUpdate]) -> None:
        """Returns when each of them is finished or stands in the inbox; one that came before is left out."""
        await self._room.wait()
        taken = _Taken()
        for update in updates:
            if self._is_new(update):
                self._admit(update, taken)
        if taken.awaited:
            await self._wait_for(taken)
        while taken.unfinished and not await self._keep(taken):
            taken.awaited = set(taken.unfinished)
            await self._wait_for(taken)

    async def take_stored(self, update: RawUpdate) -> None:
        """The same for one that stands in the inbox already: nothing is waited for but room."""
        await self._room.wait()
        if not self._is_new(update):
            return
        taken = _Taken()
        self._mark_kept(update)
        self._admit(update, taken)
        if not taken.unfinished:
            # Turned away, for whoever asks too much asks again; or a keystroke, which is not kept.
            await self._forget([update["update_id"]])

    async def finish(self, seconds: float) -> None:
        """Gives what runs so much time, then stops it; what stands in the inbox comes again at the next start."""
        try:
            async with asyncio.timeout(seconds):
                await self._lanes.empty()
        except TimeoutError:
            if self._kept:
                log.warning("%d updates are not finished; they come again at the next start", len(self._kept))
        self._keystrokes.abandon()
        await self._lanes.abandon()

    def _is_new(self, update: RawUpdate) -> bool:
        update_id = update["update_id"]
        if update_id in self._seen:
            return False
        self._seen[update_id] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    def _admit(self, update: RawUpdate, taken: _Taken) -> None:
        person, lane = person_of(update), lane_of(update)
        if person is not None and kind_of(update) == "inline_query":
            # Nor is it waited for or kept: Telegram takes no answer after some seconds.
            self._keystrokes.put(person, update)
            return
        verdict = Verdict.ALLOW
        if person is not None and is_wish(update):
            verdict = self._throttle.judge(person, asyncio.get_running_loop().time())
        if verdict is Verdict.ALLOW:
            taken.unfinished[update["update_id"]] = update
            if not self._slow_lanes[lane]:
                taken.awaited.add(update["update_id"])
            self._lanes.put(lane, partial(self._work, update, taken))
            return
        # In a lane of its own, for a no does not wait behind the answers still to come; nor is it worth keeping.
        away = ("away", lane)
        tells = verdict is Verdict.NOTICE or kind_of(update) == "callback_query"
        if tells and self._lanes.length(away) < _TURNED_AWAY_AT_ONCE:
            self._lanes.put(away, partial(self._attempt, update, verdict))

    async def _work(self, update: RawUpdate, taken: _Taken) -> None:
        update_id = update["update_id"]
        await self._attempt(update, Verdict.ALLOW)
        taken.finish(update_id)
        if update_id in self._kept:
            await self._forget([update_id])

    async def _attempt(self, update: RawUpdate, verdict: Verdict) -> None:
        with logs.context(update=update["update_id"], chat=chat_of(update)):
            try:
                async with asyncio.timeout(_LONGEST):
                    await self._handle(update, verdict)
            except Exception:  # the update border: one bad update must not stop the others
                log.exception("an update failed; it will not come again")

    async def _wait_for(self, taken: _Taken) -> None:
        taken.settled.clear()
        try:
            async with asyncio.timeout(self._patience):
                await taken.settled.wait()
        except TimeoutError:
            pass

    async def _keep(self, taken: _Taken) -> bool:
        keeping = list(taken.unfinished.values())
        try:
            await self._inbox.keep(keeping)
        except Exception:  # the update border too: without an inbox, what runs is simply waited for
            log.exception("%d updates could not be put aside; they are waited for", len(keeping))
            return False
        for update in keeping:
            self._mark_kept(update)
        await self._forget([each["update_id"] for each in keeping if each["update_id"] not in taken.unfinished])
        return True

    def _mark_kept(self, update: RawUpdate) -> None:
        lane = lane_of(update)
        self._kept[update["update_id"]] = lane
        self._slow_lanes[lane] += 1
        if len(self._kept) >= self._backlog:
            self._room.clear()

    async def _forget(self, update_ids: Sequence[int]) -> None:
        if not update_ids:
            return
        for update_id in update_ids:
            lane = self._kept.pop(update_id)
            self._slow_lanes[lane] -= 1
            if not self._slow_lanes[lane]:
                del self._slow_lanes[lane]
        if len(self._kept) < self._backlog:
            self._room.set()
        try:
            await self._inbox.forget(update_ids)
        except Exception:  # the update border as well: at worst these updates are handled again after a restart
            log.exception("%d finished updates could not be taken out of the inbox", len(update_ids))

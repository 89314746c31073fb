"""What has arrived is handled once, each chat's in order, or kept safe: after `take` it may be acknowledged."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from bot.chat import logs
from bot.chat.attempts import NotNowError
from bot.chat.inbound.kept import Inbox, Kept, Memory
from bot.chat.inbound.keystrokes import Keystrokes
from bot.chat.inbound.lanes import Lanes
from bot.chat.inbound.throttling import Throttle, Verdict
from bot.chat.updates import RawUpdate, chat_of, is_wish, kind_of, lane_of, person_of

log = logging.getLogger(__name__)

Handle: TypeAlias = Callable[[RawUpdate, Verdict], Awaitable[None]]
"""Does what the update asks for when the verdict is ALLOW; otherwise says no more than that it will not, or cannot.
Raises NotNowError when it is to be asked again."""

_LONGEST: Final = 300.0
"""Seconds for one update, that a chat is not deaf for ever because one of its updates hangs."""

_TURNED_AWAY_AT_ONCE: Final = 16
"""Of one lane; what a flood brings beyond that is not even told no, for every no is a request."""

_TYPED_PER_SECOND: Final = 2.0
"""Inline queries of one person after a burst: results follow the fingers, and one person keeps no core busy."""

_TRIED_FOR: Final = 180.0
"""Seconds from its coming after which a wish is not tried again: a later answer would be to somebody who has left."""

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
"""Seconds between two attempts, the first doubled each time up to the longest."""


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


@dataclass(slots=True)
class _Work:
    """An update on its way; `came` is by the loop's clock."""

    update: RawUpdate
    taken: _Taken
    came: float
    pause: float = _FIRST_PAUSE


class Intake:
    """Hands updates to `handle`, `width` at once; of a person's inline queries the newest.

    What is not finished after `patience` seconds is put into the inbox, and goes on all the same. When `backlog`
    updates stand there, `take` waits: Telegram keeps the rest, for a day (core.telegram.org/bots/api#getting-updates).
    `finished` is what earlier intakes of this process are done with; `failed` hears of each at which `handle` fails.
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
        finished: Memory | None = None,
        failed: Callable[[], object] = lambda: None,
    ) -> None:
        self._handle = handle
        self._kept = Kept(inbox, backlog)
        self._throttle = throttle
        self._lanes = Lanes(width)
        # Typing spends nothing of what a person may ask for by messages and taps.
        typed = Throttle(per_second=_TYPED_PER_SECOND)
        self._keystrokes = Keystrokes(partial(self._answer, verdict=Verdict.ALLOW), self._lanes, typed)
        self._patience = patience
        self._seen = Memory()
        self._finished = finished or Memory()
        self._failed = failed
        self._closed = False

    @property
    def kept(self) -> Sequence[int]:
        """The ids of the updates that stand in the inbox and that nobody else may take over."""
        return self._kept.ids

    async def resume(self) -> None:
        """Takes up what an earlier run, or another process that ended, left in the inbox."""
        if self._closed:
            return
        taken, finished = _Taken(), []
        for update in await self._kept.left_over():
            if self._is_new(update):
                self._kept.add(update)
                self._put(update, taken)
            else:
                finished.append(update["update_id"])
        await self._kept.forget(finished)

    async def take(self, updates: Iterable[RawUpdate]) -> bool:
        """Whether each of them is finished or stands in the inbox; one that came before is left out.

        False only when this was closed meanwhile, and the inbox does not answer.
        """
        await self._kept.room()
        taken = _Taken()
        for update in updates:
            if self._is_new(update):
                self._admit(update, taken)
        await self._wait_for(taken)
        while taken.unfinished and not await self._keep(taken):
            if self._closed and not self._lanes.busy:
                return False
            taken.awaited = set(taken.unfinished)
            await self._wait_for(taken)
        return True

    def first_open(self, updates: Iterable[RawUpdate]) -> int | None:
        """The number of the first of these that is not finished, None when all are."""
        numbers = (update["update_id"] for update in updates)
        return min((number for number in numbers if number not in self._finished), default=None)

    async def take_stored(self, update: RawUpdate) -> None:
        """The same for one that stands in the inbox already: nothing is waited for but room."""
        await self._kept.room()
        if not self._is_new(update):
            return
        taken = _Taken()
        self._kept.add(update)
        self._admit(update, taken)
        if not taken.unfinished:
            # Turned away, for whoever asks too much asks again; or a keystroke, which is not kept.
            await self._kept.forget([update["update_id"]])

    def close(self) -> None:
        """Begins nothing more: what has not begun stays in the inbox, as does what still comes."""
        self._closed = True
        self._lanes.close()
        self._keystrokes.abandon()
        self._kept.make_room()

    async def finish(self, seconds: float) -> None:
        """Closes, and gives what runs so much time; what is unfinished then stands in the inbox for the next."""
        self.close()
        try:
            async with asyncio.timeout(seconds):
                await self._lanes.empty()
        except TimeoutError:
            await self._lanes.abandon()
        self._keystrokes.abandon()
        if left := len(self._kept.unfinished):
            log.warning("%d updates are not finished; they are taken up again by another process or the next", left)
        await self._kept.close()

    def _is_new(self, update: RawUpdate) -> bool:
        update_id = update["update_id"]
        if update_id in self._seen or update_id in self._finished:
            return False
        self._seen.add(update_id)
        return True

    def _admit(self, update: RawUpdate, taken: _Taken) -> None:
        person, lane = person_of(update), lane_of(update)
        if person is not None and kind_of(update) == "inline_query":
            # Nor is it waited for or kept: Telegram takes no answer after some seconds.
            self._finished.add(update["update_id"])
            self._keystrokes.put(person, update)
            return
        verdict = Verdict.ALLOW
        if person is not None and is_wish(update):
            verdict = self._throttle.judge(person, asyncio.get_running_loop().time())
        if verdict is Verdict.ALLOW:
            taken.unfinished[update["update_id"]] = update
            if not self._kept.is_slow(lane):
                taken.awaited.add(update["update_id"])
            self._put(update, taken)
            return
        # In a lane of its own, for a no does not wait behind the answers still to come; nor is it worth keeping.
        self._finished.add(update["update_id"])
        away = ("away", lane)
        tells = verdict is Verdict.NOTICE or kind_of(update) == "callback_query"
        if tells and self._lanes.length(away) < _TURNED_AWAY_AT_ONCE:
            self._lanes.put(away, partial(self._answer, update, verdict))

    def _put(self, update: RawUpdate, taken: _Taken) -> None:
        work = _Work(update, taken, asyncio.get_running_loop().time())
        self._lanes.put(lane_of(update), partial(self._work, work))

    async def _work(self, work: _Work) -> float | None:
        update_id = work.update["update_id"]
        if not await self._handled(work.update, Verdict.ALLOW):
            if not is_wish(work.update) or asyncio.get_running_loop().time() - work.came < _TRIED_FOR:
                pause, work.pause = work.pause, min(2 * work.pause, _LONGEST_PAUSE)
                return pause
            log.error("Update %s is given up: the database has not answered for too long", update_id)
            await self._handled(work.update, Verdict.FAILED)
        work.taken.finish(update_id)
        self._finished.add(update_id)
        if self._kept.may_hold(update_id):
            await self._kept.forget([update_id])
        return None

    async def _answer(self, update: RawUpdate, verdict: Verdict) -> None:
        """Once, whether it can be done now or not."""
        await self._handled(update, verdict)

    async def _handled(self, update: RawUpdate, verdict: Verdict) -> bool:
        """Whether it is at its end, good or bad."""
        with logs.context(update=update["update_id"], chat=chat_of(update)):
            try:
                async with asyncio.timeout(_LONGEST):
                    await self._handle(update, verdict)
            except NotNowError:
                return False
            except Exception:  # the update border: one bad update must not stop the others
                log.exception("an update failed; it will not come again")
                self._failed()
        return True

    async def _wait_for(self, taken: _Taken) -> None:
        if taken.awaited:
            taken.settled.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    await taken.settled.wait()

    async def _keep(self, taken: _Taken) -> bool:
        keeping = list(taken.unfinished.values())
        is_kept = await self._kept.store(keeping)
        # Finished meanwhile; also where it was not heard whether they are stored.
        await self._kept.forget([each["update_id"] for each in keeping if each["update_id"] not in taken.unfinished])
        return is_kept

"""No update is lost, none is handled twice in one run, a chat's stay in order, and a slow chat holds up nobody."""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import error

from bot.chat.inbound.intake import Intake
from bot.chat.inbound.receiving import Receiver
from bot.chat.inbound.throttling import Throttle, Verdict
from bot.chat.transport.request import MaybeReached, NotReached, TokenRefused
from bot.chat.updates import RawUpdate, chat_of, is_wish, kind_of, lane_of, person_of
from tests.chat.faketime import in_virtual_time


def message(update_id: int, chat: int = 1, text: str = "hi", person: int | None = None) -> RawUpdate:
    sender = {"id": person or chat, "is_bot": False, "first_name": "A"}
    return {"update_id": update_id, "message": {"message_id": 1, "chat": {"id": chat}, "from": sender, "text": text}}


def tap(update_id: int, chat: int = 1) -> RawUpdate:
    sender = {"id": chat, "is_bot": False, "first_name": "A"}
    return {"update_id": update_id, "callback_query": {"id": "1", "from": sender, "message": {"chat": {"id": chat}}}}


def typed(update_id: int, text: str = "a", person: int = 1) -> RawUpdate:
    sender = {"id": person, "is_bot": False, "first_name": "A"}
    return {"update_id": update_id, "inline_query": {"id": "1", "from": sender, "query": text, "offset": ""}}


class Telegram:
    """getUpdates as the Bot API server does it: 100 at once, gone when acknowledged, held open while there is none."""

    def __init__(self, updates: Sequence[RawUpdate] = ()) -> None:
        self.waiting = list(updates)
        self.failures: list[error.TelegramError] = []
        self.calls: list[tuple[float, int | None]] = []
        self.came = asyncio.Event()

    def add(self, *updates: RawUpdate) -> None:
        self.waiting += updates
        self.came.set()

    async def fetch_updates(self, offset: int | None, *, wait: timedelta) -> Sequence[RawUpdate]:
        self.calls.append((asyncio.get_running_loop().time(), offset))
        if self.failures:
            raise self.failures.pop(0)
        self.waiting = [each for each in self.waiting if offset is None or each["update_id"] >= offset]
        if not self.waiting:
            self.came.clear()
            try:
                async with asyncio.timeout(wait.total_seconds()):
                    await self.came.wait()
            except TimeoutError:
                return []
        return self.waiting[:100]


@dataclass
class MemoryInbox:
    """What outlives a process; `broken` makes it refuse."""

    rows: dict[int, RawUpdate] = field(default_factory=dict)
    broken: bool = False
    delay: float = 0.0
    stores: int = 0
    released: list[int] = field(default_factory=list)

    async def keep(self, updates: Sequence[RawUpdate]) -> None:
        await asyncio.sleep(self.delay)
        if self.broken:
            raise OSError("disk full")
        self.stores += 1
        for update in updates:
            self.rows.setdefault(update["update_id"], update)

    async def forget(self, update_ids: Sequence[int]) -> None:
        for update_id in update_ids:
            self.rows.pop(update_id, None)

    async def release(self, update_ids: Sequence[int]) -> None:
        self.released += update_ids

    async def kept(self) -> Sequence[RawUpdate]:
        return [self.rows[update_id] for update_id in sorted(self.rows)]


class Run:
    """One process: a receiver over a Telegram and an inbox that outlive it. `pace` says how long an update takes."""

    def __init__(
        self,
        telegram: Telegram,
        inbox: MemoryInbox | None = None,
        *,
        pace: Callable[[RawUpdate], float] = lambda update: 0.0,
        throttle: Throttle | None = None,
        **settings: Any,
    ) -> None:
        self.telegram, self.inbox, self.pace = telegram, inbox or MemoryInbox(), pace
        self.begun: list[int] = []
        self.done: list[tuple[int, float]] = []
        self.refused: list[tuple[int, Verdict]] = []
        self.at_once = self.most_at_once = 0
        self.stop = asyncio.Event()
        intake = Intake(self.handle, self.inbox, throttle or Throttle(burst=100_000), **settings)
        self.receiver = Receiver(telegram, intake, self.clock, chance=lambda: 1.0)
        self.task = asyncio.create_task(self.receiver.run(self.stop))

    def clock(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=asyncio.get_running_loop().time())

    async def handle(self, update: RawUpdate, verdict: Verdict) -> None:
        if verdict is not Verdict.ALLOW:
            self.refused.append((update["update_id"], verdict))
            return
        self.begun.append(update["update_id"])
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if update.get("message", {}).get("text") == "poison":
                raise ZeroDivisionError
            await asyncio.sleep(self.pace(update))
            self.done.append((update["update_id"], asyncio.get_running_loop().time()))
        finally:
            self.at_once -= 1

    @property
    def ids(self) -> list[int]:
        return [update_id for update_id, _ in self.done]

    async def end(self) -> None:
        self.stop.set()
        await self.task

    async def kill(self) -> None:
        """As kill -9 does it: nothing more is acknowledged or stored."""
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)


@in_virtual_time
async def test_updates_are_handled_and_then_acknowledged() -> None:
    telegram = Telegram([message(10), message(11, 2)])
    run = Run(telegram, pace=lambda update: 0.1)
    await asyncio.sleep(0.05)
    assert [offset for _, offset in telegram.calls] == [None]
    await asyncio.sleep(0.1)
    assert sorted(run.ids) == [10, 11]
    assert [offset for _, offset in telegram.calls] == [None, 12]
    await run.end()
    assert not telegram.waiting


@in_virtual_time
async def test_updates_of_one_chat_stay_in_order_however_long_each_takes() -> None:
    updates = [message(n, chat=n % 7) for n in range(1, 101)]
    run = Run(Telegram(updates), pace=lambda update: (update["update_id"] * 37 % 11) / 10)
    await asyncio.sleep(60)
    for chat in range(7):
        ids = [update_id for update_id in run.ids if update_id % 7 == chat]
        assert ids == sorted(ids)
    assert sorted(run.ids) == list(range(1, 101))
    await run.end()


@in_virtual_time
async def test_no_more_run_at_once_than_allowed() -> None:
    run = Run(Telegram([message(n, chat=n) for n in range(1, 301)]), pace=lambda update: 1.0, width=8)
    await asyncio.sleep(120)
    assert run.most_at_once == 8
    assert len(run.done) == 300
    await run.end()


@in_virtual_time
async def test_slow_chat_holds_up_others_for_less_than_a_second() -> None:
    slow = [message(n, chat=1) for n in range(1, 501)]
    telegram = Telegram([*slow, message(501, chat=2)])
    run = Run(telegram, pace=lambda update: 5.0 if update["update_id"] <= 500 else 0.0)
    await asyncio.sleep(1)
    assert run.ids == [501]
    assert not telegram.waiting
    await asyncio.sleep(2600)
    assert run.ids[1:] == list(range(1, 501))
    assert not run.inbox.rows
    await run.end()


@in_virtual_time
async def test_thousand_updates_by_one_person_delay_another_by_less_than_a_second() -> None:
    flood = [message(n, chat=1) for n in range(1, 1001)]
    run = Run(Telegram([*flood, message(1001, chat=2)]), pace=lambda update: 1.0, throttle=Throttle())
    await asyncio.sleep(1.5)
    assert dict(run.done)[1001] < 1.0 + 1.0  # its own second included
    assert Counter(verdict for _, verdict in run.refused) == {Verdict.NOTICE: 1}
    await asyncio.sleep(30)
    assert run.ids == [1, 1001, *range(2, 11)]
    await run.end()


@in_virtual_time
async def test_taps_that_are_not_heard_are_still_told_so() -> None:
    run = Run(Telegram([tap(n) for n in range(1, 15)]), throttle=Throttle())
    await asyncio.sleep(1)
    assert run.refused == [(11, Verdict.NOTICE), (12, Verdict.DROP), (13, Verdict.DROP), (14, Verdict.DROP)]
    await run.end()


@in_virtual_time
async def test_the_last_keystroke_of_a_fast_typist_is_answered() -> None:
    run = Run(Telegram(), pace=lambda update: 0.05, throttle=Throttle())
    for n in range(1, 61):
        run.telegram.add(typed(n))
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)

    assert run.ids[-1] == 60
    assert run.ids == sorted(run.ids)
    assert 20 <= len(run.ids) <= 24  # ten at once, then two a second
    assert not run.refused
    await run.end()


@in_virtual_time
async def test_keystrokes_that_came_while_one_is_answered_are_overtaken_by_the_newest() -> None:
    run = Run(Telegram([typed(1)]), pace=lambda update: 1.0)
    await asyncio.sleep(0.5)
    run.telegram.add(*(typed(n) for n in range(2, 8)), typed(20, person=2))
    await asyncio.sleep(3)

    assert run.ids == [1, 20, 7]
    assert not run.inbox.rows
    await run.end()


@in_virtual_time
async def test_typing_takes_nothing_from_what_a_person_may_say() -> None:
    run = Run(Telegram([*(typed(n) for n in range(1, 40)), *(message(n) for n in range(40, 50))]), throttle=Throttle())
    await asyncio.sleep(1)

    assert set(range(40, 50)) <= set(run.ids)
    assert not run.refused
    await run.end()


@in_virtual_time
async def test_keystrokes_that_wait_do_not_hold_up_the_end() -> None:
    run = Run(Telegram(), pace=lambda update: 0.01)
    for n in range(1, 31):
        run.telegram.add(typed(n))
        await asyncio.sleep(0.02)
    await run.end()
    ended = len(run.begun)
    await asyncio.sleep(5)

    assert len(run.begun) == ended


@in_virtual_time
async def test_news_about_a_chat_is_never_throttled() -> None:
    moved = {"update_id": 20, "message": {"chat": {"id": -1}, "from": {"id": 1}, "migrate_to_chat_id": -100}}
    left = {"update_id": 21, "my_chat_member": {"chat": {"id": 1}, "from": {"id": 1}}}
    run = Run(Telegram([*[message(n) for n in range(1, 13)], moved, left]), throttle=Throttle())
    await asyncio.sleep(1)
    assert {20, 21} <= set(run.ids)
    await run.end()


@in_virtual_time
async def test_update_delivered_twice_is_handled_once() -> None:
    run = Run(Telegram([message(1), message(1), message(2)]))
    await asyncio.sleep(1)
    run.telegram.add(message(2), message(3))
    await asyncio.sleep(1)
    assert run.ids == [1, 2, 3]
    await run.end()


@in_virtual_time
async def test_update_that_fails_is_logged_with_its_id_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    run = Run(Telegram([message(1, text="poison"), message(2), message(3, chat=3)]))
    await asyncio.sleep(1)
    assert sorted(run.ids) == [2, 3]
    assert "an update failed" in caplog.text
    await run.end()
    assert not run.telegram.waiting


@pytest.mark.parametrize("after", [0.0, 0.01, 0.24, 0.26, 0.5, 1.0, 3.3, 7.0])
@in_virtual_time
async def test_kill_loses_nothing_and_repeats_no_more_than_was_in_flight(after: float) -> None:
    telegram = Telegram([message(n, chat=n % 50) for n in range(1, 1501)])
    inbox = MemoryInbox(delay=0.01)
    first = Run(telegram, inbox, pace=lambda update: (update["update_id"] % 5) / 10)
    await asyncio.sleep(after)
    await first.kill()
    second = Run(telegram, inbox, pace=lambda update: (update["update_id"] % 5) / 10)
    await asyncio.sleep(600)
    handled = Counter(first.ids + second.ids)
    assert set(handled) == set(range(1, 1501))
    assert sum(handled.values()) - len(handled) <= 100
    assert max(handled.values()) <= 2
    assert not inbox.rows
    await second.end()


@in_virtual_time
async def test_stop_finishes_what_runs_and_acknowledges_it() -> None:
    telegram = Telegram([message(1), message(2, 2)])
    run = Run(telegram, pace=lambda update: 3.0)
    await asyncio.sleep(1)
    await run.end()
    assert sorted(run.ids) == [1, 2]
    assert not telegram.waiting
    assert not run.inbox.rows
    assert asyncio.get_running_loop().time() < 4


@in_virtual_time
async def test_stop_in_the_middle_of_a_batch_acknowledges_it_all_the_same() -> None:
    telegram = Telegram([message(1)])
    run = Run(telegram, pace=lambda update: 0.1)
    await asyncio.sleep(0.05)
    await run.end()
    assert run.ids == [1]
    assert not telegram.waiting


@in_virtual_time
async def test_stop_does_not_wait_for_ever_and_what_is_unfinished_comes_again() -> None:
    telegram = Telegram([message(1), message(2, 2)])
    run = Run(telegram, pace=lambda update: 3600.0 if update["update_id"] == 1 else 0.0)
    await asyncio.sleep(1)
    await run.end()
    assert asyncio.get_running_loop().time() == pytest.approx(26, abs=0.1)
    again = Run(telegram, run.inbox)
    await asyncio.sleep(1)
    assert again.ids == [1]
    assert not run.inbox.rows
    await again.end()


@in_virtual_time
async def test_inbox_that_fails_costs_time_but_no_update() -> None:
    telegram = Telegram([message(1), message(2, 2)])
    run = Run(telegram, MemoryInbox(broken=True), pace=lambda update: 2.0)
    await asyncio.sleep(1)
    assert len(telegram.calls) == 1
    await asyncio.sleep(2)
    assert [offset for _, offset in telegram.calls] == [None, 3]
    assert sorted(run.ids) == [1, 2]
    await run.end()


@in_virtual_time
async def test_update_that_finishes_while_it_is_put_aside_does_not_come_again() -> None:
    run = Run(Telegram([message(1)]), MemoryInbox(delay=0.2), pace=lambda update: 0.3)
    await asyncio.sleep(5)
    assert run.inbox.stores == 1
    assert not run.inbox.rows
    await run.end()


@in_virtual_time
async def test_quick_updates_never_touch_the_inbox() -> None:
    run = Run(Telegram([message(n, chat=n) for n in range(1, 500)]), pace=lambda update: 0.05)
    await asyncio.sleep(10)
    assert len(run.done) == 499
    assert run.inbox.stores == 0
    await run.end()


@in_virtual_time
async def test_full_inbox_leaves_the_rest_with_telegram() -> None:
    telegram = Telegram([message(n, chat=n) for n in range(1, 1001)])
    run = Run(telegram, pace=lambda update: 10.0, backlog=200)
    await asyncio.sleep(5)
    assert len(run.inbox.rows) == 200
    assert len(telegram.waiting) >= 700
    await asyncio.sleep(1000)
    assert len(run.done) == 1000
    await run.end()


@in_virtual_time
async def test_update_that_hangs_is_given_up_so_that_its_chat_is_heard_again() -> None:
    run = Run(Telegram([message(1), message(2)]), pace=lambda update: 1e6 if update["update_id"] == 1 else 0.0)
    await asyncio.sleep(301)
    assert run.ids == [2]
    await run.end()


@in_virtual_time
async def test_outage_is_told_once_with_its_end_and_waits_grow_to_half_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    telegram = Telegram([message(1)])
    telegram.failures = [NotReached("refused")] * 5 + [MaybeReached("lost")] + [NotReached("refused")] * 2
    run = Run(telegram)
    await asyncio.sleep(200)
    times = [at for at, _ in telegram.calls[:9]]
    assert [round(later - earlier) for earlier, later in itertools.pairwise(times)] == [
        1, 2, 4, 8, 16, 30, 30, 30,
    ]  # fmt: skip
    assert run.ids == [1]
    assert caplog.text.count("No updates can be received: refused") == 2
    assert "Updates arrive again, after 121 s." in caplog.text
    assert run.receiver.last_contact is not None
    await run.end()


@in_virtual_time
async def test_second_poller_is_told_in_one_clear_sentence(caplog: pytest.LogCaptureFixture) -> None:
    telegram = Telegram([message(1)])
    telegram.failures = [error.Conflict("Conflict: terminated by other getUpdates request")] * 3
    run = Run(telegram)
    await asyncio.sleep(60)
    assert run.ids == [1]
    [told] = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert told.startswith("Another program receives the updates of this bot: stop it, or this one.")
    await run.end()


@in_virtual_time
async def test_forgotten_webhook_is_named(caplog: pytest.LogCaptureFixture) -> None:
    telegram = Telegram()
    telegram.failures = [error.Conflict("Conflict: can't use getUpdates method while webhook is active")]
    run = Run(telegram)
    await asyncio.sleep(5)
    assert "A webhook is set for this bot" in caplog.text
    await run.end()


@pytest.mark.parametrize("refusal", [error.InvalidToken("Unauthorized"), error.EndPointNotFound("gone")])
@in_virtual_time
async def test_refused_token_ends_it_with_a_sentence(refusal: error.TelegramError) -> None:
    telegram = Telegram()
    telegram.failures = [refusal]
    run = Run(telegram)
    with pytest.raises(TokenRefused, match="HELIOGRAPH_TOKEN"):
        await run.task


@in_virtual_time
async def test_flood_control_of_getupdates_is_obeyed() -> None:
    telegram = Telegram([message(1)])
    telegram.failures = [error.RetryAfter(17)]
    run = Run(telegram)
    await asyncio.sleep(18)
    assert [round(at) for at, _ in telegram.calls[:2]] == [0, 17]
    await run.end()


@pytest.mark.parametrize(
    ("update", "kind", "chat", "person", "wish"),
    [
        (message(1, -5, person=7), "message", -5, 7, True),
        (tap(1, 4), "callback_query", 4, 4, True),
        ({"update_id": 1, "message": {"chat": {"id": -5}, "from": {"id": 1087968824}, "sender_chat": {"id": -5}}},
         "message", -5, -5, True),
        ({"update_id": 1, "inline_query": {"id": "1", "from": {"id": 9}}}, "inline_query", None, 9, True),
        ({"update_id": 1, "callback_query": {"inline_message_id": "x", "from": {"id": 9}}}, "callback_query", None, 9,
         True),
        ({"update_id": 1, "channel_post": {"chat": {"id": -100}}}, "channel_post", -100, None, False),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 3}, "from": {"id": 3}}}, "my_chat_member", 3, 3, False),
        ({"update_id": 1, "poll_answer": {"user": {"id": 6}}}, "poll_answer", None, 6, False),
        ({"update_id": 1, "brand_new": ["odd"]}, "brand_new", None, None, False),
        ({"update_id": 1}, "", None, None, False),
    ],
)  # fmt: skip
def test_update_is_read_for_what_it_is(
    update: RawUpdate, kind: str, chat: int | None, person: int | None, wish: bool
) -> None:
    assert (kind_of(update), chat_of(update), person_of(update), is_wish(update)) == (kind, chat, person, wish)
    assert lane_of(update) == (chat or person or 0)

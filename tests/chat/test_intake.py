"""What has come is done once: while the database fails, when the program ends, and after that."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.chat.attempts import NotNowError
from bot.chat.inbound.intake import Intake
from bot.chat.inbound.kept import Memory
from bot.chat.inbound.throttling import Throttle, Verdict
from bot.chat.updates import RawUpdate
from tests.chat.faketime import in_virtual_time
from tests.chat.test_receiving import MemoryInbox, Run, Telegram, message, typed

JOINED: RawUpdate = {"update_id": 50, "my_chat_member": {"chat": {"id": 5}, "from": {"id": 5}}}


@dataclass
class Flaky(MemoryInbox):
    """An inbox whose database may be down; `unheard` commits what it is told, and its answer is lost."""

    is_down: bool = False
    unheard: bool = False
    asked_to_forget: int = 0

    async def keep(self, updates: Sequence[RawUpdate]) -> None:
        if self.unheard:
            await super().keep(updates)
        self._fail()
        await super().keep(updates)

    async def forget(self, update_ids: Sequence[int]) -> None:
        self.asked_to_forget += 1
        await asyncio.sleep(self.delay)
        self._fail()
        await super().forget(update_ids)

    async def release(self, update_ids: Sequence[int]) -> None:
        self._fail()
        await super().release(update_ids)

    def _fail(self) -> None:
        if self.is_down:
            raise OSError("the database is gone")


@dataclass
class Worker:
    """An intake behind a webhook; while `is_down` nothing can be handled, and each update takes `pace` seconds."""

    inbox: Flaky = field(default_factory=Flaky)
    is_down: bool = False
    pace: float = 0.0
    width: int = 64
    backlog: int = 1000
    memory: Memory = field(default_factory=Memory)
    tried: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    told: list[tuple[int, Verdict]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.intake = Intake(
            self.handle,
            self.inbox,
            Throttle(burst=1000),
            width=self.width,
            backlog=self.backlog,
            finished=self.memory,
        )

    async def handle(self, update: RawUpdate, verdict: Verdict) -> None:
        if verdict is not Verdict.ALLOW:
            self.told.append((update["update_id"], verdict))
            return
        self.tried.append(update["update_id"])
        await asyncio.sleep(self.pace)
        if self.is_down:
            raise NotNowError
        self.done.append(update["update_id"])

    async def brought(self, *updates: RawUpdate) -> None:
        for update in updates:
            await self.inbox.keep([update])
            await self.intake.take_stored(update)


@in_virtual_time
async def test_what_could_not_be_taken_out_of_the_inbox_goes_as_soon_as_the_database_answers() -> None:
    worker = Worker(Flaky())
    await worker.brought(message(1), message(2, 2))
    worker.inbox.is_down = True
    await asyncio.sleep(30)
    assert worker.done == [1, 2]
    # Nobody else may take them over meanwhile.
    assert sorted(worker.intake.kept) == [1, 2]
    assert set(worker.inbox.rows) == {1, 2}

    worker.inbox.is_down = False
    await asyncio.sleep(11)

    assert not worker.inbox.rows
    assert not worker.intake.kept
    await worker.intake.finish(1)


@in_virtual_time
async def test_what_could_not_be_taken_out_goes_at_the_end_at_last() -> None:
    worker = Worker(Flaky(is_down=True))
    worker.inbox.rows[1] = message(1)
    await worker.intake.take_stored(message(1))
    await asyncio.sleep(8)

    worker.inbox.is_down = False
    await worker.intake.finish(1)

    assert worker.done == [1]
    assert not worker.inbox.rows


@in_virtual_time
async def test_an_inbox_that_fails_for_many_at_once_is_left_alone_after_the_end() -> None:
    worker = Worker(Flaky(is_down=True, delay=0.5))
    for update in (message(1), message(2, 2)):
        await worker.intake.take_stored(update)
    await asyncio.sleep(5)
    await worker.intake.finish(1)
    asked = worker.inbox.asked_to_forget

    await asyncio.sleep(30)

    assert worker.done == [1, 2]
    assert worker.inbox.asked_to_forget == asked


@in_virtual_time
async def test_an_update_of_ones_own_that_is_taken_over_is_taken_out_when_it_is_finished() -> None:
    worker = Worker()
    await worker.brought(message(1))
    await asyncio.sleep(1)
    worker.inbox.rows[1] = message(1)

    await worker.intake.resume()
    await asyncio.sleep(1)

    assert worker.done == [1]
    assert not worker.inbox.rows
    await worker.intake.finish(1)


@in_virtual_time
async def test_a_new_intake_of_the_same_process_knows_what_is_finished() -> None:
    first = Worker()
    await first.brought(message(1))
    await asyncio.sleep(1)
    await first.intake.finish(1)
    second = Worker(memory=first.memory)
    second.inbox.rows[1] = message(1)

    await second.intake.resume()
    assert await second.intake.take([message(1), message(2)])

    assert second.done == [2]
    assert not second.inbox.rows
    await second.intake.finish(1)


@in_virtual_time
async def test_what_was_put_aside_without_hearing_so_does_not_stay_there() -> None:
    worker = Worker(Flaky(is_down=True, unheard=True), pace=1.0)
    taking = asyncio.create_task(worker.intake.take([message(1)]))
    await asyncio.sleep(0.5)
    assert set(worker.inbox.rows) == {1}
    assert await taking

    worker.inbox.is_down = worker.inbox.unheard = False
    await asyncio.sleep(2)

    assert not worker.inbox.rows
    await worker.intake.finish(1)


@in_virtual_time
async def test_what_was_finished_while_it_was_put_aside_unheard_does_not_stay_there() -> None:
    worker = Worker(Flaky(is_down=True, unheard=True, delay=1.0), pace=0.5)
    taking = asyncio.create_task(worker.intake.take([message(1)]))
    await asyncio.sleep(1)
    assert worker.done == [1]
    assert await taking
    assert set(worker.inbox.rows) == {1}

    worker.inbox.is_down = worker.inbox.unheard = False
    await asyncio.sleep(5)

    assert not worker.inbox.rows
    await worker.intake.finish(1)


@in_virtual_time
async def test_what_the_database_stops_is_done_when_it_answers_and_in_the_order_of_its_chat() -> None:
    worker = Worker(is_down=True)
    await worker.brought(message(1), message(2), message(3, 2))
    await asyncio.sleep(40)
    assert worker.done == []
    assert set(worker.inbox.rows) == {1, 2, 3}

    worker.is_down = False
    await asyncio.sleep(6)

    assert [number for number in worker.done if number != 3] == [1, 2]
    assert sorted(worker.done) == [1, 2, 3]
    assert not worker.told
    assert not worker.inbox.rows
    await worker.intake.finish(1)


@in_virtual_time
async def test_what_waits_for_the_database_takes_nobody_elses_place() -> None:
    worker = Worker(is_down=True, width=2)
    await worker.brought(message(1), message(2, 2))
    await asyncio.sleep(1.5)

    worker.is_down = False
    await worker.brought(message(3, 3))
    await asyncio.sleep(0.1)

    assert worker.done == [3]
    await worker.intake.finish(1)


@in_virtual_time
async def test_a_wish_that_waited_too_long_is_told_so_once_and_news_of_a_chat_are_never_given_up() -> None:
    worker = Worker(is_down=True)
    await worker.brought(message(1), message(2), JOINED)
    await asyncio.sleep(170)
    assert not worker.told
    await asyncio.sleep(20)
    # The one behind it waited as long.
    assert worker.told == [(1, Verdict.FAILED), (2, Verdict.FAILED)]
    assert set(worker.inbox.rows) == {50}

    worker.is_down = False
    await asyncio.sleep(6)

    assert worker.done == [50]
    assert len(worker.told) == 2
    assert not worker.inbox.rows
    await worker.intake.finish(1)


@in_virtual_time
async def test_keystrokes_are_not_tried_again() -> None:
    worker = Worker(is_down=True)
    await worker.brought(typed(1))
    await asyncio.sleep(30)

    assert worker.tried == [1]
    assert not worker.inbox.rows
    await worker.intake.finish(1)


@in_virtual_time
async def test_at_the_end_nothing_is_begun_and_what_runs_is_finished() -> None:
    worker = Worker(pace=3.0)
    await worker.brought(*(message(n) for n in range(1, 9)), message(20, 2))
    await asyncio.sleep(1)

    await worker.intake.finish(25)

    assert asyncio.get_running_loop().time() == pytest.approx(3.0, abs=0.1)
    assert worker.tried == worker.done == [1, 20]
    assert sorted(worker.inbox.rows) == worker.inbox.released == [2, 3, 4, 5, 6, 7, 8]


@in_virtual_time
async def test_what_waits_for_the_database_does_not_hold_up_the_end() -> None:
    worker = Worker(is_down=True)
    await worker.brought(message(1))
    await asyncio.sleep(20)
    ended = asyncio.get_running_loop().time()

    await worker.intake.finish(25)

    assert asyncio.get_running_loop().time() == pytest.approx(ended, abs=0.1)
    assert set(worker.inbox.rows) == {1}


@in_virtual_time
async def test_what_is_brought_at_the_end_is_stored_and_left_to_others() -> None:
    worker = Worker(pace=5.0, backlog=2)
    await worker.brought(message(1), message(2))
    bringing = asyncio.create_task(worker.brought(message(3)))
    await asyncio.sleep(1)
    assert not bringing.done()

    worker.intake.close()
    await asyncio.wait_for(bringing, 0.1)
    await worker.intake.finish(25)

    assert worker.done == [1]
    assert worker.inbox.released == [2, 3]


@in_virtual_time
async def test_a_stop_while_the_inbox_fails_acknowledges_what_is_finished() -> None:
    telegram = Telegram([message(1), message(2, 2), message(3, 3), message(4, 3)])
    run = Run(telegram, MemoryInbox(broken=True), pace=lambda update: 4.0 if update["update_id"] == 3 else 0.0)
    await asyncio.sleep(1)

    await run.end()

    assert run.ids == [1, 2, 3]
    assert [each["update_id"] for each in telegram.waiting] == [4]
    # Nothing else was to be waited for.
    assert asyncio.get_running_loop().time() < 5


@in_virtual_time
async def test_a_stop_while_the_inbox_hangs_acknowledges_what_is_finished_all_of_it_too() -> None:
    telegram = Telegram([message(1), message(2, 2)])
    run = Run(telegram, MemoryInbox(delay=1000), pace=lambda update: float(update["update_id"]))
    await asyncio.sleep(1)

    await run.end()

    assert run.ids == [1, 2]
    assert telegram.waiting == []


@in_virtual_time
async def test_a_stop_while_the_inbox_fails_acknowledges_whom_it_turned_away_and_who_typed() -> None:
    telegram = Telegram([typed(1, person=9), message(2), message(3), message(4, 2), message(5, 2, person=3)])
    run = Run(
        telegram,
        MemoryInbox(broken=True),
        pace=lambda update: 4.0 if update["update_id"] == 4 else 0.0,
        throttle=Throttle(burst=1),
    )
    await asyncio.sleep(1)

    await run.end()

    assert run.ids == [1, 2, 4]
    assert [number for number, _ in run.refused] == [3]
    assert [each["update_id"] for each in telegram.waiting] == [5]


@in_virtual_time
async def test_a_seat_that_is_lost_leaves_little_time_to_what_runs() -> None:
    memory = Memory()
    telegram = Telegram([message(1), message(2, 2), message(3, 3), message(4, 3)])
    run = Run(telegram, pace=lambda update: 9.0 if update["update_id"] == 2 else 0.2, finished=memory)
    await asyncio.sleep(0.1)

    run.task.cancel()
    await asyncio.gather(run.task, return_exceptions=True)
    assert run.ids == [1, 3]
    assert asyncio.get_running_loop().time() == pytest.approx(3.1, abs=0.1)

    # All of them come again, for none was acknowledged.
    again = Run(telegram, finished=memory)
    await asyncio.sleep(1)
    assert again.ids == [2, 4]
    await again.end()

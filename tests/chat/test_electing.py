"""A webhook is set when nobody fetches updates any more."""

import asyncio
import logging

import pytest

from bot.chat.inbound.electing import while_nobody_fetches
from bot.storage.address import StorageError
from tests.chat.faketime import in_virtual_time


class Chair:
    """A seat that answers as told, at last that it is free; `hangs` until it is left."""

    def __init__(self, *answers: bool | StorageError, hangs: bool = False) -> None:
        self.answers = list(answers)
        self.asked = self.left = 0
        self._answered = asyncio.Event()
        if not hangs:
            self._answered.set()

    async def take(self) -> bool:
        self.asked += 1
        while not self._answered.is_set():
            try:
                await self._answered.wait()
            except asyncio.CancelledError:
                # As PostgreSQL's driver does: it waits for the server all the same.
                continue
        answer = self.answers.pop(0) if self.answers else True
        if isinstance(answer, StorageError):
            raise answer
        return answer

    async def lost(self) -> None:
        raise AssertionError("nobody watches a seat that is held for a moment")

    async def leave(self) -> None:
        self.left += 1
        self._answered.set()


class Set:
    """Whether the webhook is set, and whether the seat was held then."""

    def __init__(self, chair: Chair, failure: Exception | None = None) -> None:
        self.chair, self.failure = chair, failure
        self.left_before: list[int] = []

    async def __call__(self) -> None:
        self.left_before.append(self.chair.left)
        if self.failure:
            raise self.failure


@in_virtual_time
async def test_it_is_done_at_once_and_the_seat_is_left_when_nobody_fetches(caplog: pytest.LogCaptureFixture) -> None:
    chair = Chair()
    done = Set(chair)
    with caplog.at_level(logging.INFO):
        await while_nobody_fetches(chair, done)

    assert (done.left_before, chair.asked, chair.left) == ([0], 1, 1)
    assert caplog.messages == []


@in_virtual_time
async def test_it_waits_for_who_fetches_and_for_the_database_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    chair = Chair(False, StorageError("The database does not answer."), False, False)
    done = Set(chair)
    with caplog.at_level(logging.INFO):
        await while_nobody_fetches(chair, done)

    assert (done.left_before, chair.asked) == ([0], 5)
    assert caplog.messages == [
        "Another process fetches the updates of this bot: the webhook is set as soon as it ends."
    ]


@in_virtual_time
async def test_the_seat_is_left_when_it_fails() -> None:
    chair = Chair()
    with pytest.raises(ValueError, match="no"):
        await while_nobody_fetches(chair, Set(chair, ValueError("no")))

    assert chair.left == 1


@in_virtual_time
async def test_who_is_called_off_does_not_wait_for_a_database_that_hangs() -> None:
    chair = Chair(hangs=True)
    done = Set(chair)
    waiting = asyncio.create_task(while_nobody_fetches(chair, done))
    await asyncio.sleep(1)

    waiting.cancel()
    async with asyncio.timeout(1):
        await asyncio.gather(waiting, return_exceptions=True)

    assert waiting.cancelled()
    assert done.left_before == []

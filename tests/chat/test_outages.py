"""A reader whose question meets an outage of the database waits for the answer; the operator gets a line."""

import asyncio
import logging
from typing import cast

import pytest

from bot.chat.inbound.electing import Elected
from bot.chat.inbound.receiving import Receiver
from bot.storage.address import StorageError
from tests.chat.publication import NOON, Publication, words_of


async def test_a_question_that_meets_an_outage_is_answered_after_it_and_a_tap_is_told_at_once(
    own_publication: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    ada = own_publication.guest("zh")
    async with own_publication.running():
        assert own_publication.app is not None
        screen = await ada.says("/start")
        caplog.clear()
        file, away = own_publication.database_file, own_publication.database_file.with_name("away")
        file.rename(away)
        file.write_bytes(b"no database" * 1000)
        # What is open goes on in the file that went away.
        await own_publication.app.shelving.db.close()

        toast = await ada.taps("最新", screen)
        before = len(ada.seen)
        ada.writes("/help")
        async with asyncio.timeout(10):
            while "waits for the database" not in caplog.text:
                await asyncio.sleep(0.01)
        away.replace(file)
        await own_publication.until(lambda: len(ada.seen) > before)
        await ada.says("/id")

    assert (toast["text"], toast["show_alert"]) == ("我这边出了点问题，已经记录下来，请稍后再试。", True)
    answers = [words_of(message) for message in ada.seen[before:]]
    assert len(answers) == 2
    assert "/search" in answers[0]
    said = [one for one in caplog.records if one.name in {"bot.storage.outage", "bot.chat.failing"}]
    assert [one.name for one in said if one.levelno >= logging.WARNING] == ["bot.storage.outage", "bot.chat.failing"]
    assert all("is not a database file" in one.getMessage() for one in said if one.levelno >= logging.WARNING)
    assert not any(one.exc_info for one in said)


class SilentSeat:
    """Of a database that takes a question and gives no answer; who leaves is let go."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.is_left = asyncio.Event()

    async def take(self) -> bool:
        self.asked.set()
        await self.is_left.wait()
        return False

    async def lost(self) -> None:
        raise AssertionError("nobody has it")

    async def leave(self) -> None:
        self.is_left.set()


class FreeSeat(SilentSeat):
    """Nobody else wants it, and it is never lost."""

    async def take(self) -> bool:
        return True

    async def lost(self) -> None:
        await asyncio.Event().wait()


class Flaky:
    """Receivers of one process: the first cannot look into the inbox, the second works until it is told to end."""

    def __init__(self) -> None:
        self.runs = 0
        self.works = asyncio.Event()

    last_contact = None
    last_turn = None

    async def run(self, stop: asyncio.Event) -> None:
        self.runs += 1
        if self.runs == 1:
            raise StorageError("The database has no room for another connection.")
        self.works.set()
        await stop.wait()


async def test_who_has_the_seat_and_cannot_look_into_the_inbox_tries_again() -> None:
    receiver, stop = Flaky(), asyncio.Event()
    elected = Elected(FreeSeat(), lambda: cast("Receiver", receiver), lambda: NOON, every=0.01)

    running = asyncio.create_task(elected.run(stop))
    async with asyncio.timeout(5):
        await receiver.works.wait()
        stop.set()
        await running

    assert receiver.runs == 2


def _no_receiver() -> Receiver:
    raise AssertionError("nobody has the seat")


async def test_who_is_told_to_end_does_not_wait_for_a_silent_seat() -> None:
    seat, stop = SilentSeat(), asyncio.Event()
    running = asyncio.create_task(Elected(seat, _no_receiver, lambda: NOON).run(stop))
    await seat.asked.wait()

    stop.set()

    async with asyncio.timeout(5):
        await running

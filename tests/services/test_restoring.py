"""After a restore nobody is sent again what fell due before it, and what is for later days still comes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.folder_state import folder_state
from bot.services.restoring import Restored, back_up, restore
from bot.services.syncing import sync
from bot.storage.engine import open_database
from tests.services.newsstand import MORNING, Newsstand

ADA, BOB = 11, 12
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY_IS_TODAY, SATURDAY = 0b0010000, 0b0100000


class Machine:
    """A database file that bots open one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'live.db'}"
        self.copy = folder / "copy.db"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Newsstand]:
        db = await open_database(self.url)
        yield Newsstand(db, published=self.copy.exists() * 100)
        await db.close()

    async def back_up(self) -> None:
        await back_up(self.url, self.copy)

    async def restore(self, **options: bool) -> Restored:
        return await restore(self.url, self.copy, now=MORNING + 2 * HOUR, **options)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_a_digest_sent_after_the_backup_is_not_sent_again(machine: Machine) -> None:
    async with machine.running() as stand:
        await stand.follow(ADA)
        await stand.follow(BOB, days=SATURDAY)
        await stand.publish("news")
        await machine.back_up()
        await stand.turn(stand.courier(), HOUR)
        assert stand.telegram.digests(ADA) == [["news"]]

    await machine.restore()

    async with machine.running() as stand:
        courier = stand.courier()
        await stand.turn(courier, 2 * HOUR)
        assert stand.telegram.tried == []
        await stand.turn(courier, DAY)
        assert (stand.telegram.digests(ADA), stand.telegram.digests(BOB)) == ([], [["news"]])
        await stand.publish("later")
        await stand.turn(courier, DAY)
        assert stand.telegram.digests(ADA) == [["later"]]


async def test_to_catch_up_sends_what_fell_due(machine: Machine) -> None:
    async with machine.running() as stand:
        await stand.follow(ADA)
        await stand.publish("news")
        await machine.back_up()

    await machine.restore(catch_up=True)

    async with machine.running() as stand:
        await stand.turn(stand.courier(), 2 * HOUR)
        assert stand.telegram.digests(ADA) == [["news"]]


async def test_posts_that_appeared_since_the_backup_are_shelved_and_pushed_to_nobody(
    machine: Machine, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "first.md").write_text("# First\n\nWords.")
    load = {"root": content, "zone": _utc(), "language": "en"}
    async with machine.running() as stand:
        await sync(stand.db, now=MORNING, **load)
        await stand.follow(ADA)
        await machine.back_up()
    (content / "second.md").write_text("# Second\n\nWords.")

    await machine.restore()

    async with machine.running() as stand:
        report = await sync(stand.db, now=MORNING + 2 * HOUR, **load)
        await stand.turn(stand.courier(), 2 * DAY)
        assert (report.added, stand.telegram.tried) == (("second.md",), [])
        assert (await folder_state(stand.db)).loaded


def _utc() -> object:
    from zoneinfo import ZoneInfo

    return ZoneInfo("UTC")

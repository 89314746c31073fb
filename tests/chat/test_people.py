"""Other admins have their names in the log: as Telegram tells them, for a while, and without anybody waiting long."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.people import KEPT, UNKNOWN_KEPT, People
from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import NOON, Guest, Publication, new_publication

SECOND, THIRD = FIRST_PERSON_ID + 1, FIRST_PERSON_ID + 2


class Telegram:
    """Knows the names of some people, and counts how often it is asked."""

    def __init__(self, **names: str) -> None:
        self.names = names
        self.asked: list[int] = []
        self.now = NOON
        self.answers = asyncio.Event()
        self.answers.set()

    async def ask(self, number: int) -> str:
        self.asked.append(number)
        await self.answers.wait()
        return self.names.get(f"n{number}", "")

    def people(self, patience: float = 5.0) -> People:
        return People(self.ask, lambda: self.now, patience=patience)


async def test_a_name_is_asked_for_once_an_hour() -> None:
    telegram = Telegram(n1="Ada", n2="Bob")
    people = telegram.people()

    assert await people.names([1, 2]) == await people.names({2, 1}) == {1: "Ada", 2: "Bob"}
    assert sorted(telegram.asked) == [1, 2]
    telegram.names["n1"] = "Ada L."
    telegram.now += KEPT
    assert (await people.names([1]))[1] == "Ada L."


async def test_who_has_no_name_is_left_out_and_asked_for_again_later() -> None:
    telegram = Telegram()
    people = telegram.people()

    assert await people.names([1]) == await people.names([1]) == {}
    assert telegram.asked == [1]
    telegram.names["n1"] = "Ada"
    telegram.now += UNKNOWN_KEPT
    assert await people.names([1]) == {1: "Ada"}


async def test_nobody_waits_for_a_name_that_does_not_come() -> None:
    telegram = Telegram(n1="Ada", n2="Bob")
    people = telegram.people(patience=0.01)
    await people.names([1])
    telegram.now += KEPT
    telegram.answers.clear()

    assert await people.names([1, 2]) == {1: "Ada"}
    assert await people.names([1, 2]) == {1: "Ada"}
    assert telegram.asked == [1, 1, 2]


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    """A running publication of three admins, one post in it."""
    template: Path = request.getfixturevalue("_migrated_sqlite")
    admins = frozenset({FIRST_PERSON_ID, SECOND, THIRD})
    async with new_publication(tmp_path / "own", template, admins=admins) as made:
        made.post("lora.md", "LoRA", date="2026-01-01")
        async with made.running():
            yield made


async def withdraws(editor: Guest) -> None:
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps("Withdraw")


async def test_the_log_names_other_admins_as_telegram_does(house: Publication) -> None:
    ada, bob = house.guest(name="Ada"), house.guest("zh-hans", name="Bob")
    await withdraws(ada)
    # What she writes from here on would hold it.
    house.world.people[ada.id].first_name = "Augusta"

    await bob.says("/log")
    assert "\nlora.md\n操作者：Augusta" in bob.text
    kept = b"".join(file.read_bytes() for file in house.database_file.parent.glob("heliograph.sqlite3*"))
    assert b"Augusta" not in kept
    await ada.says("/log")
    assert "\nlora.md\nby you" in ada.text
    assert len(house.calls("getChat", ada.id)) == 1


async def test_the_log_tells_admins_of_one_name_apart(house: Publication) -> None:
    ada, other, bob = house.guest(name="Ada"), house.guest(name="Ada"), house.guest(name="Bob")
    await withdraws(ada)
    await other.says("/log")
    await other.taps("Undo 1")

    await bob.says("/log")

    assert f"\nby Ada ({ada.id})" in bob.text
    assert f"\nby Ada ({other.id})" in bob.text


async def test_the_log_names_by_number_whom_telegram_does_not_name(house: Publication) -> None:
    ada, bob = house.guest(name="Ada"), house.guest(name="Bob")
    await withdraws(ada)
    house.fail("getChat", ada.id, description="Bad Request: chat not found")

    await bob.says("/log")

    assert f"\nby {ada.id}" in bob.text

"""Chats, facts, counters, pictures, updates and locks."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.preferences import Preferences
from bot.storage import facts
from bot.storage.address import parse_address
from bot.storage.border import chats, pictures, updates
from bot.storage.engine import Database
from bot.storage.exclusive import exclusive

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
GROUP, SUPERGROUP = -4001, -1001234567890


async def _chosen(database: Database, chat_id: int) -> Preferences:
    async with database.read() as connection:
        return await chats.preferences(connection, chat_id)


async def test_a_chat_keeps_what_it_chose(database: Database) -> None:
    async with database.write() as connection:
        await chats.remember(connection, 7, kind="private", telegram_language="zh-hans", now=NOW)
        await chats.choose_language(connection, 7, "en")
        await chats.choose_form(connection, 7, "rich")
        await chats.remember(connection, 7, kind="private", now=NOW)

    assert await _chosen(database, 7) == Preferences("en", "rich", known=True)
    assert await _chosen(database, 8) == Preferences()


async def test_a_group_that_becomes_a_supergroup_takes_its_choices_along(database: Database) -> None:
    async with database.write() as connection:
        await chats.remember(connection, GROUP, kind="group", now=NOW)
        await chats.choose_language(connection, GROUP, "zh")
        await chats.remember(connection, SUPERGROUP, kind="supergroup", now=NOW)
        await chats.move(connection, GROUP, SUPERGROUP)
        await chats.move(connection, GROUP, SUPERGROUP)

    assert await _chosen(database, SUPERGROUP) == Preferences("zh", "classic", known=True)
    assert await _chosen(database, GROUP) == Preferences()


async def test_a_forgotten_chat_is_a_new_one(database: Database) -> None:
    async with database.write() as connection:
        await chats.remember(connection, 7, kind="private", now=NOW)
        await chats.choose_language(connection, 7, "en")
        await chats.forget(connection, 7)

    assert await _chosen(database, 7) == Preferences()


async def test_facts_are_kept_by_name(database: Database) -> None:
    async with database.write() as connection:
        await facts.put(connection, "folder", {"digest": None, "held": ["一.md"]})
        await facts.put(connection, "gone", 1)
        await facts.put(connection, "gone", None)
        await facts.put(connection, "folder", {"digest": "x"})

    async with database.read() as connection:
        assert await facts.get(connection, "folder") == {"digest": "x"}
        assert await facts.get(connection, "gone") is None


async def test_a_counter_raised_by_many_loses_nothing(database: Database) -> None:
    async def raise_it() -> int:
        async with database.write() as connection:
            return await facts.raise_counter(connection, "visible_seq", 2)

    given = await asyncio.gather(*(raise_it() for _ in range(10)))

    assert sorted(given) == list(range(2, 21, 2))
    async with database.read() as connection:
        assert await facts.count(connection, "visible_seq") == 20
        assert await facts.count(connection, "never") == 0


async def test_a_picture_is_known_to_the_bot_that_sent_it(database: Database) -> None:
    async with database.write() as connection:
        await pictures.remember(connection, 1, {"aa": "file-a", "bb": "file-b"}, now=NOW)
        await pictures.remember(connection, 1, {"aa": "file-c"}, now=NOW)
        await pictures.forget(connection, 1, "file-b")

    async with database.read() as connection:
        assert await pictures.file_ids(connection, 1, {"aa", "bb"}) == {"aa": "file-c"}
        assert await pictures.file_ids(connection, 2, {"aa"}) == {}


async def test_an_update_that_comes_twice_is_claimed_once(database: Database) -> None:
    async def claim(bot_id: int, update_id: int) -> bool:
        async with database.write() as connection:
            return await updates.claim(connection, bot_id, update_id, now=NOW)

    assert await asyncio.gather(*(claim(1, 10) for _ in range(4))) in [
        [n == first for n in range(4)] for first in range(4)
    ]
    assert await claim(2, 10)
    assert await claim(1, 11)
    assert not await claim(1, 10)


async def test_exclusive_work_is_done_by_one_at_a_time(database: Database, database_url: str) -> None:
    other = Database(parse_address(database_url))
    inside: list[str] = []

    async def work(one: Database, name: str) -> None:
        async with exclusive(one, "test"):
            inside.append(f"{name} begins")
            await asyncio.sleep(0.02)
            inside.append(f"{name} ends")

    await asyncio.gather(work(database, "a"), work(other, "b"), work(database, "c"))

    await other.close()
    names = [entry.split()[0] for entry in inside]
    assert names[::2] == names[1::2]
    assert sorted(names[::2]) == ["a", "b", "c"]


async def test_exclusive_work_of_another_name_need_not_wait(database: Database) -> None:
    async with exclusive(database, "one"):
        entered = await asyncio.wait_for(_enter(database, "two"), 10)

    assert entered == "two"


async def test_exclusive_work_that_fails_lets_the_next_in(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with exclusive(database, "test"):
            raise RuntimeError

    assert await asyncio.wait_for(_enter(database, "test"), 10) == "test"


async def _enter(database: Database, name: str) -> str:
    async with exclusive(database, name):
        return name

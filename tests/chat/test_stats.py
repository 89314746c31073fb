"""/stats tells admins how much is read and searched, and nobody what a person did."""

import struct
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Publication, new_publication


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    template: Path = request.getfixturevalue("_migrated_sqlite")
    async with new_publication(tmp_path / "own", template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.post("posts/lora.md", "LoRA", date="2026-01-01")
        made.post("posts/moe.md", "MoE", date="2026-01-01")
        yield made


async def test_counts_of_a_week_and_a_month_with_bars(house: Publication) -> None:
    editor, reader = house.guest(), house.guest()
    async with house.running():
        await reader.opens("lora")
        await reader.opens("lora")
        await reader.opens("moe")
        await reader.says("lora")
        await reader.says("xyzzyxyzzy")
    house.now += timedelta(days=10)
    async with house.running():
        await reader.opens("moe")

        await editor.says("/stats")

        (shown,) = editor.pictures
        assert shown.content["caption"] == (
            "What readers do\n\n"
            "Last 7 days\n1 opening · 0 searches · 0 new subscriptions kept\n\n"
            "Last 30 days\n4 openings · 2 searches, 1 without results · 0 new subscriptions kept\n\n"
            "Opened most\n1. LoRA · 2\n2. MoE · 2\n\n"
            "The bars are the last 30 days: openings above, searches below.\n"
            "What admins do themselves is not counted."
        )


async def test_what_admins_do_themselves_is_not_counted(house: Publication) -> None:
    editor, reader = house.guest(), house.guest()
    async with house.running():
        await editor.opens("lora")
        await editor.taps("Follow Uncategorised")
        await editor.says("lora")
        await editor.says("xyzzyxyzzy")
        await reader.opens("lora")
        await reader.taps("Follow Uncategorised")

        await editor.says("/stats")

        shown = editor.pictures[0].content["caption"]
        assert "Last 7 days\n1 opening · 0 searches · 1 new subscription kept\n" in shown


async def test_without_readers_there_are_no_rows_of_noughts(house: Publication) -> None:
    editor = house.guest("zh-hans")
    async with house.running():
        await editor.says("/stats")

        assert editor.text == "最近 30 天没有读者打开文章或搜索，也没有新增并保留的订阅。\n管理员自己的使用不计在内。"
        assert editor.pictures == []


async def test_chinese_admins_get_chinese_counts_and_readers_none(house: Publication) -> None:
    editor, reader = house.guest("zh-hans"), house.guest()
    async with house.running():
        await reader.says("xyzzyxyzzy")
        await editor.says("/stats")
        await reader.says("/stats")

        caption = editor.pictures[0].content["caption"]
        assert caption.startswith(
            "读者做了什么\n\n最近 7 天\n打开 0 次 · 搜索 1 次，其中 1 次没有结果 · 新增并保留的订阅 0 项"
        )
        assert reader.text.startswith("This is for the publication’s admins.")
        assert reader.pictures == []


def test_bars_are_as_tall_as_their_days() -> None:
    from bot.services.readers.pictures.bars import bars

    data = bars([[0, 1, 5], [2, 0, 0]])

    assert data.startswith(b"\x89PNG")
    assert struct.unpack_from(">II", data, 16) == (164, 456)

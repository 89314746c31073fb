"""A moment that an admin types is read, past, or no moment at all; times are those of a zone as people call it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Guest, Publication, new_publication
from tests.chat.uploads import post, sends

LABELS = {"en": ("Schedule…", "Another time…"), "zh-hans": ("定时…", "其他时间…")}
UNREADABLE = {
    "en": "I cannot read that as a date and time. Write it like 2026-01-12 09:00.",
    "zh-hans": "我看不懂这个日期和时间。请写成 2026-01-12 09:00 这样。",
}
PAST = {
    "en": "2020-01-01 09:00 is past. Send a time to come, such as 2026-01-12 09:00.",
    "zh-hans": "2020-01-01 09:00 已经过去了。请发送以后的时间，例如 2026-01-12 09:00。",
}
TIMES = {
    "en": ("When should it appear? Times are those of UTC.", "Times are those of UTC; /cancel leaves it as it is."),
    "zh-hans": ("什么时候发布？时间按 UTC 计算。", "时间按 UTC 计算；/cancel 保持不变。"),
}


@pytest.fixture
async def house(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    """A publication of no city, whose first guest is the admin."""
    admins = frozenset({FIRST_PERSON_ID})
    async with new_publication(tmp_path / "own", _migrated_sqlite, admins=admins, timezone="Etc/UTC") as made:
        made.post("posts/kept.md", "测试：一二", date="2026-01-01")
        async with made.running():
            yield made


async def _asked(editor: Guest, language: str) -> None:
    """Taps to where a moment is typed."""
    schedule, other = LABELS[language]
    when, ask = TIMES[language]
    await editor.taps(schedule)
    assert editor.text.startswith(when)
    await editor.taps(other)
    assert editor.text.endswith(ask)


async def _refused_twice(editor: Guest, language: str) -> None:
    for typed, said in (("soon", UNREADABLE), ("2026-13-40", UNREADABLE), ("2020-01-01 09:00", PAST)):
        await editor.says(typed)
        assert editor.text == said[language]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
async def test_a_past_moment_for_an_upload_is_called_past(house: Publication, language: str) -> None:
    editor = house.guest(language)
    await sends(editor, "lora.md", post("LoRA"))

    await _asked(editor, language)

    await _refused_twice(editor, language)
    await editor.says("2026-02-01 08:30")
    assert "2026-02-01 08:30" in editor.text
    assert "date: 2026-02-01T08:30+00:00" in (house.folder / "posts/lora.md").read_text()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
async def test_a_past_moment_for_a_post_is_called_past(house: Publication, language: str) -> None:
    editor = house.guest(language)
    await editor.says("/posts 测试")
    await editor.taps("1")

    await _asked(editor, language)

    await _refused_twice(editor, language)


async def test_a_title_in_quotes_stands_close_in_a_chinese_sentence(house: Publication) -> None:
    editor = house.guest("zh-hans")
    await editor.says("/posts 测试")
    await editor.taps("1")

    await editor.taps("定时…")

    assert editor.text.endswith("\n读者现在能看到“测试：一二”，在那之前会看不到。")


@pytest.mark.parametrize(("language", "zone"), [("en", "UTC"), ("zh-hans", "UTC")])
async def test_a_proof_names_the_zone_as_readers_screens_do(house: Publication, language: str, zone: str) -> None:
    proof = await sends(house.guest(language), "lora.md", post("LoRA", date="2026-03-01"))

    assert f"（{zone}）" in proof or f"({zone})" in proof
    assert "Etc/" not in proof.partition("⚠")[0]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
async def test_a_moment_typed_at_the_screen_that_asks_for_it_is_taken(house: Publication, language: str) -> None:
    editor = house.guest(language)
    await sends(editor, "lora.md", post("LoRA"))
    await editor.taps(LABELS[language][0])

    await editor.says("2020-01-01 09:00")
    assert editor.text == PAST[language]
    await editor.says("2026-01-13 10:15")

    assert "2026-01-13 10:15" in editor.text
    assert "LoRA" in editor.text


async def test_words_typed_at_the_screen_that_asks_for_a_moment_are_searched_for(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps("Schedule…")

    await editor.says("测试")

    assert editor.text.startswith("测试 · ")


async def test_a_moment_typed_after_its_screen_was_left_schedules_nothing(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/posts")
    await editor.taps("1")
    await editor.taps("Schedule…")
    await editor.taps("‹ Back")

    await editor.says("2026-01-13 10:15")

    assert editor.text.startswith("Nothing")

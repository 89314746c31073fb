"""A proof says all that stops a post or keeps it from readers, and its words are true after the tap."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Publication, new_publication, png
from tests.chat.uploads import files, idle_house, post, sends


@pytest.fixture
async def house(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    async with idle_house(tmp_path / "own", _migrated_sqlite) as made, made.running():
        yield made


@pytest.mark.parametrize(
    ("language", "warned", "said"),
    [
        ("en", "⚠ It expired 2025-04-01 00:00: readers will not see it.", "has expired: readers do not see it."),
        ("zh-hans", "⚠ 它在 2025-04-01 00:00 已过期，读者看不到。", "已放入文件夹，但已过期，读者看不到。"),
    ],
)
async def test_a_post_past_its_expiry_is_told_before_and_after(
    house: Publication, language: str, warned: str, said: str
) -> None:
    editor = house.guest(language)

    assert warned in await sends(editor, "old.md", post("Old", date="2025-03-01", expiryDate="2025-04-01"))

    await editor.taps("Publish" if language == "en" else "发布")
    assert "Old" in editor.text
    assert editor.text.endswith(said)


async def test_publish_gives_readers_a_post_that_may_be_a_draft(house: Publication) -> None:
    editor = house.guest()
    assert "draft is maybe" in await sends(editor, "lora.md", post("LoRA", draft="maybe"))

    await editor.taps("Publish")

    assert editor.text == "Published: LoRA."
    assert "draft: false" in files(house)["posts/lora.md"]


async def test_a_post_without_text_stops_with_an_error(house: Publication) -> None:
    editor = house.guest()

    said = await sends(editor, "empty.md", "---\ntitle: Empty\n---\n")

    assert said.startswith("empty.md  not publishable yet · 1 error\n✗ ")
    assert editor.buttons == ["Cancel"]


async def test_an_image_that_is_none_is_named(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "pic.md", post("Picture", "![a](broken.png)"))

    said = await sends(editor, "broken.png", b"no image")

    assert "✗ broken.png this is no PNG" in said


async def test_a_photo_that_no_post_shows_is_told(house: Publication) -> None:
    editor = house.guest("zh-hans")
    await sends(editor, "words.md", post("Words"))

    said = await sends(editor, "whatever.png", png(), kind="photo")

    assert "有 1 张照片没有用上。" in said


async def test_a_file_a_byte_too_large_is_not_called_as_large_as_the_limit(house: Publication) -> None:
    editor = house.guest()

    said = await sends(editor, "big.md", "x" * (1024 * 1024 + 1))

    assert "the file is 1.1 MiB, and 1 MiB is the most" in said


async def test_a_preview_calls_categories_as_lists_do(house: Publication) -> None:
    editor = house.guest("zh-hans")
    await sends(editor, "lora.md", post("LoRA"))

    await editor.taps("预览")

    assert editor.text.startswith("LoRA\n未分类 · ")


async def test_the_second_of_two_admins_is_not_promised_changes_that_are_not_there(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    template: Path = request.getfixturevalue("_migrated_sqlite")
    both = frozenset({FIRST_PERSON_ID, FIRST_PERSON_ID + 1})
    async with new_publication(tmp_path / "two", template, admins=both) as house, house.running():
        ada, bob = house.guest(), house.guest("zh-hans")
        await sends(ada, "dup.md", post("Dup", "In English, by Ada."))
        await sends(bob, "dup.md", post("Dup", "鲍勃写的中文。"))
        await ada.taps("Publish")

        await bob.taps("发布")

        assert bob.text.startswith("其他文章在这期间有改动。现在发布会是下面这样。")
        assert "dup → posts/dup.zh.md" in bob.text


async def test_readers_and_previews_see_the_date_that_the_author_wrote(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "new-year.md", post("New year", date="2025-01-01"))
    await editor.taps("Preview")
    assert "2025-01-01" in editor.text
    await editor.taps("‹ Proof")
    await editor.taps("Publish")

    reader = house.guest()
    await reader.says("/search new year")
    assert "2025-01-01" in reader.text
    await reader.opens("new-year")
    assert "2025-01-01" in reader.text

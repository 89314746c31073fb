"""Admins are told once of what an edit broke, and once that it is mended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Publication, new_publication
from tests.chat.uploads import sends

BAD = "---\ntitle: A: B\n---\ntext\n"


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    template: Path = request.getfixturevalue("_migrated_sqlite")
    async with new_publication(tmp_path / "own", template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.write("posts/old.md", BAD)
        async with made.running():
            await look(made)
            yield made


async def look(house: Publication) -> None:
    """What the clock does every few seconds."""
    assert house.app is not None
    await house.sync()
    await next(chore for chore in house.app.chores if chore.name == "tell of problems").run()


async def test_a_broken_file_is_told_once_by_line_and_once_when_mended(house: Publication) -> None:
    editor = house.guest("zh-hans")
    await editor.says("/help")
    await editor.says("/settings")
    await editor.taps("中文")
    told = len(editor.seen)
    house.write("posts/a.md", BAD)

    await look(house)
    await look(house)

    assert len(editor.seen) == told + 1
    assert editor.text.startswith("内容文件夹里有 1 个文件出了新问题")
    assert 'posts/a.md 第 2 行：title: A: B 需要引号；写成 title: "A: B"' in editor.text
    assert "old.md" not in editor.text

    house.post("posts/a.md", "A", date="2026-01-01")
    await look(house)
    await look(house)

    assert len(editor.seen) == told + 2
    assert editor.text == "有 1 个文件改好了\n✓ posts/a.md"


async def test_what_an_admin_did_in_the_chat_is_no_news_to_admins(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "odd.md", "---\ntitle: Odd\ndate: 2026-13-45\n---\n\ntext\n")
    await editor.taps("Publish")
    await sends(editor, "odd.md", "---\ntitle: Odd\ndate: 2026-01-01\n---\n\ntext\n")
    await editor.taps("Replace")
    await editor.taps("Undo")
    told = len(editor.seen)

    await look(house)

    assert len(editor.seen) == told


async def test_what_did_not_get_through_is_told_at_the_next_look(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/help")
    house.write("posts/a.md", BAD)
    house.fail("sendMessage", editor.id, code=502)

    await look(house)
    assert len(editor.seen) == 1
    await look(house)
    await look(house)

    assert len(editor.seen) == 2
    assert "posts/a.md" in editor.text


async def test_a_problem_that_moved_to_another_line_is_not_new(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/help")
    house.write("posts/a.md", BAD)
    await look(house)
    told = len(editor.seen)

    house.write("posts/a.md", BAD.replace("title", "tags: [x]\ntitle"))
    await look(house)

    assert len(editor.seen) == told


async def test_a_deleted_file_is_not_called_mended(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/help")
    house.write("posts/a.md", BAD)
    await look(house)
    told = len(editor.seen)

    (house.folder / "posts/a.md").unlink()
    await look(house)

    assert len(editor.seen) == told


async def test_readers_are_told_nothing(house: Publication) -> None:
    house.guest()
    reader = house.guest()
    await reader.says("/help")
    told = len(reader.seen)
    house.write("posts/a.md", BAD)

    await look(house)

    assert len(reader.seen) == told


@pytest.mark.parametrize(
    ("language", "told", "problems"),
    [
        (
            "en",
            "posts/map.md line 6: the image map.png is not in the folder, so readers get only its description; ",
            "Problems 2",
        ),
        (
            "zh-hans",
            "posts/map.md 第 6 行：文件夹里没有图片 map.png，读者只能看到它的文字说明；",
            "问题 2",
        ),
    ],
)
async def test_a_picture_that_goes_away_is_told_though_its_post_stays_as_it_is(
    house: Publication, language: str, told: str, problems: str
) -> None:
    editor = house.guest(language)
    await editor.says("/help")
    house.post("posts/map.md", "Map", "![where](map.png)", date="2026-01-01")
    house.write("posts/map.png", "")
    await look(house)
    (house.folder / "posts/map.png").unlink()

    await look(house)

    assert told in editor.text
    await editor.says("/posts")
    assert problems in editor.buttons

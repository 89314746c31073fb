"""/status tells admins how the publication stands, in their language, and readers nothing."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Publication, marked, new_publication


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    template: Path = request.getfixturevalue("_migrated_sqlite")
    async with new_publication(tmp_path / "own", template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.post("nlp/lora.md", "LoRA", date="2026-01-01")
        made.post("posts/sketch.md", "Sketch", date="2026-01-02", draft="true")
        made.post("posts/later.md", "Later", date="2026-03-01 09:00")
        async with made.running():
            yield made


async def test_all_is_told_in_a_few_lines(house: Publication) -> None:
    editor = house.guest()
    house.now += timedelta(hours=3)

    await editor.says("/status")

    lines = editor.text.splitlines()
    assert lines[:2] == ["All well", "1 post · 1 draft · 1 scheduled · next Sun 2026-03-01, 09:00"]
    assert "0 digests sent today" in lines
    assert re.fullmatch(r"SQLite 3\.\S+ · [\d.]+ [KM]iB · Heliograph \S+ · up 3 hours", lines[-1])


async def test_problems_are_told_by_line_in_the_admins_language(house: Publication) -> None:
    editor = house.guest("zh-hans")
    house.write("posts/broken.md", "---\ntitle: A: B\n---\ntext\n")
    await house.sync()

    await editor.says("/status")

    assert '✗ posts/broken.md 第 2 行：title: A: B 需要引号；写成 title: "A: B"' in editor.text
    assert "posts/broken.md" in marked(editor.screen, "code")
    assert "`" not in editor.text


async def test_readers_are_told_nothing(house: Publication) -> None:
    house.guest()
    reader = house.guest()

    await reader.says("/status")

    assert reader.text == "This is for the publication’s admins. /latest shows what there is to read."
    assert reader.buttons == ["Latest", "Help"]


async def test_withdrawn_posts_and_followers_by_category_and_cadence_are_counted(house: Publication) -> None:
    editor, ada, bob = house.guest(), house.guest(), house.guest()
    for reader in (ada, bob):
        await reader.opens("lora")
        await reader.taps("Follow nlp")
    await bob.taps("When…")
    await bob.taps("As it happens")
    await bob.says("/subscribe")
    await bob.taps("Everything")
    house.post("posts/gone.md", "Gone", date="2026-01-03")
    await house.sync()
    (house.folder / "posts/gone.md").unlink()
    await house.sync()

    await editor.says("/status")

    assert "1 post · 1 draft · 1 scheduled · 1 withdrawn" in editor.text
    assert "3 subscriptions · " in editor.text
    assert "– nlp: 1 daily, 1 as it happens" in editor.text
    assert "– Everything: 1 " in editor.text


async def test_what_is_followed_is_called_as_its_pages_are(house: Publication) -> None:
    editor, ada = house.guest("zh-hans"), house.guest()
    house.write("nlp/_index.md", "---\ntitle: NLP\ntitle_zh: 自然语言处理\ntitle_en: Language\n---\n")
    await house.sync()
    await ada.opens("lora")
    await ada.taps("Follow Language")

    await editor.says("/status")

    assert "– 自然语言处理：每日 1" in editor.text


async def test_why_digests_fail_is_told_in_the_admins_words(house: Publication) -> None:
    editor, ada = house.guest("zh-hans"), house.guest()
    await ada.opens("lora")
    await ada.taps("Follow nlp")
    await ada.taps("When…")
    await ada.taps("As it happens")
    house.fail("sendMessage", ada.chat.id, code=403, description="Forbidden: bot was blocked by the user")
    house.post("nlp/moe.md", "MoE", date="2026-01-04")
    await house.sync()
    assert house.app is not None
    await house.app.courier.plan(hurry=True)
    await house.app.courier.drain()

    await editor.says("/status")

    assert "✗ 1 次推送失败：读者屏蔽了机器人" in editor.text
    assert "· 1 个聊天暂不推送：读者屏蔽了机器人" in editor.text


async def test_what_an_admin_decides_there_stands_in_the_log(house: Publication) -> None:
    editor = house.guest()
    for number in range(house.settings.push_hold + 1):
        house.post(f"posts/many-{number}.md", f"Many {number}", date="2026-01-05")
    await house.sync()
    await editor.says("/status")
    assert editor.text.startswith("1 thing needs you")

    await editor.taps("Do not push")

    assert "All well" in editor.text
    await editor.says("/log")
    assert f"posts never pushed\n{house.settings.push_hold + 1}\nby you" in editor.text


@pytest.mark.parametrize(
    ("language", "home", "status"),
    [
        ("en", "1 post in 1 category", "1 post, 2 with translations · "),
        ("zh-hans", "共 1 篇文章", "1 篇文章，连译文 2 篇 · "),
    ],
)
async def test_a_post_and_its_translation_are_one_post_here_as_on_the_first_screen(
    house: Publication, language: str, home: str, status: str
) -> None:
    house.post("nlp/lora.zh.md", "低秩适配", date="2026-01-01")
    await house.sync()
    editor = house.guest(language)

    await editor.says("/start")
    assert home in editor.text
    await editor.says("/status")

    assert status in editor.text

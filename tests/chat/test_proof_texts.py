"""A proof says by line what readers would miss, and a picture goes to the upload whose post waits for it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chat.publication import Publication, marked, png
from tests.chat.uploads import idle_house, post, sends, sends_together


@pytest.fixture
async def house(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    async with idle_house(tmp_path / "own", _migrated_sqlite) as made, made.running():
        yield made


@pytest.mark.parametrize(
    ("language", "broken", "lost", "missing"),
    [
        (
            "en",
            r"line 5: the formula \frac{1}{ cannot be read, so readers get its source; ",
            "line 6: the link nope.md leads to no post of the folder, so readers cannot follow it; ",
            "line 7: the image none.png is neither in the upload nor in the folder; ",
        ),
        (
            "zh-hans",
            r"第 5 行：公式 \frac{1}{ 无法识别，读者看到的是它的源码；",
            "第 6 行：链接 nope.md 指向的文章不在文件夹里，读者点不开；",
            "第 7 行：图片 none.png 不在上传的文件里，也不在文件夹里；",
        ),
    ],
)
async def test_what_readers_would_miss_is_told_by_the_line_of_the_file_that_was_sent(
    house: Publication, language: str, broken: str, lost: str, missing: str
) -> None:
    editor = house.guest(language)
    await house.sync()
    links = "[x](nope.md) [y](kept.md) [z](b.md) [far](https://example.org/a.md)"

    await sends_together(
        editor,
        {
            "a.md": post("A", f"Half $\\frac{{1}}{{$ and $x^2$.\n{links}\n![n](none.png)"),
            "b.md": post("B", "[a](a.md) [kept](/posts/kept.md)"),
        },
    )

    assert editor.text.splitlines()[1].startswith("1. ⚠ a.md")
    assert editor.text.splitlines()[2].startswith("2. ✓ b.md")
    await editor.taps("1")
    assert editor.text.count("⚠") == 3
    assert all(said in editor.text for said in (broken, lost, missing))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "⚠ there is neither a title nor a heading, so the post is called document, as its file is; "),
        ("zh-hans", "⚠ 没有 title，正文也没有标题，文章就用文件名 document 作标题；"),
    ],
)
async def test_a_post_that_names_itself_nowhere_is_told(house: Publication, language: str, said: str) -> None:
    editor = house.guest(language)

    assert said in await sends(editor, "document (3).md", "Some words.\n")
    assert "⚠" not in await sends(editor, "headed.md", "# Named\n\nSome words.\n")


async def test_a_picture_goes_to_the_upload_whose_post_lacks_it(house: Publication) -> None:
    editor = house.guest()
    assert "the image img/fig.png is neither" in await sends(editor, "needs.md", post("Needs", "![f](img/fig.png)"))
    house.now += timedelta(minutes=10)
    await sends(editor, "other.md", post("Other"))

    proof = await sends(editor, "fig.png", png())

    assert proof.startswith("needs.md  ready\n")
    # Once it has the picture, another of that name replaces it.
    assert (await sends(editor, "fig.png", png())).startswith("needs.md  ready\n")


async def test_a_picture_without_a_post_that_lacks_it_goes_to_what_was_sent_last(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "needs.md", post("Needs", "![f](fig.png)"))
    house.now += timedelta(minutes=10)
    await sends(editor, "other.md", post("Other"))

    proof = await sends(editor, "else.png", png())

    assert proof.startswith("other.md  ready\n")
    assert "No post of this upload shows these images: else.png" in proof


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Kept until the post can be read: fig.png"), ("zh-hans", "先留着，等文章能读取时再用：fig.png")],
)
async def test_a_picture_beside_a_post_that_cannot_be_read_is_mentioned(
    house: Publication, language: str, said: str
) -> None:
    editor = house.guest(language)
    await editor.says("---\ntitle: [\n---\n\nSome words.")

    proof = await sends(editor, "fig.png", png())

    assert proof.startswith("pasted.md")
    assert said in proof
    assert "fig.png" in marked(editor.screen, "code")


async def test_a_picture_sent_by_its_bare_name_is_found_in_its_folder(house: Publication) -> None:
    editor = house.guest()
    await sends(editor, "needs.md", post("Needs", "![f](img/fig.png) ![a](one/same.png) ![b](two/same.png)"))
    await sends(editor, "same.png", png())

    await sends(editor, "Fig.png", png())

    assert "img/fig.png" not in editor.text
    assert all(f"the image {folder}/same.png is neither" in editor.text for folder in ("one", "two"))
    await editor.taps("Publish")
    assert (house.folder / "posts/needs/img/fig.png").is_file()

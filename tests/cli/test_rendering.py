"""`heliograph render` and `heliograph preview`: anyone can judge the rendering, without a token or a database."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import InputRichMessage, MessageEntity
from typer.testing import CliRunner

from bot.cli import build

POST = """---
title: Losses
summary:
---
The loss $x^2$ is **small**:

$$
\\begin{pmatrix} a & b \\end{pmatrix}
$$

![A curve](curve.png "The curve")

![Gone](gone.png)

| a | b |
|:--|--:|
| 1 | 2 |

See [the site](https://example.org/a).
"""
# A PNG of one transparent pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000"
    "1a5f645400000000049454e44ae426082"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "loss.md").write_text(POST, encoding="utf-8")
    (posts / "second.md").write_text("# 第二篇\n\n正文。\n", encoding="utf-8")
    (posts / "curve.png").write_bytes(PIXEL)
    return posts


def run(*arguments: str) -> str:
    result = CliRunner().invoke(build(), list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def rendered(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("render", "--json", *arguments).splitlines()]


def test_json_line_has_every_form_of_the_post(folder: Path) -> None:
    (post,) = rendered(str(folder / "loss.md"))

    assert list(post) == ["path", "title", "excerpt", "search_text", "classic", "rich", "html", "notes", "ms"]
    assert post["path"] == str(folder / "loss.md")
    assert post["title"] == "Losses"
    assert post["excerpt"].startswith("The loss x² is small:")
    assert "\\begin{pmatrix}" in post["search_text"]
    assert post["ms"] > 0
    assert "<math" in post["html"]


def test_entities_and_blocks_are_as_the_bot_api_takes_them(folder: Path) -> None:
    (post,) = rendered(str(folder / "loss.md"))

    words = [item for item in post["classic"] if "text" in item]
    for entity in words[0]["entities"]:
        MessageEntity.model_validate(entity)
    bold = next(entity for entity in words[0]["entities"] if entity["type"] == "bold")
    assert words[0]["text"][bold["offset"] : bold["offset"] + bold["length"]] == "small"
    for message in post["rich"]:
        InputRichMessage.model_validate(message)


def test_pictures_follow_their_page(folder: Path) -> None:
    (post,) = rendered(str(folder / "loss.md"))

    formula, image = (item for item in post["classic"] if "photo" in item)
    assert re.fullmatch(r"formula:[0-9a-f]{64}\.png", formula["photo"])
    assert formula["latex"].startswith("\\begin{pmatrix}")
    assert formula["caption"] == "[eq. 1]"
    assert (image["photo"], image["caption"]) == ("curve.png", "[fig. 1] The curve")
    assert image["caption_entities"] == []
    assert {"type": "photo", "media": "attach://curve.png"} in [
        block["photo"] for block in post["rich"][0]["blocks"] if block["type"] == "photo"
    ]


def test_what_was_refused_is_noted(folder: Path) -> None:
    (post,) = rendered(str(folder / "loss.md"))

    assert post["notes"] == ["image gone.png is not in the folder; its description stands for it"]
    assert "Gone" in post["classic"][0]["text"]


def test_formula_that_cannot_be_drawn_is_source_in_its_place(folder: Path) -> None:
    (folder / "odd.md").write_text("before\n\n$$\n\\mystery{x}\n$$\n\nafter\n", encoding="utf-8")

    (post,) = rendered(str(folder / "odd.md"))

    assert [item["text"] for item in post["classic"]] == ["before\n\n\\mystery{x}\n\nafter"]
    assert post["notes"] == ["formula “\\mystery{x}” cannot be drawn; its source stands for it"]


def test_folder_gives_a_line_a_post(folder: Path) -> None:
    posts = rendered(str(folder))

    assert [post["title"] for post in posts] == ["Losses", "第二篇"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("README.md", b"# Read me\n\nwords\n"),
        ("binary.md", b"\x00\x01\x02" * 500),
        ("empty.md", b""),
        ("broken.md", b"---\ntitle: [\n---\nwords\n"),
        ("huge.md", b"x" * (1024 * 1024 + 1)),
        ("latin.md", b"caf\xe9 \xff\xfe\n"),
    ],
)
def test_file_that_is_no_good_post_still_gives_its_line(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)

    (post,) = rendered(str(folder / name))

    assert isinstance(post["classic"], list)
    assert post["notes"] or "words" in post["classic"][0]["text"]


def test_people_read_the_pages(folder: Path) -> None:
    shown = run("render", str(folder / "loss.md"))

    assert "The loss x² is small:" in shown
    assert "[curve.png] [fig. 1] The curve" in shown
    assert "! image gone.png is not in the folder" in shown


@pytest.mark.parametrize("command", ["render", "preview"])
def test_missing_file_is_one_clear_sentence(folder: Path, command: str) -> None:
    result = CliRunner().invoke(build(), [command, "nowhere.md"])

    assert result.exit_code == 2
    assert result.stderr == "There is no file or folder at nowhere.md; write the path of a Markdown file.\n"


def test_preview_is_one_page_with_all_three_forms(folder: Path) -> None:
    target = folder / "page.html"

    assert run("preview", str(folder / "loss.md"), "--output", str(target)) == f"{target}\n"

    page = target.read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") >= 4  # a drawn formula, and the image in each form
    for heading in ("Classic messages", "Rich message", "Web page", "Changed or refused"):
        assert f">{heading}<" in page
    assert "image gone.png is not in the folder" in page
    assert '<meta name="viewport"' in page
    assert "prefers-color-scheme: dark" in page
    assert set(_Sources(page).found) <= {"https://example.org/a"}


def test_preview_keeps_the_marks_of_lists_that_hold_formulas(folder: Path) -> None:
    (folder / "list.md").write_text("1. a long $x$\n2. b\n\n- [x] done $y$\n", encoding="utf-8")

    run("preview", str(folder / "list.md"), "--output", str(folder / "list.html"))

    page = (folder / "list.html").read_text(encoding="utf-8")
    scrolling = next(line for line in page.splitlines() if "ol:has(math)" in line)
    assert "li" not in re.findall(r"\w+(?=:has)", scrolling)  # an item that scrolls hides the number beside it
    assert '<li class="task">☑ <p>' in page


def test_preview_draws_the_lines_of_formulas_and_ties_the_comma_to_them(folder: Path) -> None:
    (folder / "bar.md").write_text("With $\\overline{x+y}$, and $\\boxed{x}$: so.\n", encoding="utf-8")

    run("preview", str(folder / "bar.md"), "--output", str(folder / "bar.html"))

    page = (folder / "bar.html").read_text(encoding="utf-8")
    for part in ("mrow[notation=top]", "mtd[columnalign=right]", "mrow[notation=box]", ".tied"):
        assert f"\n{part} {{" in page
    # Once in the rich message, once in the web page.
    assert page.count('<mrow notation="top"><mrow><mi>x</mi>') == 2
    assert page.count("</math>,</span>") == page.count("</math>:</span>") == 2


def test_preview_shows_hostile_markup_as_text(folder: Path) -> None:
    hostile = "<script>alert(1)</script>"
    (folder / "bad.md").write_text(
        f'# {hostile}\n\n`{hostile}` ${hostile}$\n\n```"{hostile}\n{hostile}\n```\n', encoding="utf-8"
    )

    run("preview", str(folder / "bad.md"), "--output", str(folder / "bad.html"))

    assert "<script" not in (folder / "bad.html").read_text(encoding="utf-8")


class _Sources(HTMLParser):
    """Addresses outside the page that it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href") and value and not value.startswith(("data:", "#")):
                self.found.append(value)

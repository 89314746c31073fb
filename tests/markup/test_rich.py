"""Rich messages: whole posts as blocks the Bot API takes, within every limit, nothing left out."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiogram.types import InputRichMessage
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import rich
from bot.markup.parse import parse
from bot.markup.rich.measures import MAX_BLOCKS, MAX_CHARACTERS, MAX_MEDIA, cost

MAX_NESTING = 16


def built(source: str, **options: Any) -> list[list[dict[str, Any]]]:
    defaults: dict[str, Any] = {
        "language": "en",
        "resolve_link": lambda url: f"https://example.org/{url.removeprefix('wiki:')}",
        "image": lambda source: None if "://" in source else f"attach://{source}",
    }
    return rich.build(parse(source), **(defaults | options))


def only(source: str, **options: Any) -> list[dict[str, Any]]:
    messages = built(source, **options)
    assert len(messages) == 1
    return messages[0]


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(inner)


def of_type(node: Any, kind: str) -> list[dict[str, Any]]:
    return [found for found in objects(node) if found.get("type") == kind]


def words(node: Any) -> str:
    """All that a reader sees, formulas as LaTeX."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return "".join(map(words, node))
    seen = [
        node[key] for key in ("summary", "text", "expression", "cells", "items", "blocks", "caption") if key in node
    ]
    return "".join(map(words, seen))


def nesting(node: Any) -> int:
    if isinstance(node, dict):
        return 1 + max((nesting(inner) for inner in node.values()), default=0)
    return max((nesting(inner) for inner in node), default=0) if isinstance(node, list) else 0


def assert_valid(messages: list[list[dict[str, Any]]]) -> None:
    for message in messages:
        InputRichMessage.model_validate({"blocks": message})
        assert message
        assert sum(cost(block).characters for block in message) <= MAX_CHARACTERS
        assert sum(cost(block).blocks for block in message) <= MAX_BLOCKS
        assert len(of_type(message, "photo")) / 2 <= MAX_MEDIA  # the block and the media in it
        assert nesting(message) <= MAX_NESTING
        names = {found["name"] for found in objects(message) if found.get("type") in ("reference", "anchor")}
        assert all(found["reference_name"] in names for found in of_type(message, "reference_link"))
        assert all(found["anchor_name"] in names for found in of_type(message, "anchor_link"))
        for table in of_type(message, "table"):
            assert len({len(row) for row in table["cells"]}) == 1
            assert len(table["cells"][0]) <= 20


def test_text_keeps_its_styles() -> None:
    assert words(only("<kbd>Ctrl</kbd><kbd>Alt</kbd>")) == "Ctrl Alt"
    assert only("a **b *c*** `d` ~~e~~") == [
        {
            "type": "paragraph",
            "text": [
                "a ",
                {"type": "bold", "text": ["b ", {"type": "italic", "text": "c"}]},
                " ",
                {"type": "code", "text": "d"},
                " ",
                {"type": "strikethrough", "text": "e"},
            ],
        }
    ]


def test_formulas_are_sent_as_latex() -> None:
    message = only("so $x^2$ is\n\n$$\n\\frac{a}{b}\n$$\n")

    assert of_type(message, "mathematical_expression") == [
        {"type": "mathematical_expression", "expression": "x^2"},
        {"type": "mathematical_expression", "expression": "\\frac{a}{b}"},
    ]
    assert message[1]["type"] == "mathematical_expression"


def test_formula_inside_details_is_text_or_code() -> None:
    matrix = "$$\n\\begin{pmatrix}a\\\\b\\end{pmatrix}\n$$"

    message = only(f"<details><summary>why $x^2$</summary>\n\n$x^2$ and\n\n{matrix}\n\n</details>\n")

    assert not of_type(message, "mathematical_expression")
    assert of_type(message, "details")[0]["summary"] == "why x²"
    assert "x²" in words(message)
    assert of_type(message, "pre")[0]["language"] == "latex"


def test_formula_over_4000_characters_is_code() -> None:
    message = only("$$\n" + "x" * 4001 + "\n$$\n")

    assert [block["type"] for block in message] == ["pre"]
    assert message[0]["text"] == "x" * 4001


def test_list_keeps_numbers_tasks_and_nesting() -> None:
    items = only("3. three\n4. four\n   - [x] done\n   - [ ] open\n")[0]["items"]

    assert [(item["value"], item["type"]) for item in items] == [(3, "1"), (4, "1")]
    inner = items[1]["blocks"][1]["items"]
    assert [(item["has_checkbox"], item.get("is_checked", False)) for item in inner] == [(True, True), (True, False)]


def test_table_has_head_and_alignment() -> None:
    table = only("| a | b |\n|:--|--:|\n| 1 | $x$ |\n")[0]

    assert [cell["align"] for cell in table["cells"][0]] == ["left", "right"]
    assert [cell.get("is_header", False) for row in table["cells"] for cell in row] == [True, True, False, False]
    assert table["cells"][1][1]["text"] == {"type": "mathematical_expression", "expression": "x"}


def test_table_of_more_than_20_columns_becomes_records() -> None:
    columns = range(21)
    source = (
        "|"
        + "|".join(f"h{i}" for i in columns)
        + "|\n"
        + "|--" * 21
        + "|\n|"
        + "|".join(f"v{i}" for i in columns)
        + "|\n"
    )

    message = only(source)

    assert not of_type(message, "table")
    assert words(message).startswith("h0: v0h1: v1")


def test_code_keeps_its_language() -> None:
    assert only("```python\nx = 1\n```\n") == [{"type": "pre", "text": "x = 1", "language": "python"}]


def test_callout_shows_its_title() -> None:
    quote = only("> [!WARNING]\n> hot\n")[0]

    assert quote["type"] == "blockquote"
    assert quote["blocks"][0]["text"] == {"type": "bold", "text": "Warning"}


def test_images_are_blocks_of_their_own_and_remote_ones_links() -> None:
    message = only('before ![a cat](cat.png "Tom") after\n\n![far](https://example.org/far.png)\n')

    assert [block["type"] for block in message] == ["paragraph", "photo", "paragraph", "paragraph"]
    assert message[1]["photo"] == {"type": "photo", "media": "attach://cat.png"}
    assert message[1]["caption"] == {"text": "a cat · Tom"}
    assert message[3]["text"] == {"type": "url", "text": "[image: far]", "url": "https://example.org/far.png"}


def test_footnotes_lead_there() -> None:
    message = only("said[^1]\n\n[^1]: by me\n")

    link = of_type(message, "reference_link")[0]
    place = of_type(message, "reference")[0]
    assert link["reference_name"] == place["name"]
    assert words(message[-1]) == "[1] by me"


def test_links_inside_the_post_lead_to_headings() -> None:
    message = only("[down](#the-end) and [nowhere](#lost)\n\n# The end\n")

    assert of_type(message, "anchor_link") == [{"type": "anchor_link", "text": "down", "anchor_name": "the-end"}]
    assert of_type(message, "anchor") == [{"type": "anchor", "name": "the-end"}]
    assert "nowhere" in words(message)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://localhost/x", "ftp://example.org", "//", "http://user@example.org", "http://a b"],
)
def test_address_that_telegram_refuses_leaves_its_text(url: str) -> None:
    message = only(f"[text](<{url}>)", resolve_link=lambda url: None)

    assert not of_type(message, "url")
    assert "text" in words(message)


def test_long_post_is_split_and_says_every_word() -> None:
    paragraphs = [f"paragraph {number} " + "word " * 200 for number in range(80)]

    messages = built("\n\n".join(paragraphs))

    assert_valid(messages)
    assert len(messages) > 1
    assert words(messages) == "".join(paragraph.strip() for paragraph in paragraphs)


def test_long_list_keeps_its_numbers_across_messages() -> None:
    messages = built("\n".join(f"{number}. item" for number in range(1, 700)))

    assert_valid(messages)
    numbers = [item["value"] for message in messages for item in message[0]["items"]]
    assert numbers == list(range(1, 700))


def test_long_table_repeats_its_head() -> None:
    messages = built("| n |\n|--|\n" + "".join(f"| {number} |\n" for number in range(1200)))

    assert_valid(messages)
    tables = [table for message in messages for table in message]
    assert all(words(table["cells"][0]) == "n" for table in tables)
    assert [words(row) for table in tables for row in table["cells"][1:]] == [str(number) for number in range(1200)]


def test_long_code_is_cut_between_lines() -> None:
    lines = [f"line {number} " + "x" * 90 for number in range(900)]

    messages = built("```python\n" + "\n".join(lines) + "\n```\n")

    assert_valid(messages)
    assert "\n".join(block["text"] for message in messages for block in message) == "\n".join(lines)
    assert {block["language"] for message in messages for block in message} == {"python"}


def test_heading_is_not_left_at_the_end_of_a_message() -> None:
    messages = built("x" * 32_000 + "\n\n# Next\n\n" + "y" * 2_000)

    assert [block["type"] for block in messages[0]] == ["paragraph"]
    assert [block["type"] for block in messages[1]] == ["heading", "paragraph"]


def test_note_in_another_message_keeps_its_mark() -> None:
    messages = built("said[^1]\n\n" + "\n\n".join("word " * 1000 for _ in range(8)) + "\n\n[^1]: by me\n")

    assert_valid(messages)
    assert len(messages) > 1
    assert words(messages[0]).startswith("said[1]")


@pytest.mark.parametrize(
    "source",
    [
        "> " * 40 + "deep",
        "".join("  " * depth + "- item\n" for depth in range(40)),
        "**_~~" * 30 + "x" + "~~_**" * 30,
        "![i](i.png)\n\n" * 130,
        "- " + "![i](i.png) " * 120,
        "| " + "y" * 40_000 + " | b |\n|--|--|\n| " + "z" * 40_000 + " | d |\n",
        "> " + "quoted " * 9000,
        "<details><summary>" + "s" * 40_000 + "</summary>\n\nx\n\n</details>\n",
        "- " + "i" * 70_000,
        "# " + "h" * 40_000,
        "𝕏" * 40_000,
        "",
        "\n\n---\n\n",
        "<!--more-->",
    ],
)
def test_extreme_post_stays_within_limits(source: str) -> None:
    assert_valid(built(source))


BLOCKS = st.sampled_from(
    [
        "# h $x$\n",
        "text **b** [l](u.md) [up](#h) ![i](i.png)[^n]\n",
        "> quote\n> > inner $y$\n",
        "- a\n  - [ ] b\n    1. c\n",
        "| a | b |\n|:-:|--:|\n| $x$ | ![i](i.png) |\n",
        "```py\ncode\n```\n",
        "$$\n\\sum x\n$$\n",
        "> [!TIP] t\n> body\n",
        "<details><summary>s</summary>\n\n$z$\n\n</details>\n",
        "term\n: meaning\n",
        "[^n]: note\n",
        "---\n",
    ]
)


@given(st.lists(st.one_of(BLOCKS, st.text(max_size=40)), max_size=12).map("\n".join))
def test_any_post_gives_valid_messages(source: str) -> None:
    assert_valid(built(source))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('![a cat](cat.png "Tom")', "a cat · Tom"),
        ("![a cat](cat.png)", "a cat"),
        ("text ![a cat](cat.png 'Tom') text", "a cat · Tom"),
        ('<figure><img src="cat.png" alt="a cat"><figcaption>Tom</figcaption></figure>', "a cat · Tom"),
    ],
)
def test_a_photo_is_described_and_titled(source: str, said: str) -> None:
    (photo,) = [block for block in only(source) if block["type"] == "photo"]
    assert photo["caption"] == {"text": said}


def test_a_records_colon_is_of_the_tables_language() -> None:
    columns = range(21)
    source = (
        "|" + "|".join(f"名{i}" for i in columns) + "|\n" + "|--" * 21 + "|\n|" + "|".join("v" for _ in columns) + "|\n"
    )

    assert words(only(source)).startswith("名0：v")

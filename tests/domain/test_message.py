"""Text with entities: words that are read and not tapped."""

import pytest

from bot.domain.message import Entity, Text, TextBuilder, fitting, unlinked, utf16_length
from bot.sandbox.tdlib import find_entities, installed

JOINER = "\u2060"

LINES = [
    "#include <cmath>, g++ ./kahan.cpp && ./kahan",
    "torch.cat(xs), np.dot(a, b), model.to(device) and @functools.cache",
    "README.md 和 train.py，注意力model.to 与 (#推导)",
    "$TSLA, x@y.com, user@host, /etc/hosts, e.g.this",
    "😀torch.cat 😀/start",
]


@pytest.mark.parametrize("line", LINES)
def test_nothing_of_a_quoted_line_becomes_a_link(line: str) -> None:
    if not installed():
        pytest.skip("needs tdjson")
    assert find_entities(line)
    assert find_entities(unlinked(Text(line)).text) == []


@pytest.mark.parametrize("line", LINES)
def test_a_quoted_line_keeps_every_character(line: str) -> None:
    assert unlinked(Text(line)).text.replace(JOINER, "") == line


@pytest.mark.parametrize(
    "line", ["3.14 and 1.5e-3", "a/b", "C# and F#", "p(x|z) = 0.5", "see https://arxiv.org/abs/2104.09864", ""]
)
def test_what_links_nowhere_or_says_its_scheme_stays_as_it_is(line: str) -> None:
    assert unlinked(Text(line)).text == line


def test_marks_stay_on_their_words() -> None:
    line = "😀 @cache 用 torch.cat 拼接，torch.cat"
    first, last = line.index("torch.cat"), line.rindex("torch.cat")
    units = [utf16_length(line[:at]) for at in (0, first, last)]
    spans = (Entity("blockquote", 0, utf16_length(line)), Entity("bold", units[1], 9), Entity("bold", units[2], 9))
    found = unlinked(Text(line, spans))
    shown = [
        found.text.encode("utf-16-le")[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le")
        for one in found.entities
    ]
    assert shown == [found.text, f"torch{JOINER}.cat", f"torch{JOINER}.cat"]


def test_a_mark_that_begins_at_a_joiner_begins_after_it() -> None:
    found = unlinked(Text("#include", (Entity("bold", 1, 7),)))
    assert found == Text(f"#{JOINER}include", (Entity("bold", 2, 7),))


def test_a_text_that_is_too_long_is_cut_with_its_styles() -> None:
    text = Text("one 😀😀 two", (Entity("bold", 0, 12), Entity("code", 9, 3)))

    assert fitting(text, 12) is text
    assert fitting(text, 10) == Text("one 😀😀…", (Entity("bold", 0, 8),))
    assert fitting(text, 8) == Text("one 😀…", (Entity("bold", 0, 6),))


def test_a_quote_is_styled_whole() -> None:
    built = TextBuilder().add("1. ").quote("model.to", "bold").build()
    assert built == Text(f"1. model{JOINER}.to", (Entity("bold", 3, 9),))

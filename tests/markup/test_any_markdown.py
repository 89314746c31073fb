"""Whatever Markdown comes in, a tree and messages come out that Telegram takes, with every word of the post."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup.classic import MAX_ALBUM, Page, paginate
from bot.markup.normalise import normalise
from bot.markup.parse import parse
from bot.markup.plain import excerpt, outline, reading_minutes, search_text, text
from tests.markup.markdown import mangled_samples, posts
from tests.markup.reference import in_order, words_of_pages, words_of_source
from tests.markup.telegram import faults

_ROOMS = st.sampled_from([(0, 0), (400, 10), (3800, 90)])


def _pages(source: str, room: tuple[int, int] = (0, 0)) -> list[Page]:
    def resolve(url: str) -> str | None:
        return f"https://example.org/{url}" if len(url) % 2 else None

    return paginate(parse(source), language="zh", resolve_link=resolve, first_room=room, room=room)


@given(posts | mangled_samples(), _ROOMS)
def test_telegram_takes_every_page(source: str, room: tuple[int, int]) -> None:
    for page in _pages(source, room):
        assert faults(page.text) == []
        assert len(page.pictures) <= MAX_ALBUM


@given(posts | mangled_samples())
def test_every_output_is_made_and_the_excerpt_fits(source: str) -> None:
    tree = parse(source)
    assert len(excerpt(tree, language="zh")) <= 350
    assert reading_minutes(tree) >= 1
    search_text(tree)
    text(tree)
    outline(tree)


@given(posts | mangled_samples())
def test_normalising_a_post_twice_is_normalising_it_once(source: str) -> None:
    once = normalise(source).text
    assert normalise(once).text == once


_PLAIN_BLOCK = st.sampled_from(
    [
        "Some words, 一些字。",
        "## Heading `code`",
        "- item one\n- item *two*\n  1. inner\n  2. second",
        "> quoted words\n> > deeper",
        "```py\nprint(1)\n```",
        "| h1 | h2 |\n|---|---|\n| c1 | c2 |",
        "| head | words |\n|---|---|\n| " + "long " * 12 + "| c4 |",
        "A [link](https://example.org) and ![picture](a.png) here",
        "text<br>more <b>bold</b>",
        "Note[^n] here",
        "> [!TIP] Title\n> body",
        "**“重点”**文字 and 1~3 和 5~8",
        "Costs $5 和 $10",
    ]
)


@given(st.lists(_PLAIN_BLOCK, min_size=1, max_size=40))
def test_every_word_of_a_post_is_kept_in_its_place(blocks: list[str]) -> None:
    source = "\n\n".join((*blocks, "[^n]: the note"))
    # GitHub's mark of a callout is a mark, not a word.
    wanted = [word for word in words_of_source(source) if word != "tip"]
    assert in_order(wanted, words_of_pages(_pages(source)))


@pytest.mark.parametrize("room", [(5000, 200), (4096, 100)])
def test_a_room_no_page_could_leave_still_gives_pages(room: tuple[int, int]) -> None:
    assert all(page.text.text for page in _pages("word " * 2000, room))

"""Words of posts of which apps would make links, as many as there can be: what quotes them still fits a message."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.content.document import MAX_TITLE_CHARACTERS
from bot.domain.message import MAX_TEXT_UNITS, Text, utf16_length
from bot.screens import post, search, shelf
from bot.screens.catalogue import LANGUAGES, words
from bot.screens.reader import Reader
from bot.screens.search import Ways
from bot.services.readers.browsing import PAGE_SIZE, Card, PostView, Shelf, Topic
from bot.services.readers.reading import OpenedPost
from bot.services.readers.rendering import HEAD_ROOM
from bot.services.search.explaining import Result
from bot.services.search.searching import SearchView

EXCERPT = 350
DOTS = "a." * 500
CARD = Card(
    "abcdefghij", DOTS[:MAX_TITLE_CHARACTERS], "c" * 200, "c1", datetime(2025, 12, 31, tzinfo=UTC), 9999,
    DOTS[:EXCERPT], "en", pinned=True,
)  # fmt: skip
CARDS = (CARD,) * PAGE_SIZE


@pytest.fixture(params=LANGUAGES)
def reader(request: pytest.FixtureRequest) -> Reader:
    return Reader(words(request.param), "INCOMING TRANSMISSION", "heliograph_bot", True)


def fits(text: str) -> bool:
    return utf16_length(text) <= MAX_TEXT_UNITS


def test_lists_of_dotted_titles_fit(reader: Reader) -> None:
    assert fits(shelf.latest(reader, Shelf(CARDS, 1, 9, 45)).text)
    view = SearchView(
        "a", results=(Result(1, "a.md", CARD, Text(CARD.excerpt), Text(CARD.title)),) * PAGE_SIZE, total=5, pages=1
    )
    assert fits(search.results(reader, view, Ways("q")).text)


@pytest.mark.parametrize("title", [CARD.title, "t" * MAX_TITLE_CHARACTERS])
def test_the_head_of_a_post_keeps_to_its_room_and_shows_what_tags_it_can(reader: Reader, title: str) -> None:
    tags = tuple(Topic(f"t{n}", f"{n:018}", 1) for n in range(20))
    view = PostView(1, "", "a.md", replace(CARD, title=title), (), tags, (), None, None, False, False, None, "")

    head = post.head(reader, OpenedPost(view, 0, 1, Text("")))

    assert utf16_length(head.text) <= HEAD_ROOM[0]
    assert "#000000000000000000" in head.text

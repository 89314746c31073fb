"""What a found page says of itself is what can be reached from it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.message import Text
from bot.screens import search
from bot.screens.catalogue import words
from bot.screens.reader import Reader
from bot.screens.search import Ways
from bot.services.readers.browsing import Card
from bot.services.search.explaining import Result
from bot.services.search.searching import SearchView

CARD = Card("abcdefghij", "Evidence", "NLP", "c1", datetime(2025, 2, 1, tzinfo=UTC), 3, "…", "en")
FOUND = Result(1, "evidence.md", CARD, Text(""), Text("Evidence"))


@pytest.mark.parametrize(
    ("language", "total", "pages", "head"),
    [
        ("en", 60, 12, "p(x|z) · the best 60 posts · 1/12"),
        ("en", 1, 1, "p(x|z) · the best post"),
        ("zh", 2, 1, "p(x|z) · 最相关的 2 篇"),
    ],
)
def test_of_more_posts_than_are_looked_at_those_are_counted_that_can_be_read(
    language: str, total: int, pages: int, head: str
) -> None:
    reader = Reader(words(language), "INCOMING TRANSMISSION", "heliograph_bot", True)
    view = SearchView("p(x|z)", results=(FOUND,), total=total, pages=pages, is_capped=True)

    assert search.results(reader, view, Ways("q")).text.startswith(head + "\n")
    all_of_them = search.results(reader, replace(view, is_capped=False, total=3), Ways("q")).text
    assert all_of_them.startswith(("p(x|z) · 3 posts", "p(x|z) · 3 篇"))

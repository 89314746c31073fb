"""Several names in one sentence are parted as the sentence's language parts them."""

import pytest

from bot.screens import leftover, outcome
from bot.screens.catalogue import words
from bot.screens.reader import Reader

FILES = ["a.md", "b.md"]
MANY = [f"{number}.md" for number in range(20)]


def reader(language: str) -> Reader:
    return Reader(words(language), "INCOMING TRANSMISSION", "heliograph_bot")


@pytest.mark.parametrize(
    ("language", "files", "titles"), [("zh", "`a.md`、`b.md`", "“甲”、“乙”"), ("en", "`a.md`, `b.md`", "“甲”, “乙”")]
)
def test_names_are_parted_by_the_languages_mark(language: str, files: str, titles: str) -> None:
    assert leftover.names(reader(language), FILES) == files
    assert outcome.quoted(reader(language), ["甲", "乙"]) == titles


@pytest.mark.parametrize(("language", "end"), [("zh", "`5.md` 等"), ("en", "`5.md`, …")])
def test_that_there_are_more_is_said(language: str, end: str) -> None:
    assert leftover.names(reader(language), MANY).endswith(end)

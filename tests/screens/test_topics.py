"""Categories and tags: one line each, and pages that are turned by words."""

import pytest

from bot.screens import topics
from bot.screens.catalogue import words
from bot.screens.reader import Reader
from bot.services.readers.browsing import Topic


def reader(language: str) -> Reader:
    return Reader(words(language), "INCOMING TRANSMISSION", "heliograph_bot")


def test_a_description_stands_under_its_category_without_an_indent() -> None:
    made = topics.categories(reader("en"), [Topic("nlp", "NLP", 2, description="Words and what they mean.")], 0)

    assert "\nNLP · 2 posts\nWords and what they mean." in made.text


@pytest.mark.parametrize(("language", "labels"), [("en", ["‹ Previous", "Next ›"]), ("zh", ["‹ 上一页", "下一页 ›"])])
def test_pages_of_tags_are_turned_by_words(language: str, labels: list[str]) -> None:
    many = [Topic(f"t{number}", f"tag{number}", 1) for number in range(60)]

    made = topics.tags(reader(language), many, 1)

    assert [button.label for row in made.buttons for button in row if "tag" not in button.label][:2] == labels

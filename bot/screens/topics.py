"""Categories and tags to choose from, with their counts."""

from collections.abc import Sequence

from bot.domain.action import Action, Origin, ShowCategories, ShowHome, ShowList, ShowTags
from bot.domain.message import Button, Screen, TextBuilder
from bot.screens.reader import Reader, clip, rows
from bot.services.readers.browsing import Topic

CATEGORIES_A_PAGE = 12
TAGS_A_PAGE = 24


def categories(reader: Reader, topics: Sequence[Topic], page: int) -> Screen:
    """All categories with counts and descriptions, a button each."""
    words = reader.words
    text = TextBuilder().add(words("categories.heading"), "bold")
    chosen, page, pages = _page(topics, page, CATEGORIES_A_PAGE)
    if not chosen:
        text.add("\n" + words("categories.empty"))
    else:
        text.add("\n" + words("categories.choose") + "\n")
    for topic in chosen:
        text.add("\n").add(words("categories.line", name=clip(topic.name, 60), n=topic.count))
        if topic.description:
            text.add("\n" + clip(topic.description, 100), "italic")
    buttons = [Button(clip(topic.name, 24), ShowList(Origin("c", topic.key))) for topic in chosen]
    turning = _turning(reader, page, pages, ShowCategories)
    return _screen(text, reader, rows(buttons, 2), turning)


def tags(reader: Reader, topics: Sequence[Topic], page: int) -> Screen:
    """All tags, most used first, a button each."""
    words = reader.words
    text = TextBuilder().add(words("tags.heading"), "bold")
    chosen, page, pages = _page(topics, page, TAGS_A_PAGE)
    if not chosen:
        text.add("\n" + words("tags.empty"))
    elif pages > 1:
        text.add("\n" + words("shelf.page", number=page + 1, pages=pages))
    buttons = [Button(f"{clip(topic.name, 16)} {topic.count}", ShowList(Origin("t", topic.key))) for topic in chosen]
    turning = _turning(reader, page, pages, ShowTags)
    return _screen(text, reader, rows(buttons, 3), turning)


def _page(topics: Sequence[Topic], page: int, size: int) -> tuple[Sequence[Topic], int, int]:
    pages = max(1, -(-len(topics) // size))
    page = min(max(page, 0), pages - 1)
    return topics[page * size : (page + 1) * size], page, pages


def _turning(reader: Reader, page: int, pages: int, show: type[ShowCategories] | type[ShowTags]) -> tuple[Button, ...]:
    buttons = []
    if page > 0:
        buttons.append(Button(reader.words("button.previous_page"), _to(show, page - 1)))
    if page + 1 < pages:
        buttons.append(Button(reader.words("button.next_page"), _to(show, page + 1)))
    return tuple(buttons)


def _to(show: type[ShowCategories] | type[ShowTags], page: int) -> Action:
    return show(page)


def _screen(text: TextBuilder, reader: Reader, items: list[tuple[Button, ...]], turning: tuple[Button, ...]) -> Screen:
    built = text.build()
    last = (reader.button("latest", ShowList()), reader.button("home", ShowHome()))
    return Screen(built.text, built.entities, tuple(row for row in (*items, turning, last) if row))

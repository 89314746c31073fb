"""Lists of posts as cards: the latest, a category, a tag; five a page, turned in place."""

from collections.abc import Sequence

from bot.domain.action import Origin, ReadPost, ShowCategories, ShowHome, ShowList, ShowTags
from bot.domain.digest_actions import FollowTopic, ShowDigest
from bot.domain.message import Button, Screen, TextBuilder
from bot.screens.reader import Reader, clip, rows
from bot.services.readers.browsing import Card, Shelf

TITLE_LIMIT = 200
FOLLOW_LIMIT = 20


def latest(reader: Reader, shelf: Shelf, *, notice: str = "") -> Screen:
    """The newest posts, the publication's name on top; `notice` says why they are shown instead of something else."""
    words = reader.words
    text = TextBuilder()
    if notice:
        text.add(notice + "\n\n")
    text.add(reader.title, "bold").add("\n" + words("shelf.latest"))
    _add_page(text, reader, shelf)
    if not shelf.cards:
        text.add("\n\n" + words("home.empty"))
    origin = Origin("l", "", shelf.number)
    elsewhere = (
        reader.button("categories", ShowCategories()),
        reader.button("tags", ShowTags()),
        Button(reader.words("subscription.button"), ShowDigest()),
    )
    return _screen(text, reader, shelf, origin, (elsewhere, (reader.button("home", ShowHome()),)))


def category(reader: Reader, shelf: Shelf, *, name: str, key: str, description: str = "") -> Screen:
    """A category's posts."""
    return _named(
        reader, shelf, Origin("c", key, shelf.number), name=name, description=description, back=ShowCategories()
    )


def tag(reader: Reader, shelf: Shelf, *, name: str, key: str) -> Screen:
    """A tag's posts."""
    return _named(reader, shelf, Origin("t", key, shelf.number), name=f"#{name}", description="", back=ShowTags())


def _named(
    reader: Reader, shelf: Shelf, origin: Origin, *, name: str, description: str, back: ShowCategories | ShowTags
) -> Screen:
    text = TextBuilder().add(clip(name, TITLE_LIMIT), "bold").add("\n" + reader.words("shelf.found", n=shelf.total))
    _add_page(text, reader, shelf)
    if description:
        text.add("\n" + clip(description, 300))
    if not shelf.cards:
        text.add("\n\n" + reader.words("shelf.empty_category"))
    follow = follow_button(reader, name, FollowTopic(origin.kind, origin.key))
    elsewhere = (reader.button("latest", ShowList()), reader.button("back", back))
    return _screen(text, reader, shelf, origin, (follow, elsewhere))


def follow_button(reader: Reader, name: str, action: FollowTopic) -> tuple[Button, ...]:
    """Subscribes at once; nothing for a post without a category."""
    if not action.key:
        return ()
    return (Button(reader.words("subscription.follow", name=clip(name, FOLLOW_LIMIT)), action),)


def add_cards(text: TextBuilder, reader: Reader, cards: Sequence[Card]) -> None:
    """Numbered cards: a bold title, a line of facts, and the excerpt in a quote that opens by a tap."""
    for number, card in enumerate(cards, 1):
        text.add(f"\n\n{number}. ").quote(clip(card.title, TITLE_LIMIT), "bold")
        text.add("\n" + facts(reader, card))
        if card.excerpt:
            text.add("\n").quote(card.excerpt, "expandable_blockquote")


def facts(reader: Reader, card: Card) -> str:
    """Category · date · minutes."""
    minutes = reader.words("shelf.minutes", minutes=card.reading_minutes)
    parts = [clip(card.category, 60), reader.date(card.date), minutes]
    if card.pinned:
        parts.append(reader.words("shelf.pinned"))
    return " · ".join(part for part in parts if part)


def open_buttons(reader: Reader, cards: Sequence[Card], origin: Origin) -> list[Button]:
    """A button a card. In groups a post opens in private, through a deep link."""
    if reader.private:
        return [Button(str(number), ReadPost(card.key, 0, "", origin)) for number, card in enumerate(cards, 1)]
    return [
        Button(reader.words("button.read_private", number=number), url=reader.deep_link(card.key))
        for number, card in enumerate(cards, 1)
    ]


def turning(reader: Reader, shelf: Shelf, origin: Origin) -> tuple[Button, ...]:
    """Newer and older, where there are any."""
    buttons = []
    if shelf.number > 0:
        buttons.append(reader.button("newer", ShowList(Origin(origin.kind, origin.key, shelf.number - 1))))
    if shelf.number + 1 < shelf.pages:
        buttons.append(reader.button("older", ShowList(Origin(origin.kind, origin.key, shelf.number + 1))))
    return tuple(buttons)


def _add_page(text: TextBuilder, reader: Reader, shelf: Shelf) -> None:
    if shelf.pages > 1:
        text.add(" · " + reader.words("shelf.page", number=shelf.number + 1, pages=shelf.pages))


def _screen(
    text: TextBuilder, reader: Reader, shelf: Shelf, origin: Origin, elsewhere: tuple[tuple[Button, ...], ...]
) -> Screen:
    add_cards(text, reader, shelf.cards)
    built = text.build()
    items = rows(open_buttons(reader, shelf.cards, origin), 5 if reader.private else 3)
    buttons = (*items, turning(reader, shelf, origin), *elsewhere)
    return Screen(built.text, built.entities, tuple(row for row in buttons if row))

"""A post, a page at a time: its head, its text or blocks, its pictures, and the ways on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.action import ChooseForm, Nothing, ReadPost, SharePost, ShowList, ShowOutline, ShowRelated
from bot.domain.digest_actions import FollowTopic
from bot.domain.message import MAX_CAPTION_UNITS, Button, Screen, Text, TextBuilder
from bot.domain.preferences import Form
from bot.screens.reader import Reader, clip, rows
from bot.screens.shelf import TITLE_LIMIT, facts, follow_button
from bot.services.readers.browsing import Card
from bot.services.readers.illustrating import Drawing
from bot.services.readers.reading import OpenedPost
from bot.services.readers.rendering import HEAD_ROOM, Shown

OUTLINE_LIMIT = 24
TAGS_LIMIT = 180


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture of an album; `what` is the formula or image source it stands for."""

    what: str
    caption: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class RichScreen:
    """A rich message; `pictures` are by what stands for them in the blocks."""

    blocks: tuple[dict[str, Any], ...]
    pictures: Mapping[str, Drawing]
    buttons: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class PostScreen:
    """A page of a post: a classic message with its album, or a rich message. `read` is what opened it."""

    opened: OpenedPost
    read: ReadPost
    screen: Screen | RichScreen
    album: tuple[Captioned, ...] = ()


def page(reader: Reader, opened: OpenedPost, read: ReadPost, preferred: Form) -> PostScreen:
    """One page of a post; the first carries title, facts and tags. `preferred` is the chat's own form."""
    read = replace(read, page=opened.number, form="" if opened.form == preferred else opened.form[0])
    buttons = _buttons(reader, opened, read)
    if opened.rich is not None:
        return PostScreen(opened, read, RichScreen(tuple(rich_blocks(reader, opened)), opened.rich.pictures, buttons))
    text = TextBuilder()
    if opened.number == 0:
        text.add_text(head(reader, opened))
        if opened.text:
            text.add("\n\n")
    built = text.add_text(opened.text).build()
    album = tuple(Captioned(shown.what, _caption(reader, shown), shown.drawing) for shown in opened.album)
    return PostScreen(opened, read, Screen(built.text, built.entities, buttons), album)


def head(reader: Reader, opened: OpenedPost) -> Text:
    """Title, facts and tags, within HEAD_ROOM units and entities."""
    card = opened.post.card
    text = TextBuilder().quote(clip(card.title, TITLE_LIMIT), "bold").add("\n" + facts(reader, card))
    # Each of the characters may be two units.
    if tags := _tags(opened, HEAD_ROOM[0] // 2 - len(text.build().text) - 1):
        text.add("\n" + tags)
    return text.build()


def rich_blocks(reader: Reader, opened: OpenedPost) -> list[dict[str, Any]]:
    """The blocks of a rich page; the first page carries title, facts and tags."""
    assert opened.rich is not None
    return [*(_rich_head(reader, opened) if opened.number == 0 else ()), *opened.rich.blocks]


def outline(reader: Reader, opened: OpenedPost, read: ReadPost) -> Screen:
    """The headings with their pages; a tap goes there."""
    card = opened.post.card
    text = TextBuilder().quote(clip(card.title, TITLE_LIMIT), "bold").add("\n" + reader.words("post.outline"))
    shown = opened.outline[:OUTLINE_LIMIT]
    for line in shown:
        indent = "    " * min(line.level - 1, 3)
        text.add("\n" + indent)
        text.quote(reader.words("post.outline_page", title=clip(line.title, 80), page=line.page + 1))
    pages = sorted({line.page for line in shown} | {0, opened.pages - 1})
    if len(pages) < opened.pages <= 25:
        pages = list(range(opened.pages))
    buttons = [
        Button(f"· {number + 1} ·" if number == opened.number else str(number + 1), replace(read, page=number))
        for number in pages
    ]
    built = text.build()
    back = reader.button("back", replace(read, page=opened.number))
    return Screen(built.text, built.entities, (*rows(buttons, 5), (back,)))


def shared(reader: Reader, card: Card) -> Screen:
    """The link to pass on, as a message of its own."""
    text = TextBuilder().quote(clip(card.title, TITLE_LIMIT), "bold").add("\n" + reader.deep_link(card.key))
    built = text.add("\n\n" + reader.words("post.share")).build()
    return Screen(built.text, built.entities)


def in_private(reader: Reader, card: Card) -> Screen:
    """In groups: the card of a post with a button that opens it in private."""
    text = TextBuilder().quote(clip(card.title, TITLE_LIMIT), "bold").add("\n" + facts(reader, card))
    if card.excerpt:
        text.add("\n").quote(card.excerpt, "expandable_blockquote")
    built = text.build()
    read = Button(reader.words("button.read_here"), url=reader.deep_link(card.key))
    return Screen(built.text, built.entities, ((read,),))


def _tags(opened: OpenedPost, room: int = TAGS_LIMIT) -> str:
    """As many as fit, in TAGS_LIMIT characters at most."""
    shown = ""
    for tag in opened.post.tags:
        more = ("  " if shown else "") + "#" + "_".join(tag.name.replace("#", "").split())
        if len(shown) + len(more) > min(room, TAGS_LIMIT):
            break
        shown += more
    return shown


def _rich_head(reader: Reader, opened: OpenedPost) -> list[dict[str, Any]]:
    card = opened.post.card
    blocks: list[dict[str, Any]] = [
        {"type": "heading", "text": clip(card.title, TITLE_LIMIT), "size": 1},
        {"type": "paragraph", "text": facts(reader, card)},
    ]
    if tags := _tags(opened):
        blocks.append({"type": "paragraph", "text": tags})
    return blocks


def _caption(reader: Reader, shown: Shown) -> str:
    words = reader.words
    mark = words("post.formula" if shown.is_formula else "post.image", number=shown.number)
    return clip(f"{mark} · {shown.caption}" if shown.caption else mark, MAX_CAPTION_UNITS // 2)


def _buttons(reader: Reader, opened: OpenedPost, read: ReadPost) -> tuple[tuple[Button, ...], ...]:
    back = reader.button("back", ShowList(read.origin))
    last = (*follow_button(reader, opened.post.card.category, FollowTopic("c", opened.post.card.category_key)), back)
    found = (_turning(reader, opened, read), _form(reader, opened, read), _ways(reader, opened, read), last)
    return tuple(row for row in (found[0], _onward(reader, opened, read), *found[1:]) if row)


def _turning(reader: Reader, opened: OpenedPost, read: ReadPost) -> tuple[Button, ...]:
    if opened.pages < 2:
        return ()
    place = reader.words("shelf.page", number=opened.number + 1, pages=opened.pages)
    contents = ShowOutline(read.key, opened.number, read.language, read.origin) if opened.outline else Nothing()
    buttons = [Button(place, contents)]
    if opened.number > 0:
        buttons.insert(0, Button(reader.words("button.previous"), replace(read, page=opened.number - 1)))
    if opened.number + 1 < opened.pages:
        buttons.append(Button(reader.words("button.next"), replace(read, page=opened.number + 1)))
    return tuple(buttons)


def _onward(reader: Reader, opened: OpenedPost, read: ReadPost) -> tuple[Button, ...]:
    following = opened.post.next_in_category
    if following is None or opened.number + 1 < opened.pages:
        return ()
    title = clip(following.title, 28)
    return (reader.button("next_post", ReadPost(following.key, 0, "", read.origin, read.form), title=title),)


def _form(reader: Reader, opened: OpenedPost, read: ReadPost) -> tuple[Button, ...]:
    """The other way to show this post; once it is shown so, an offer to keep it."""
    if not (opened.post.has_formulas or opened.post.has_tables or read.form):
        return ()
    other: Form = "classic" if opened.form == "rich" else "rich"
    # Named even where it is the chat's own: the chat may choose another while this button stands.
    switch = replace(read, page=0, form=other[0])
    buttons = [reader.button(f"form_{other}", switch)]
    if read.form:
        buttons.append(reader.button(f"form_keep_{opened.form}", ChooseForm(opened.form, keep=1)))
    return tuple(buttons)


def _ways(reader: Reader, opened: OpenedPost, read: ReadPost) -> tuple[Button, ...]:
    languages = [
        Button(reader.words(f"post.other_language_{language}"), ReadPost(read.key, 0, language, read.origin, read.form))
        for language in opened.post.other_languages
        if reader.words.has(f"post.other_language_{language}")
    ]
    near = reader.button("related", ShowRelated(read.key, read.language, read.origin))
    return (*languages, near, reader.button("share", SharePost(read.key)))

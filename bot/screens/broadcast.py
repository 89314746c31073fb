"""A text to subscribers: as its admin sees it before it goes, and as they get it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.broadcast_actions import AimBroadcast, DropBroadcast, SendBroadcast, ShowBroadcast
from bot.domain.digest_actions import ShowDigest
from bot.domain.message import Button, Screen, Text, TextBuilder
from bot.screens.reader import Reader, clip, rows
from bot.services.delivery.broadcasting import Draft, Result, Said
from bot.services.readers.browsing import Topic

CATEGORY_LIMIT = 24
CATEGORIES_A_PAGE = 12


def ask(reader: Reader) -> Screen:
    """What an announcement may be."""
    return Screen(reader.words("broadcast.ask"))


def draft(reader: Reader, one: Draft) -> Screen:
    """To how many chats it goes, and below that the text as they will see it."""
    words, nonce = reader.words, one.broadcast.nonce
    if not one.chats:
        told = words("broadcast.to_nobody")
    elif one.category is None:
        told = words("broadcast.to_all", n=one.chats)
    else:
        told = words("broadcast.to_category", n=one.chats, category=clip(one.category.name, 60))
    text = TextBuilder().add(told).add("\n\n")
    _add(text, reader, one.broadcast.text)
    buttons: list[tuple[Button, ...]] = []
    if one.chats:
        buttons.append((Button(words("broadcast.send", n=one.chats), SendBroadcast(nonce, one.aim)),))
    aim = Button(words("broadcast.choose"), AimBroadcast(nonce))
    if one.category is not None:
        aim = Button(words("broadcast.everybody"), ShowBroadcast(nonce))
    buttons.append((aim, reader.button("cancel", DropBroadcast(nonce))))
    return _screen(text, buttons)


def with_text(reader: Reader, posts: Screen, one: Draft) -> Screen:
    """Posts that the words of a text name, and a way to send the words themselves."""
    as_text = Button(reader.words("broadcast.as_text"), ShowBroadcast(one.broadcast.nonce))
    return replace(posts, buttons=(*posts.buttons, (as_text,)))


def aims(reader: Reader, action: AimBroadcast, topics: Sequence[Topic]) -> Screen:
    """Whose followers it may go to, a page of them."""
    pages = max(1, -(-len(topics) // CATEGORIES_A_PAGE))
    page = min(max(action.page, 0), pages - 1)
    shown = topics[page * CATEGORIES_A_PAGE : (page + 1) * CATEGORIES_A_PAGE]
    chosen = [Button(clip(topic.name, CATEGORY_LIMIT), ShowBroadcast(action.nonce, topic.key)) for topic in shown]
    turning = []
    if page > 0:
        turning.append(reader.button("previous", replace(action, page=page - 1)))
    if page + 1 < pages:
        turning.append(reader.button("next", replace(action, page=page + 1)))
    back = (reader.button("back", ShowBroadcast(action.nonce)),)
    text = TextBuilder().add(reader.words("broadcast.whose_followers"))
    return _screen(text, [row for row in (*rows(chosen, 2), tuple(turning), back) if row])


def result(reader: Reader, one: Result) -> Screen:
    """How many chats got a text, and what became of the others."""
    counts = {"failed": one.failed, "uncertain": one.uncertain, "open": one.open}
    rest = "".join(reader.words(f"broadcast.result_{name}", n=count) for name, count in counts.items() if count)
    return Screen(reader.words("broadcast.result", n=one.got, words=clip(one.words, 60), rest=rest))


def said(reader: Reader, one: Said) -> Screen:
    """The text as a subscriber gets it."""
    text = TextBuilder()
    _add(text, reader, one.text)
    manage = Button(reader.words("digest.manage"), ShowDigest(new=1))
    return _screen(text, [(manage,)] if one.manageable else [])


def _add(text: TextBuilder, reader: Reader, words: Text) -> None:
    text.add(reader.title, "bold").add("\n\n").add_text(words)


def _screen(text: TextBuilder, buttons: Sequence[tuple[Button, ...]]) -> Screen:
    built = text.build()
    return Screen(built.text, built.entities, tuple(buttons))

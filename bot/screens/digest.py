"""A digest as a message: news by category, newest first, with a button for each."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.domain.action import ShowHome
from bot.domain.digest_actions import OpenPost, ShowDigest, TurnDigest
from bot.domain.message import MAX_TEXT_UNITS, Button, Screen, Text, TextBuilder
from bot.domain.subscription import Subscriber
from bot.screens.reader import Reader, clip, rows
from bot.screens.subscription import next_line
from bot.screens.times import day
from bot.services.delivery.digests import Digest, Item

TITLE_LIMIT = 120
# Two lines on a phone: Chinese characters are twice as wide.
EXCERPT_LIMITS = {"zh": 48, "en": 96}
RICH_EXCERPT_LIMIT = 350
_NARROW = 0x2E80


def digest(reader: Reader, view: Digest) -> Screen:
    """One page of it."""
    built = _written(reader, replace(view, subscriber_id=0, delivery_id=0))
    buttons = rows(_open_buttons(reader, view), 5 if reader.private else 3)
    return Screen(built.text, built.entities, tuple(row for row in (*buttons, *_ways(reader, view)) if row))


@lru_cache(maxsize=64)
def _written(reader: Reader, view: Digest) -> Text:
    """Kept, because thousands are sent the same one after the other."""
    text = _text(reader, view, excerpts=True)
    if text.units > MAX_TEXT_UNITS:
        text = _text(reader, view, excerpts=False)
    return text.build()


def _text(reader: Reader, view: Digest, *, excerpts: bool) -> TextBuilder:
    words = reader.words
    text = TextBuilder()
    if view.cadence == "last":
        text.add(words("digest.last"), "bold")
    else:
        text.add(reader.title, "bold").add(" · " + words(f"digest.kind_{view.cadence}"))
        text.add("\n" + _count(reader, view))
    if view.pages > 1:
        text.add(" · " + words("shelf.page", number=view.number + 1, pages=view.pages))
    category = None
    for number, item in enumerate(view.items, view.first_number):
        if item.card.category_key != category:
            category = item.card.category_key
            text.add("\n\n").add(clip(item.card.category, 60), "bold")
        _add_item(text, reader, number, item, excerpts=excerpts)
    return text


def rich_blocks(reader: Reader, view: Digest) -> list[dict[str, Any]]:
    """The same page as the blocks of a rich message (core.telegram.org/bots/api#sendrichmessage)."""
    words = reader.words
    blocks: list[dict[str, Any]] = [
        {"type": "heading", "text": f"{reader.title} · {words(f'digest.kind_{view.cadence}')}", "size": 2},
        {"type": "paragraph", "text": _count(reader, view)},
    ]
    category = None
    for number, item in enumerate(view.items, view.first_number):
        if item.card.category_key != category:
            category = item.card.category_key
            blocks.append({"type": "heading", "text": clip(item.card.category, 60), "size": 4})
        title = {"type": "bold", "text": f"{number}. {clip(item.card.title, TITLE_LIMIT)}"}
        blocks.append({"type": "paragraph", "text": [title, "\n" + _facts(reader, item)]})
        if item.card.excerpt:
            quoted = {"type": "paragraph", "text": clip(item.card.excerpt, RICH_EXCERPT_LIMIT)}
            blocks.append({"type": "blockquote", "blocks": [quoted]})
    return blocks


def nothing_yet(reader: Reader) -> Screen:
    """Asked for a digest while nothing is followed."""
    choose = Button(reader.words("digest.choose"), ShowDigest())
    return Screen(reader.words("digest.follows_nothing"), (), ((choose,),))


def nothing_new(reader: Reader, subscriber: Subscriber) -> Screen:
    """Asked for a digest while nothing is new."""
    if any(one.cadence.instant for one in subscriber.subscriptions):
        since = "digest.nothing_waiting"
    else:
        since = "digest.nothing_since_digest" if subscriber.last_digest_at else "digest.nothing_since_subscribing"
    text = "\n".join(filter(None, (reader.words(since), next_line(reader, subscriber))))
    manage = Button(reader.words("digest.manage"), ShowDigest())
    return Screen(text, (), ((manage, reader.button("home", ShowHome())),))


def rights_lost(reader: Reader, chat: str, *, topic_closed: bool = False) -> Screen:
    """To whoever subscribed a chat: the bot may not write there any more, or not in the topic that is closed."""
    return Screen(reader.words("digest.topic_closed" if topic_closed else "digest.rights_lost", chat=clip(chat, 64)))


def _count(reader: Reader, view: Digest) -> str:
    words = reader.words
    if not view.total:
        return words("digest.nothing")
    if view.cadence == "instant" or view.since is None:
        return words("digest.new", n=view.total)
    return words("digest.new_since", n=view.total, day=day(words, view.since, view.zone))


def _add_item(text: TextBuilder, reader: Reader, number: int, item: Item, *, excerpts: bool) -> None:
    card = item.card
    text.add(f"\n{number}. ").quote(clip(card.title, TITLE_LIMIT), "bold")
    text.add("\n" + _facts(reader, item))
    if card.excerpt and excerpts:
        wide = any(ord(letter) >= _NARROW for letter in card.excerpt[:40])
        text.add("\n").quote(clip(card.excerpt, EXCERPT_LIMITS["zh" if wide else "en"]), "blockquote")


def _facts(reader: Reader, item: Item) -> str:
    facts = [reader.date(item.card.date), reader.words("shelf.minutes", minutes=item.card.reading_minutes)]
    if item.updated:
        facts.insert(0, reader.words("digest.updated"))
    return " · ".join(facts)


def _open_buttons(reader: Reader, view: Digest) -> list[Button]:
    """In private a tap opens the post below the digest; elsewhere a link opens it in private."""
    numbered = list(enumerate(view.items, view.first_number))
    if reader.private:
        return [Button(str(number), OpenPost(item.card.key)) for number, item in numbered]
    return [
        Button(reader.words("button.read_private", number=number), url=reader.deep_link(item.card.key))
        for number, item in numbered
    ]


def _ways(reader: Reader, view: Digest) -> list[tuple[Button, ...]]:
    words = reader.words
    preview = view.subscriber_id if not view.delivery_id else 0
    turning = []
    if view.number > 0:
        turning.append(Button(words("button.newer"), TurnDigest(view.delivery_id, view.number - 1, preview)))
    if view.number + 1 < view.pages:
        turning.append(Button(words("button.older"), TurnDigest(view.delivery_id, view.number + 1, preview)))
    ways = [tuple(turning)] if turning else []
    if view.manageable:
        ways.append((Button(words("digest.manage"), ShowDigest(new=1)),))
    return ways

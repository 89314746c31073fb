"""A tree as rich messages: `blocks` as Bot API 10.1 and newer take them, split by Telegram's own limits."""

from typing import Any

from bot.markup.classic.words import WORDS, Language
from bot.markup.rich.blocks import BlockWriter, RichBlock
from bot.markup.rich.packing import pack
from bot.markup.rich.texts import ResolveImage, ResolveLink, TextWriter
from bot.markup.tree import Heading, Tree

__all__ = ["ResolveImage", "ResolveLink", "build"]

# Objects that lead to another place of the message, the field that names it, and the object that is the place.
_LEADING = {"reference_link": ("reference_name", "reference"), "anchor_link": ("anchor_name", "anchor")}
_PLACES = frozenset(place for _, place in _LEADING.values())


def build(
    tree: Tree, *, language: Language, resolve_link: ResolveLink, image: ResolveImage
) -> list[list[dict[str, Any]]]:
    """The post as messages, each a list of blocks; no message when the post shows nothing.

    `resolve_link` gives the absolute http(s) address of a relative or `wiki:` link, or None. `image` gives what
    stands for an image in `InputMediaPhoto.media` (a file_id or `attach://…`), or None when only its address is known.
    """
    headings = frozenset(block.anchor for block in tree.blocks if isinstance(block, Heading))
    writer = BlockWriter(TextWriter(WORDS[language], resolve_link, image, headings))
    blocks = writer.write(tree.blocks)
    if tree.notes:
        blocks += [{"type": "divider"}, {"type": "heading", "text": writer.text.words.notes, "size": 4}]
        for number, note in enumerate(tree.notes, 1):
            blocks += writer.note(number, note)
    anchors = writer.text.wanted & headings
    writer.place(anchors)
    messages = pack(blocks)
    return [_settled(message) for message in messages] if anchors or tree.notes else messages


def _settled(message: list[RichBlock]) -> list[RichBlock]:
    """Links to a place in another message lose the link and keep their text: Telegram knows one message at a time."""
    places: set[tuple[str, str]] = set()
    asked: set[tuple[str, str]] = set()
    waiting: list[Any] = [message]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            kind = node.get("type", "")
            if kind in _LEADING:
                field, place = _LEADING[kind]
                asked.add((place, node[field]))
            elif kind in _PLACES:
                places.add((kind, node["name"]))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    if asked <= places:
        return message
    settled: list[RichBlock] = _settle(message, places)
    return settled


def _settle(node: Any, places: set[tuple[str, str]]) -> Any:
    if isinstance(node, list):
        return [_settle(inner, places) for inner in node]
    if not isinstance(node, dict):
        return node
    field, place = _LEADING.get(node.get("type", ""), ("", ""))
    if field and (place, node[field]) not in places:
        return _settle(node["text"], places)
    return {key: _settle(value, places) for key, value in node.items()}

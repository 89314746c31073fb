"""A tree as rich messages: `blocks` as Bot API 10.1 and newer take them, split by Telegram's own limits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.markup.classic.words import WORDS, Language
from bot.markup.rich.blocks import BlockWriter, RichBlock
from bot.markup.rich.packing import pack
from bot.markup.rich.texts import ResolveImage, ResolveLink, TextWriter
from bot.markup.tree import Heading, Tree

__all__ = ["ResolveImage", "ResolveLink", "build"]

# Objects that lead to another place of the message, the field that names it, and the object that is the place.
_LEADING = {"reference_link": ("reference_name", "reference"), "anchor_link": ("anchor_name", "anchor")}


def build(
    tree: Tree, *, language: Language, resolve_link: ResolveLink, image: ResolveImage
) -> list[list[dict[str, Any]]]:
    """The post as messages, each a list of blocks; no message when the post shows nothing.

    `resolve_link` gives the absolute http(s) address of a relative or `wiki:` link, or None. `image` gives what
    stands for an image in `InputMediaPhoto.media` (a file_id or `attach://…`), or None when only its address is known.
    """
    first = TextWriter(WORDS[language], resolve_link, image)
    blocks = _blocks(tree, first)
    anchors = first.wanted & {block.anchor for block in tree.blocks if isinstance(block, Heading)}
    if anchors:
        blocks = _blocks(tree, replace(first, anchors=frozenset(anchors)))
    messages = pack(blocks)
    return [_settled(message) for message in messages] if anchors or tree.notes else messages


def _blocks(tree: Tree, text: TextWriter) -> list[RichBlock]:
    writer = BlockWriter(text)
    blocks = writer.write(tree.blocks)
    if tree.notes:
        blocks += [{"type": "divider"}, {"type": "heading", "text": text.words.notes, "size": 4}]
        for number, note in enumerate(tree.notes, 1):
            blocks += writer.note(number, note)
    return blocks


def _settled(message: list[RichBlock]) -> list[RichBlock]:
    """Links to a place in another message lose the link and keep their text: Telegram knows one message at a time."""
    places = {(node["type"], node["name"]) for node in _objects(message) if node.get("type") in ("reference", "anchor")}
    settled: list[RichBlock] = _settle(message, places)
    return settled


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _objects(inner)


def _settle(node: Any, places: set[tuple[str, str]]) -> Any:
    if isinstance(node, list):
        return [_settle(inner, places) for inner in node]
    if not isinstance(node, dict):
        return node
    field, place = _LEADING.get(node.get("type", ""), ("", ""))
    if field and (place, node[field]) not in places:
        return _settle(node["text"], places)
    return {key: _settle(value, places) for key, value in node.items()}

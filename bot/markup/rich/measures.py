"""What a rich message costs by Telegram's counting, and what it may cost."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from bot.domain.message import utf16_length
from bot.markup.rich.texts import RichText

# core.telegram.org/bots/api#rich-message-limits. Characters are counted here as UTF-16 units, which are never fewer.
MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_MEDIA = 50


_TEXT_FIELDS = frozenset({"text", "summary", "expression", "caption"})


class Cost(NamedTuple):
    """Characters with formula sources, blocks with list items and table rows, media."""

    characters: int = 0
    blocks: int = 0
    media: int = 0

    def plus(self, other: "Cost") -> "Cost":
        return Cost(self.characters + other.characters, self.blocks + other.blocks, self.media + other.media)

    @property
    def fits(self) -> bool:
        return self.characters <= MAX_CHARACTERS and self.blocks <= MAX_BLOCKS and self.media <= MAX_MEDIA


def cost(block: dict[str, Any]) -> Cost:
    """What one block costs with all that is in it."""
    return cost_of_all((block,))


def cost_of_all(blocks: Iterable[dict[str, Any]]) -> Cost:
    """What these blocks cost together."""
    texts: list[str] = []
    count, media = _count(blocks, texts)
    return Cost(utf16_length("".join(texts)), count, media)


def _count(held: Iterable[dict[str, Any]], texts: list[str]) -> tuple[int, int]:
    """Blocks and media of what is held; every string that counts goes to `texts`."""
    blocks = media = 0
    for block in held:
        blocks += 1
        kind = block["type"]
        if kind in ("paragraph", "heading"):
            _gather(block["text"], texts)
            continue
        for field in _TEXT_FIELDS & block.keys():
            _gather(block[field], texts)
        if kind == "photo":
            media += 1
        for row in block.get("cells", ()):
            for cell in row:
                _gather(cell["text"], texts)
            blocks += 1
        inner = [block["blocks"]] if "blocks" in block else []
        inner += [item["blocks"] for item in block.get("items", ())]
        blocks += len(block.get("items", ()))
        for part in inner:
            more_blocks, more_media = _count(part, texts)
            blocks, media = blocks + more_blocks, media + more_media
    return blocks, media


def _gather(text: RichText, texts: list[str]) -> None:
    if type(text) is str:
        texts.append(text)
    elif type(text) is list:
        for part in text:
            _gather(part, texts)
    else:
        _gather(text.get("text") or text.get("expression", ""), texts)


def text_length(text: RichText) -> int:
    """UTF-16 units of a text, a formula's source included."""
    texts: list[str] = []
    _gather(text, texts)
    return utf16_length("".join(texts))

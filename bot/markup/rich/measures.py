"""What a rich message costs by Telegram's counting, and what it may cost."""

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
    characters, blocks, media = 0, 1, 0
    for field in _TEXT_FIELDS & block.keys():
        characters += text_length(block[field])
    if block["type"] == "photo":
        media = 1
    for row in block.get("cells", ()):
        characters += sum([text_length(cell["text"]) for cell in row])
        blocks += 1
    inner = list(block.get("blocks", ()))
    for item in block.get("items", ()):
        inner += item["blocks"]
        blocks += 1
    for held in inner:
        more = cost(held)
        characters, blocks, media = characters + more.characters, blocks + more.blocks, media + more.media
    return Cost(characters, blocks, media)


def text_length(text: RichText) -> int:
    """UTF-16 units of a text, a formula's source included."""
    if isinstance(text, str):
        return utf16_length(text)
    if isinstance(text, list):
        return sum(map(text_length, text))
    return text_length(text.get("text") or text.get("expression", ""))

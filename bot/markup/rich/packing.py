"""Blocks packed into messages within every limit; what is too large for one is divided, and nothing is left out."""

from collections.abc import Iterable
from typing import Any

from bot.markup.rich.measures import MAX_BLOCKS, MAX_CHARACTERS, MAX_MEDIA, Cost, cost, cost_of_all, text_length
from bot.markup.rich.texts import RichText, plain
from bot.markup.split import cut_before, word_cut

RichBlock = dict[str, Any]

# A message less full than this takes the head of a block that does not fit, so that no page is nearly empty.
_FULL_ENOUGH = 0.5


def pack(blocks: Iterable[RichBlock]) -> list[list[RichBlock]]:
    """Messages, each within the limits; none when there are no blocks."""
    waiting = list(blocks)
    # Most posts are one message, and one count is faster than one a block.
    if cost_of_all(waiting).fits:
        return [waiting] if waiting else []
    messages: list[list[RichBlock]] = []
    current: list[RichBlock] = []
    used = Cost()
    waiting.reverse()
    while waiting:
        block = waiting.pop()
        price = cost(block)
        if used.plus(price).fits:
            current.append(block)
            used = used.plus(price)
        elif not price.fits or (_parts(block) > 1 and _fullness(used) < _FULL_ENOUGH):
            waiting.extend(reversed(divide(block)))
        else:
            headings = _trailing_headings(current)
            waiting += [block, *reversed(current[len(current) - headings :])]
            messages.append(current[: len(current) - headings])
            current, used = [], Cost()
    return [*messages, current] if current else messages


def _trailing_headings(message: list[RichBlock]) -> int:
    """Headings at the end, which belong to what comes next; 0 when there is nothing else."""
    count = 0
    while count < len(message) and message[-1 - count]["type"] == "heading":
        count += 1
    return count if count < len(message) else 0


def _parts(block: RichBlock) -> int:
    """Between how many parts a block can be cut without a change in what is shown."""
    if block["type"] == "table":
        return len(block["cells"]) - 2
    return max(len(block.get("items", ())), len(block.get("blocks", ())))


def _fullness(used: Cost) -> float:
    return max(used.characters / MAX_CHARACTERS, used.blocks / MAX_BLOCKS, used.media / MAX_MEDIA)


def divide(block: RichBlock) -> list[RichBlock]:
    """The same in smaller blocks: lists between items, tables between rows, text between words."""
    match block["type"]:
        case "list":
            return _divide_list(block)
        case "table":
            return _divide_table(block)
        case "blockquote" | "details":
            return _divide_holder(block)
        case "photo":
            return _divide_photo(block)
        case _:
            return [block | {"text": half} for half in _divide_text(block["text"], code=block["type"] == "pre")]


def _divide_list(block: RichBlock) -> list[RichBlock]:
    items = block["items"]
    if len(items) > 1:
        middle = len(items) // 2
        return [block | {"items": items[:middle]}, block | {"items": items[middle:]}]
    first, rest = _halves(items[0]["blocks"])
    # What follows stands beside the list: a second mark would make it another item.
    return [block | {"items": [items[0] | {"blocks": first}]}, *rest]


def _divide_holder(block: RichBlock) -> list[RichBlock]:
    if text_length(block.get("summary", "")) > MAX_CHARACTERS // 4:
        heads = _divide_text(block["summary"], code=False)
        return [*({"type": "paragraph", "text": head} for head in heads[:-1]), block | {"summary": heads[-1]}]
    first, rest = _halves(block["blocks"])
    return [block | {"blocks": first}, block | {"blocks": rest}]


def _halves(blocks: list[RichBlock]) -> tuple[list[RichBlock], list[RichBlock]]:
    if len(blocks) == 1:
        blocks = divide(blocks[0])
    middle = max(1, len(blocks) // 2)
    return blocks[:middle], blocks[middle:]


def _divide_table(block: RichBlock) -> list[RichBlock]:
    rows = block["cells"]
    head = rows[:1] if rows and rows[0][0].get("is_header") else []
    body = rows[len(head) :]
    if len(body) > 1 and sum(text_length(cell["text"]) for row in head for cell in row) < MAX_CHARACTERS // 4:
        middle = len(body) // 2
        bare = {key: value for key, value in block.items() if key != "caption"}
        return [block | {"cells": [*head, *body[:middle]]}, bare | {"cells": [*head, *body[middle:]]}]
    # A row that no message holds: its cells one after the other.
    texts = [block["caption"]] if "caption" in block else []
    texts += [cell["text"] for row in rows for cell in row if plain(cell["text"]).strip()]
    return [{"type": "paragraph", "text": text} for text in texts]


def _divide_photo(block: RichBlock) -> list[RichBlock]:
    bare = {key: value for key, value in block.items() if key != "caption"}
    return [bare, {"type": "paragraph", "text": block["caption"]["text"]}]


def _divide_text(text: RichText, *, code: bool) -> list[RichText]:
    """Two texts that read as one, cut near the middle."""
    if isinstance(text, str):
        middle = len(text) // 2
        line = text.rfind("\n", 1, middle + 1) if code else -1
        place = line + 1 if line > 0 else word_cut(text, 0, middle) if code else cut_before(text, 0, middle)
        if code and text[place - 1] == "\n":
            return [text[: place - 1], text[place:]]
        return [text[:place], text[place:]]
    if isinstance(text, list):
        if len(text) > 1:
            middle = len(text) // 2
            return [text[:middle], text[middle:]]
        return _divide_text(text[0], code=code)
    return [text | {"text": half} for half in _divide_text(text["text"], code=code)]

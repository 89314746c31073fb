"""A tree as lines of plain text: everything a person could remember, search for, or spend time on."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.markup.plain.words import as_shown, inline_text
from bot.markup.tree import (
    Block,
    Callout,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Figure,
    Heading,
    Inline,
    List,
    MathBlock,
    Paragraph,
    Quote,
    Table,
    Tree,
)

# What silent reading of prose measures out at, in round numbers.
_HAN_A_MINUTE = 400
_WORDS_A_MINUTE = 220
# A reader passes over code faster than a word at a time, and stops at a displayed formula.
_CODE_LINES_A_MINUTE = 40
_SECONDS_A_FORMULA = 8
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff_]+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True)
class SearchText:
    """`headings`, one a line; `body` is everything else a person could remember, headings left out."""

    headings: str
    body: str


def first_heading(tree: Tree) -> str | None:
    """The text of the first heading of level 1, wherever it stands outside quotes and lists."""
    for block in tree.blocks:
        if isinstance(block, Heading) and block.level == 1 and (title := as_shown(block.inlines).strip()):
            return title
    return None


def outline(tree: Tree) -> tuple[tuple[int, str, str], ...]:
    """Level, text and anchor of every heading, in order."""
    return tuple(
        (block.level, as_shown(block.inlines).strip(), block.anchor)
        for block in _flat(tree.blocks)
        if isinstance(block, Heading)
    )


def text(tree: Tree) -> str:
    """The whole post as plain text, a line for a paragraph, item, row or line of code; notes at the end."""
    return "\n".join(line for block in _all_blocks(tree) for line in _own_lines(block) if line)


def search_text(tree: Tree) -> SearchText:
    headings: list[str] = []
    body: list[str] = []
    for block in _all_blocks(tree):
        lines = headings if type(block) is Heading else body
        lines += [line for line in _own_lines(block) if line]
    return SearchText("\n".join(headings), "\n".join(body))


def reading_minutes(tree: Tree) -> int:
    """Minutes for reading, at least 1: about 400 Chinese characters or 220 words each."""
    minutes = 0.0
    prose: list[str] = []
    for block in _all_blocks(tree):
        if isinstance(block, CodeBlock):
            minutes += (block.text.count("\n") + 1) / _CODE_LINES_A_MINUTE
        elif isinstance(block, MathBlock):
            minutes += _SECONDS_A_FORMULA / 60
        else:
            prose += _own_lines(block)
    words = "\n".join(prose)
    minutes += len(_HAN.findall(words)) / _HAN_A_MINUTE + len(_WORD.findall(words)) / _WORDS_A_MINUTE
    return max(1, math.ceil(minutes - 0.5))


def _all_blocks(tree: Tree) -> list[Block]:
    found = _flat(tree.blocks)
    for note in tree.notes:
        found += _flat(note)
    return found


def _flat(blocks: Iterable[Block]) -> list[Block]:
    """Every block, each before the blocks inside it; those of a definition stay in it."""
    found: list[Block] = []
    for block in blocks:
        kind = type(block)
        if kind is Paragraph or kind is Heading or kind is CodeBlock:
            found.append(block)
            continue
        match block:
            case Quote(inner) | Callout(_, _, inner) | Details(_, inner):
                found.append(block)
                found += _flat(inner)
            case List(items):
                for item in items:
                    found += _flat(item.blocks)
            case _:
                found.append(block)
    return found


def _own_lines(block: Block) -> list[str]:
    """The lines of one block that are not those of blocks `_flat` finds inside it."""
    match block:
        case Paragraph(inlines) | Heading(_, inlines) | Callout(_, inlines) | Details(inlines):
            return [inline_text(inlines)]
        case CodeBlock(code, _, caption):
            return [caption, code]
        case MathBlock(latex):
            return [latex]
        case Figure(image, caption):
            shown = inline_text(caption)
            return [image.alt] if shown == image.alt else [image.alt, shown]
        case DefinitionList(items):
            return [line for item in items for line in _definition_lines(item)]
        case Table(head, rows, _, caption):
            return [inline_text(caption), *map(_row, (head, *rows))]
        case _:
            return []


def _definition_lines(item: Definition) -> list[str]:
    inner = _flat(block for detail in item.details for block in detail)
    return [inline_text(item.term), *(line for block in inner for line in _own_lines(block))]


def _row(cells: tuple[tuple[Inline, ...], ...]) -> str:
    return " ".join(part for cell in cells if (part := inline_text(cell).strip()))

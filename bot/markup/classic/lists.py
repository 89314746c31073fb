"""Lists, definitions and footnotes: numbers true, nesting shown by indentation."""

from bot.markup.classic.ribbon import BLOCK, PART
from bot.markup.classic.writer import BlockWriter
from bot.markup.tree import Block, DefinitionList, Figure, Heading, Item, List, MathBlock, Paragraph

_STEP = "\u2003"  # an em space: plain spaces are too narrow to show nesting, and are trimmed
_BULLETS = "•◦▪"
# What may begin in the line of its marker; anything else begins on the next.
_INLINE_BLOCKS = (Paragraph, Heading, MathBlock, Figure)


def write_list(writer: BlockWriter, block: List) -> None:
    loose = any(sum(not isinstance(inner, List) for inner in item.blocks) > 1 for item in block.items)
    bullet = _BULLETS[min(writer.list_depth, len(_BULLETS) - 1)]
    writer.list_depth += 1
    for index, item in enumerate(block.items):
        if index:
            writer.ribbon.gap(2 if loose else 1, PART)
        _write_item(writer, item, bullet if block.start is None else f"{block.start + index}.")
    writer.list_depth -= 1


def _write_item(writer: BlockWriter, item: Item, mark: str) -> None:
    ribbon = writer.ribbon
    if item.checked is not None:
        box = "☑" if item.checked else "☐"
        mark = box if mark in _BULLETS else f"{mark} {box}"
    ribbon.add(f"{mark} ")
    ribbon.glue()
    indent, ribbon.indent = ribbon.indent, ribbon.indent + _STEP
    for index, block in enumerate(item.blocks):
        if index:
            ribbon.gap(1 if isinstance(block, List) else 2, PART)
        elif not isinstance(block, _INLINE_BLOCKS):
            ribbon.unglue()
            ribbon.gap(1, PART)
        writer.block(block)
    ribbon.unglue()
    ribbon.indent = indent


def write_definitions(writer: BlockWriter, block: DefinitionList) -> None:
    ribbon = writer.ribbon
    for index, item in enumerate(block.items):
        if index:
            ribbon.gap(1, PART)
        writer.bold_inlines(item.term)
        indent, ribbon.indent = ribbon.indent, ribbon.indent + _STEP
        for detail in item.details:
            writer.beneath(detail)
        ribbon.indent = indent


def write_notes(writer: BlockWriter, notes: tuple[tuple[Block, ...], ...]) -> None:
    if not notes:
        return
    ribbon = writer.ribbon
    ribbon.gap(2, BLOCK)
    writer.bold(writer.words.notes)
    ribbon.bind()
    for number, blocks in enumerate(notes, 1):
        ribbon.gap(1, PART)
        ribbon.add(f"[{number}] ")
        ribbon.glue()
        for index, block in enumerate(blocks):
            ribbon.gap(2 if index else 1, PART)
            writer.block(block)
        ribbon.unglue()

"""Quotes, callouts and details: what stands in a frame of its own, collapsed when it is long."""

from collections.abc import Iterable

from bot.markup.classic.ribbon import PART, Span
from bot.markup.classic.writer import BlockWriter
from bot.markup.tables import display_width
from bot.markup.tree import Block, Callout, Details, Quote

# A quote longer than this many lines of a phone collapses.
_QUOTE_LINES = 4
_LINE_COLUMNS = 40
_INNER_MARK = "> "


def write_quote(writer: BlockWriter, block: Quote) -> None:
    if writer.quoted:
        _write_inner(writer, block.blocks)
        return
    start = _open(writer)
    writer.blocks(block.blocks)
    _close(writer, start)


def write_callout(writer: BlockWriter, block: Callout) -> None:
    outer = writer.quoted
    start = 0 if outer else _open(writer)
    if block.title:
        writer.bold_inlines(block.title)
    else:
        writer.bold(writer.words.callout(block.kind))
    writer.beneath(block.blocks)
    if not outer:
        _close(writer, start)


def write_details(writer: BlockWriter, block: Details) -> None:
    if block.summary:
        writer.bold_inlines(block.summary)
    else:
        writer.bold(writer.words.details)
    if writer.quoted or not block.blocks:
        writer.beneath(block.blocks)
        return
    writer.ribbon.bind()
    writer.ribbon.gap(1, PART)
    start = _open(writer)
    writer.blocks(block.blocks)
    _close(writer, start, collapse=True)


def _write_inner(writer: BlockWriter, blocks: Iterable[Block]) -> None:
    ribbon = writer.ribbon
    indent = ribbon.indent
    ribbon.settle()
    ribbon.add(_INNER_MARK)
    ribbon.glue()
    ribbon.indent = indent + _INNER_MARK
    writer.blocks(blocks)
    ribbon.indent = indent


def _open(writer: BlockWriter) -> int:
    writer.ribbon.unglue()
    writer.ribbon.settle()
    writer.quoted = True
    return writer.ribbon.length


def _close(writer: BlockWriter, start: int, *, collapse: bool = False) -> None:
    ribbon = writer.ribbon
    writer.quoted = False
    if ribbon.length > start:
        lines = ribbon.tail(start).split("\n")
        shown = sum(max(1, -(-display_width(line) // _LINE_COLUMNS)) for line in lines)
        kind = "expandable_blockquote" if collapse or shown > _QUOTE_LINES else "blockquote"
        ribbon.spans.append(Span(start, ribbon.length, kind))

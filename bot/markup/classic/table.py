"""Tables on the ribbon: aligned when they fit a phone, else a record for every row."""

from collections.abc import Iterable

from bot.markup.classic.ribbon import PART, Ribbon
from bot.markup.classic.writer import BlockWriter
from bot.markup.tables import aligned, colon
from bot.markup.tree import Image, Inline, Link, Styled, Table, Words

_BETWEEN_NAMES = Words(" · ")
_Row = tuple[tuple[Inline, ...], ...]


def write_table(writer: BlockWriter, block: Table) -> None:
    if block.caption:
        writer.inline.write(block.caption)
        writer.ribbon.bind()
        writer.ribbon.gap(1, PART)
    rows = (block.head, *block.rows)
    # Nothing can be tapped in preformatted text.
    if not any(_can_be_tapped(cell) for row in rows for cell in row):
        lines = aligned([[_plain(writer, cell) for cell in row] for row in rows], block.aligns)
        if lines is not None:
            writer.preformatted("\n".join(lines))
            return
    if not block.rows:
        _write_record(writer, (), block.head, "")
        return
    between = colon(block)
    begun = _write_names(writer, block.head)
    for row in block.rows:
        if begun:
            writer.ribbon.gap(2, PART)
        begun = True
        _write_record(writer, block.head, row, between)


def _write_names(writer: BlockWriter, head: _Row) -> bool:
    """The head as its author wrote it, before the records: names of columns without a value are said here alone."""
    line: list[Inline] = []
    for cell in head:
        line += [_BETWEEN_NAMES, *cell] if line and cell else cell
    writer.inline.write((Styled("italic", tuple(line)),))
    writer.ribbon.bind()
    return bool(line)


def _write_record(writer: BlockWriter, head: _Row, row: _Row, between: str) -> None:
    ribbon = writer.ribbon
    begun = False
    for column, cell in enumerate(row):
        if not cell:
            continue
        if begun:
            ribbon.gap(1, PART)
        begun = True
        if column < len(head) and head[column]:
            writer.bold_inlines(head[column])
            ribbon.add(between)
        writer.inline.write(cell)


def _plain(writer: BlockWriter, cell: tuple[Inline, ...]) -> str:
    """A cell on one line, as it reads elsewhere but without styles."""
    if len(cell) == 1 and isinstance(cell[0], Words):
        return " ".join(cell[0].text.split())
    ribbon = Ribbon()
    writer.inline.onto(ribbon).write(cell)
    return " ".join(ribbon.text().split())


def _can_be_tapped(inlines: Iterable[Inline]) -> bool:
    for node in inlines:
        if isinstance(node, Link | Image) or (isinstance(node, Styled) and _can_be_tapped(node.inlines)):
            return True
    return False

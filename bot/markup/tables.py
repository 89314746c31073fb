"""Tables as text: columns aligned by what a character takes up on screen, Chinese two columns."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.markup.split import is_wide
from bot.markup.tree import Inline, Link, Styled, Table, Words

MAX_COLUMNS = 42
"""Columns of monospaced text a phone shows without wrapping."""

_ZERO = ("Mn", "Me", "Cf")


def display_width(text: str) -> int:
    """Columns `text` takes up: two for full width, none for what combines."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in _ZERO else 1


def colon(table: Table) -> str:
    """What stands between a head and its value, as the table's own language has it: its reader's may be another."""
    return "：" if any(_is_wide(cell) for row in (table.head, *table.rows) for cell in row) else ": "


def _is_wide(inlines: Iterable[Inline]) -> bool:
    for node in inlines:
        if isinstance(node, Words) and not node.text.isascii() and any(map(is_wide, node.text)):
            return True
        if isinstance(node, Styled | Link) and _is_wide(node.inlines):
            return True
    return False


def aligned(rows: Sequence[Sequence[str]], aligns: Sequence[str]) -> list[str] | None:
    """Lines of one table, a rule under the head; None when they would be wider than MAX_COLUMNS."""
    widths = [max((display_width(row[column]) for row in rows), default=0) for column in range(len(aligns))]
    if sum(widths) + 2 * (len(widths) - 1) > MAX_COLUMNS:
        return None
    lines = [_line(row, widths, aligns) for row in rows]
    if len(lines) > 1:
        lines.insert(1, "─" * (sum(widths) + 2 * (len(widths) - 1)))
    return lines


def _line(row: Sequence[str], widths: Sequence[int], aligns: Sequence[str]) -> str:
    cells: list[str] = []
    for text, width, align in zip(row, widths, aligns, strict=True):
        room = width - display_width(text)
        left = room if align == "right" else room // 2 if align == "center" else 0
        cells.append(" " * left + text + " " * (room - left))
    return "  ".join(cells).rstrip()

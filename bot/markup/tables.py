"""Tables as text: columns aligned by what a character takes up on screen, Chinese two columns."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

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

"""Written parts of a formula, and how tightly each holds together."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

WORDS = frozenset({"word", "func"})
"""Kinds that are read as words."""


class Level(IntEnum):
    """How tightly a text holds together: what it may stand beside without parentheses."""

    ATOM = 0
    PRODUCT = 1
    SUM = 2
    RELATION = 3


class Piece(NamedTuple):
    """A written part. `guarded` is the text to use when the next piece could be drawn into it."""

    text: str
    kind: str
    level: Level = Level.ATOM
    guarded: str = ""


class Written(NamedTuple):
    """A row's text, and the kinds of its pieces."""

    text: str
    level: Level
    kinds: tuple[str, ...]


def level_of(pieces: Sequence[Piece], *, spaced: bool) -> Level:
    """How tightly a row holds together; `spaced` when an explicit space stands in it."""
    if len(pieces) == 1:
        return pieces[0].level
    called = pieces[1:] if pieces and pieces[0].kind in WORDS and " " not in pieces[0].text else []
    if is_enclosed(pieces) or is_enclosed(called) or [piece.kind for piece in called] == ["fenced"]:
        return Level.ATOM
    depth, level = 0, Level.PRODUCT
    for piece in pieces:
        depth += (piece.kind == "open") - (piece.kind == "close")
        if depth > 0:
            continue
        if piece.kind in ("rel", "punct"):
            return Level.RELATION
        if piece.kind in ("bin", "unary", "slash", "big", "func", "word") or piece.level > Level.PRODUCT:
            level = Level.SUM
    return Level.SUM if spaced else level


def is_enclosed(pieces: Sequence[Piece]) -> bool:
    """Whether one pair of brackets holds the whole."""
    depth = 0
    for piece in pieces[:-1]:
        depth += (piece.kind == "open") - (piece.kind == "close")
        if depth <= 0:
            return False
    return bool(pieces) and pieces[-1].kind == "close" and depth == 1

"""Lengths and columns of LaTeX, which latex2mathml would show as letters, in the form it takes."""

import re

from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.tokens import Token, tokenize, untokenize

# Commands that a length follows, in braces or bare: `\\hspace{1em}`, `\\kern-2pt`, `\\mkern 5mu`.
SPACES = ("hspace", "hskip", "kern", "mkern", "mskip", "mspace")
# Environments that are told their columns.
WITH_COLUMNS = frozenset({"array", "darray", "subarray"})
_BARE = re.compile(r"-?[0-9.]*[a-z]{0,2}")
_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*(pt|em|ex|mm|cm|in|mu|pc|px|bp|sp)\b.*", re.DOTALL)
_MU_IN_EM = 18
_LONGEST_BARE = 12
_REPEATED = re.compile(r"\*\{(\d{1,2})\}\{([^{}]{1,20})\}")
_BESIDE = re.compile(r"[@!<>]\{(?:[^{}]|\{[^{}]*\})*\}")
_PARAGRAPH = re.compile(r"[pmbX](?:\{[^{}]*\})?")
_NO_COLUMN = re.compile(r"[^lcr|:]")


def space(cursor: Cursor) -> list[Token]:
    """A length as `\\hspace{…}` in a unit of browsers; nothing for one of the page, as `0.5\\textwidth`."""
    cursor.takes("*")
    cursor.skip_space()
    written = untokenize(cursor.group()) if cursor.peek() == Token("char", "{") else _bare(cursor)
    length = _LENGTH.fullmatch(written)
    if length is None:
        return []
    number, unit = length.groups()
    size = float(number)
    if unit == "mu":
        size, unit = size / _MU_IN_EM, "em"
    return tokenize(rf"\hspace{{{size:.3g}{unit}}}")


def _bare(cursor: Cursor) -> str:
    """A length without braces: a sign, digits, two letters."""
    written = ""
    while len(written) < _LONGEST_BARE and (token := cursor.peek()):
        if token.kind != "space" and not (token.kind == "char" and _BARE.fullmatch(written + token.text)):
            break
        written += cursor.next().text.strip()
        if _LENGTH.fullmatch(written):
            return written
    raise NotLinearError


def columns(cursor: Cursor) -> list[Token]:
    """`{@{}l|r@{\\quad}p{3cm}}` as `{l|rl}`: places and lines alone."""
    cursor.skip_space()
    if cursor.takes("["):  # a vertical position
        while not cursor.takes("]"):
            cursor.next()
        cursor.skip_space()
    written = untokenize(cursor.group())
    written = _REPEATED.sub(lambda match: match[2] * int(match[1]), _BESIDE.sub("", written))
    return tokenize(f"{{{_NO_COLUMN.sub('', _PARAGRAPH.sub('l', written))}}}")

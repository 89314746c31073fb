"""LaTeX source cut into tokens, once over the text, and tokens written back."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple


class Token(NamedTuple):
    """`kind` is command (`text` is its name without the backslash), space, or char."""

    kind: str
    text: str

    @property
    def source(self) -> str:
        return "\\" + self.text if self.kind == "command" else self.text


_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
# An unescaped % starts a comment; after a digit the author meant the sign.
_COMMENT = re.compile(r"(?<![\\0-9])%[^\n]*\n?")
# Zero-width characters come along when formulas are copied from web pages.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff]")
# `\\[4pt]` and `\\*` say how far apart rows stand and where no page ends: nothing that is read.
_ROW_END = re.compile(r"\\\\(?:\*?[ \t]*\[\s*-?(?:\d+\.?\d*|\.\d+)\s*(?:pt|em|ex|mm|cm|in|mu|pc|bp|sp)\s*\]|\*)")
_NEW_LINE = re.compile(r"\\newline(?![A-Za-z])")
# What a browser undoes before it shows a formula: Markdown leaves entities in math as they are.
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def tokenize(latex: str) -> list[Token]:
    """The tokens of a formula without its comments, invisible characters and HTML entities."""
    if "&" in latex:
        for entity, character in _ENTITIES.items():
            latex = latex.replace(entity, character)
    if "\\\\" in latex:
        latex = _ROW_END.sub(r"\\\\", latex)
    if "\\newline" in latex:
        latex = _NEW_LINE.sub(r"\\\\ ", latex)
    return list(map(_token, _TOKEN.findall(_COMMENT.sub("", _INVISIBLE.sub("", latex)))))


@lru_cache(maxsize=4096)
def _token(piece: str) -> Token:
    if piece[0] == "\\" and len(piece) > 1:
        return Token("command", piece[1:])
    return Token("space", " ") if piece.isspace() else Token("char", piece)


def untokenize(tokens: Iterable[Token]) -> str:
    """LaTeX that reads as these tokens."""
    pieces: list[str] = []
    for token in tokens:
        if pieces and token.text[:1].isalpha() and token.kind == "char" and pieces[-1][:1] == "\\":
            pieces.append(" ")
        pieces.append(token.source)
    return "".join(pieces)

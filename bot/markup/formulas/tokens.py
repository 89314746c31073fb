"""LaTeX source cut into tokens, once over the text, and tokens written back."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Token(NamedTuple):
    """`kind` is command (`text` is its name without the backslash), space, or char."""

    kind: str
    text: str

    @property
    def source(self) -> str:
        return "\\" + self.text if self.kind == "command" else self.text


_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|(\s+)|(.)", re.DOTALL)
# An unescaped % starts a comment; after a digit the author meant the sign.
_COMMENT = re.compile(r"(?<![\\0-9])%[^\n]*\n?")
# Zero-width characters come along when formulas are copied from web pages.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff]")
# What a browser undoes before it shows a formula: Markdown leaves entities in math as they are.
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def tokenize(latex: str) -> list[Token]:
    """The tokens of a formula without its comments, invisible characters and HTML entities."""
    for entity, character in _ENTITIES.items():
        latex = latex.replace(entity, character)
    tokens = []
    for match in _TOKEN.finditer(_COMMENT.sub("", _INVISIBLE.sub("", latex))):
        name, sign, space, character = match.groups()
        if name or sign:
            tokens.append(Token("command", name or sign))
        elif space:
            tokens.append(Token("space", " "))
        else:
            tokens.append(Token("char", character))
    return tokens


def untokenize(tokens: Iterable[Token]) -> str:
    """LaTeX that reads as these tokens."""
    pieces: list[str] = []
    for token in tokens:
        if pieces and token.text[:1].isalpha() and token.kind == "char" and pieces[-1][:1] == "\\":
            pieces.append(" ")
        pieces.append(token.source)
    return "".join(pieces)

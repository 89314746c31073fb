"""Delimiters and struck relations in the spelling that latex2mathml takes."""

import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.symbols import CHARACTERS, COMMANDS
from bot.markup.formulas.tokens import Token

Mend: TypeAlias = Callable[[Cursor], list[Token]]


def delimiter(name: str) -> Mend:
    """The sign after `\\left` and its like: `<` means an angle bracket, and `\\bigl` takes characters alone."""

    def read(cursor: Cursor) -> list[Token]:
        cursor.skip_space()
        for sign, bracket in (("<", "langle"), (">", "rangle")):
            if cursor.takes(sign):
                return [Token("command", name), *_sized(name, bracket)]
        token = cursor.peek()
        takes_signs = name.startswith(("b", "B")) or (token and token.text not in ("{", "}", "|"))
        if token and token.kind == "command" and token.text in COMMANDS and takes_signs:
            return [Token("command", name), *_sized(name, cursor.next().text)]
        return [Token("command", name)]

    return read


def _sized(name: str, delimiter: str) -> list[Token]:
    if name.startswith(("b", "B")):
        return [Token("char", COMMANDS[delimiter][0])]
    return [Token("command", delimiter), Token("space", " ")]


def negated(cursor: Cursor) -> list[Token]:
    """`\\not=` as the one sign it means; what has none keeps its stroke."""
    cursor.skip_space()
    token = cursor.peek()
    table = COMMANDS if token and token.kind == "command" else CHARACTERS
    sign = table.get(token.text, ("", ""))[0] if token else ""
    struck = unicodedata.normalize("NFC", f"{sign}\u0338")
    if len(sign) != 1 or len(struck) != 1:
        return [Token("command", "not")]
    cursor.next()
    return [Token("char", struck)]

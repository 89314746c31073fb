"""A colon that touches a word begins a role (`:ref:`) or an emoji's name (`:smile:`), never a definition."""

import re

from bot.markup.normalise.characters import JOINER

# The parser takes any colon that begins a line for a definition's mark; authors write a space after that. The colon of
# `:-- | :--:` belongs to a table.
_MAY_TOUCH = re.compile(r":(?<=\s:)(?=[^\s:])")
_TOUCHING = re.compile(r"(\n(?:[ \t]|[>*+-][ \t]){0,12}):(?=[^\s:])(?!-+:?[ \t]*\|)")


def keep_roles(text: str) -> str:
    """`text` with such colons out of the parser's sight."""
    # A pattern that begins with the line end is faster than one that asks at each character for the line's beginning.
    if text[:1] != ":" and not _MAY_TOUCH.search(text):
        return text
    return _TOUCHING.sub(rf"\1{JOINER}:", f"\n{text}")[1:]

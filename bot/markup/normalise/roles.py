"""A colon that touches a word begins a role (`:ref:`) or an emoji's name (`:smile:`), never a definition."""

import re

from bot.markup.normalise.characters import JOINER

# The parser takes any colon that begins a line for a definition's mark; authors write a space after that.
_TOUCHING = re.compile(r"(\n(?:[ \t]|[>*+-][ \t]){0,12}):(?=[^\s:])")


def keep_roles(text: str) -> str:
    """`text` with such colons out of the parser's sight."""
    # A pattern that begins with the line end is faster than one that asks at each character for the line's beginning.
    return _TOUCHING.sub(rf"\1{JOINER}:", f"\n{text}")[1:] if ":" in text else text

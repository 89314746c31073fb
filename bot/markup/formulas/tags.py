"""A formula's number, `\\tag{3}`, put where it is shown: at the end of its row, wherever its author wrote it."""

from collections.abc import Sequence

from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.tokens import Token

_TAG = Token("command", "tag")
_BEGIN = Token("command", "begin")
_END = Token("command", "end")
_ROW_END = Token("command", "\\")


def tags_last(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, each tag at the end of its row. Raises NotLinearError when a tag has no group."""
    if _TAG not in tokens:
        return list(tokens)
    out: list[Token] = []
    held: list[list[Token]] = [[]]  # tags that wait for the end of their row, by environment
    cursor = Cursor(tokens)
    while not cursor.at_end:
        token = cursor.next()
        if token == _TAG:
            star = [Token("char", "*")] if cursor.takes("*") else []
            held[-1] += [token, *star, Token("char", "{"), *cursor.group(), Token("char", "}")]
            continue
        if token in (_ROW_END, _END):
            out += held[-1]
            held[-1] = []
            if token == _END and len(held) > 1:
                held.pop()
        elif token == _BEGIN:
            held.append([])
        out.append(token)
    return [*out, *(token for tags in reversed(held) for token in tags)]

"""LaTeX as people write it, put into the dialect that latex2mathml (and so ziamath) reads."""

from collections.abc import Sequence

from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.macros import MAX_LENGTH, expand
from bot.markup.formulas.mends import ALIGNED, TEXTS, braced, mend
from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.symbols import CHARACTERS, COMMANDS
from bot.markup.formulas.tags import tags_last
from bot.markup.formulas.tokens import Token, tokenize, untokenize

_MAX_DEPTH = 60

_OPENING = frozenset({Token("char", "{"), Token("command", "begin"), Token("command", "left")})
_CLOSING = frozenset({Token("char", "}"), Token("command", "end"), Token("command", "right")})
_SIGNS = frozenset({Token("char", "+"), Token("char", "-")})
_ROW_PARTS = frozenset({Token("char", "&"), Token("command", "\\")})
_BEGINNINGS = frozenset(("{", "&", "^", "_", "\\\\", "\\left", "\\quad", "\\qquad"))
_LITERAL = TEXTS | {"begin", "end", "hspace", "vspace", "vskip", "rule"}


def drawable(latex: str) -> str | None:
    """The formula without what is not meant to be seen (labels, definitions, comments), its tag beside it.

    None when it is empty, longer than 4,000 characters, or its groups do not close.
    """
    if len(latex) > MAX_LENGTH:
        return None
    tokens = expand(tokenize(latex))
    if tokens is None or not _is_sound(tokens):
        return None
    try:
        mended = _with_unary_signs(mend(tags_last(tokens)))
    except NotLinearError:
        return None
    if _has_bare_rows(mended):
        mended = [*tokenize(ALIGNED[0]), *mended, *tokenize(ALIGNED[1])]
    return untokenize(mended).strip() or None


def _is_sound(tokens: Sequence[Token]) -> bool:
    """Whether every group closes and none is too deep."""
    depth = 0
    for token in tokens:
        if token.text in "{}" and token.kind == "char":
            depth += 1 if token.text == "{" else -1
            if not 0 <= depth <= _MAX_DEPTH:
                return False
    return depth == 0


def _has_bare_rows(tokens: Sequence[Token]) -> bool:
    """Whether rows are parted outside of any environment and group, as MathJax lets people do."""
    if _ROW_PARTS.isdisjoint(tokens):
        return False
    depth = 0
    for token in tokens:
        if token in _OPENING:
            depth += 1
        elif token in _CLOSING:
            depth -= 1
        elif depth <= 0 and token in _ROW_PARTS:
            return True
    return False


def _with_unary_signs(tokens: Sequence[Token]) -> list[Token]:
    """A sign that begins something is put in braces, or it would be spaced as if it stood between two things."""
    if _SIGNS.isdisjoint(tokens):
        return list(tokens)
    out: list[Token] = []
    cursor = Cursor(tokens)
    begins = True
    while not cursor.at_end:
        token = cursor.next()
        if token.kind == "space":
            out.append(token)
        elif token.kind == "command" and token.text in _LITERAL:
            out += [token, *_literal(cursor, token.text)]
            begins = token.text == "begin"
        else:
            unary = begins and token.kind == "char" and token.text in "+-"
            out += braced([token]) if unary else [token]
            kind = (COMMANDS if token.kind == "command" else CHARACTERS).get(token.text, ("", ""))[1]
            begins = kind in ("bin", "rel", "open", "punct", "slash") or token.source in _BEGINNINGS
    return out


def _literal(cursor: Cursor, name: str) -> list[Token]:
    """The groups after a command that are no formulas: words, lengths, an environment's name and columns."""
    starred = [Token("char", "*")] if cursor.takes("*") else []
    group = cursor.group()
    out = [*starred, *braced(group)]
    if name == "begin" and untokenize(group) == "array":
        cursor.skip_space()
        out += braced(cursor.group())
    return out

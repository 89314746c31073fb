"""The commands of LaTeX that latex2mathml does not know, or reads in another way, in the words it understands."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.symbols import COMMANDS
from bot.markup.formulas.tokens import Token, tokenize

Mend: TypeAlias = Callable[[Cursor], list[Token]]

BRACES = (Token("char", "{"), Token("char", "}"))
_PERCENT = Token("char", "%")
ALIGNED = (r"\begin{align*}", r"\end{align*}")
# Environments that latex2mathml does not know, by what opens and closes the same rows there.
_ENVIRONMENTS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("equation", "equation*", "displaymath", "math"), ("{", "}")),
    **dict.fromkeys(("align", "align*", "aligned", "alignat", "alignat*", "alignedat", "flalign", "flalign*"), ALIGNED),
    **dict.fromkeys(("split", "multline", "multline*"), ALIGNED),
    **dict.fromkeys(("gather", "gather*", "gathered"), (r"\begin{array}{c}", r"\end{array}")),
    **dict.fromkeys(("eqnarray", "eqnarray*"), (r"\begin{array}{rcl}", r"\end{array}")),
    "dcases": (r"\begin{cases}", r"\end{cases}"),
    "subarray": (r"\begin{array}", r"\end{array}"),
    # In braces, or a script after the matrix would hang on its bracket alone.
    **{
        name: (rf"{{\begin{{{name}}}", rf"\end{{{name}}}}}")
        for name in ("pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix")
    },
}
_WITH_COUNT = frozenset({"alignat", "alignat*", "alignedat"})
_RENAMED = {
    "R": r"\mathbb{R}",
    "N": r"\mathbb{N}",
    "Z": r"\mathbb{Z}",
    "Q": r"\mathbb{Q}",
    "C": r"\mathbb{C}",
    "lt": "<",
    "gt": ">",
    "part": r"\partial",
    "degree": r"{}^\circ",
    "bold": r"\mathbf",
    "arg": r"\operatorname{arg}",
}
_LIMITS = frozenset({"limits", "nolimits"})
_HIDDEN = frozenset({"label", "require"})
_SILENT = frozenset({"nonumber", "notag", "allowbreak", "nobreak", "displaylimits"})


def mend(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with every command mended. Raises NotLinearError when a group is missing."""
    cursor = Cursor(tokens)
    out: list[Token] = []
    while not cursor.at_end:
        token = cursor.next()
        if token == _PERCENT:
            out.append(Token("command", "%"))  # bare, it would begin a comment
        elif token.kind != "command":
            out.append(token)
        elif token.text in _LIMITS and out and out[-1].text in ("_", "^"):
            out.insert(len(out) - 1, token)  # \sum_\limits{i}: MathJax takes it, as \sum\limits_{i}
        elif token.text in _MENDS:
            out.extend(_MENDS[token.text](cursor))
        elif token.text in _RENAMED:
            out.extend(tokenize(_RENAMED[token.text]))
        elif token.text in _HIDDEN:
            cursor.group()
        elif token.text not in _SILENT:
            out.append(token)
    return out


def braced(tokens: Sequence[Token]) -> list[Token]:
    """The tokens as one group."""
    return [Token("char", "{"), *tokens, Token("char", "}")]


def _begin(cursor: Cursor) -> list[Token]:
    name = cursor.raw()
    if name in _WITH_COUNT:
        cursor.group()
    if name in _ENVIRONMENTS:
        if cursor.takes("["):  # a vertical position
            while not cursor.takes("]"):
                cursor.next()
        return tokenize(_ENVIRONMENTS[name][0])
    return tokenize(rf"\begin{{{name}}}")


def _end(cursor: Cursor) -> list[Token]:
    name = cursor.raw()
    return tokenize(_ENVIRONMENTS[name][1] if name in _ENVIRONMENTS else rf"\end{{{name}}}")


def _tag(cursor: Cursor) -> list[Token]:
    starred = cursor.takes("*")
    name = cursor.raw()
    return tokenize(rf"\qquad\text{{{name if starred else f'({name})'}}}")


def _reference(cursor: Cursor) -> list[Token]:
    return tokenize(rf"\text{{({cursor.raw()})}}")


def _circled(cursor: Cursor) -> list[Token]:
    digits = "".join(token.text for token in cursor.group())
    number = int(digits) if digits.isdecimal() else 0
    if not 1 <= number <= 20:
        raise NotLinearError
    return tokenize(rf"\text{{{chr(ord('①') + number - 1)}}}")


def _delimiter(name: str) -> Mend:
    """The sign after `\\left` and its like: `<` means an angle bracket, and `\\bigl` takes characters alone."""

    def read(cursor: Cursor) -> list[Token]:
        cursor.skip_space()
        for sign, bracket in (("<", "langle"), (">", "rangle")):
            if cursor.takes(sign):
                return [Token("command", name), *_sized(name, bracket)]
        token = cursor.peek()
        if token and token.kind == "command" and token.text in COMMANDS and token.text not in ("{", "}", "|"):
            return [Token("command", name), *_sized(name, cursor.next().text)]
        return [Token("command", name)]

    return read


def _sized(name: str, delimiter: str) -> list[Token]:
    if name.startswith(("b", "B")):
        return [Token("char", COMMANDS[delimiter][0])]
    return [Token("command", delimiter), Token("space", " ")]


def _operator(cursor: Cursor) -> list[Token]:
    """`\\mathop{…}\\limits_{…}`: limits under and over a body of any kind."""
    return _with_limits(cursor, mend(cursor.group()))


def _operator_name(cursor: Cursor) -> list[Token]:
    starred = cursor.takes("*")
    body = [Token("command", "mathrm"), *braced(mend(cursor.group()))]
    return _with_limits(cursor, body) if starred else [*tokenize(r"\,"), *braced(body)]


def _with_limits(cursor: Cursor, body: list[Token]) -> list[Token]:
    while True:
        cursor.skip_space()
        if (token := cursor.peek()) and token.kind == "command" and token.text in _LIMITS:
            cursor.next()
        elif cursor.takes("_"):
            body = [Token("command", "underset"), *braced(mend(cursor.group())), *braced(body)]
        elif cursor.takes("^"):
            body = [Token("command", "overset"), *braced(mend(cursor.group())), *braced(body)]
        else:
            return [*braced(body), *tokenize(r"\,")]


def _text(name: str) -> Mend:
    """Text in pieces that latex2mathml takes: formulas in it, escaped signs and commands outside of its braces."""

    def read(cursor: Cursor) -> list[Token]:
        inside = Cursor(cursor.group())
        out: list[Token] = []
        words: list[Token] = []

        def flush() -> None:
            if words:
                out.extend([Token("command", name), *braced(words)])
                words.clear()

        while not inside.at_end:
            token = inside.next()
            if token == Token("char", "$"):
                flush()
                out.extend(braced(mend(_until_dollar(inside))))
            elif token.kind == "command" and token.text in ("rm", "bf", "it", "sf", "tt", "normalfont"):
                inside.skip_space()
            elif token == Token("command", " ") or token == Token("char", "~"):
                words.append(Token("space", " "))
            elif token.kind == "command" or token == _PERCENT:
                flush()
                out.append(Token("command", token.text))
                while inside.peek() == Token("char", "{"):
                    out.extend(braced(inside.group()))
            elif token not in BRACES:
                words.append(token)
        flush()
        return braced(out)

    return read


def _until_dollar(cursor: Cursor) -> list[Token]:
    out: list[Token] = []
    while not cursor.takes("$"):
        out.append(cursor.next())
    return out


def _binomial(cursor: Cursor) -> list[Token]:
    above, below = mend(cursor.group()), mend(cursor.group())
    pile = [*braced(above), Token("command", "atop"), *braced(below)]
    return [*tokenize(r"\left("), *braced(pile), *tokenize(r"\right)")]


_TEXTS = "text textrm textnormal textup textit textbf textsf texttt mbox hbox"
_DELIMITED = "left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm"
_MENDS: dict[str, Mend] = {
    **{name: _text(name if name not in ("mbox", "hbox") else "text") for name in _TEXTS.split()},
    **{name: _delimiter(name) for name in _DELIMITED.split()},
    "mathop": _operator,
    "operatorname": _operator_name,
    "begin": _begin,
    "end": _end,
    "tag": _tag,
    **dict.fromkeys(("ref", "eqref"), _reference),
    "textcircled": _circled,
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
}

"""The commands of LaTeX that latex2mathml does not know, or reads in another way, in the words it understands."""

from collections.abc import Sequence

from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.measures import SPACES, WITH_COLUMNS, columns, space
from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.signs import Mend, delimiter, negated
from bot.markup.formulas.symbols import ALPHABETS, COMMANDS, letter
from bot.markup.formulas.tokens import Token, tokenize

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
    **dict.fromkeys(("darray", "subarray"), (r"\begin{array}", r"\end{array}")),
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
    # It would be the tilde of a keyboard, high and without room around it.
    "sim": "∼",
    "bmod": r"\;\mathrm{mod}\;",
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
    if name in WITH_COLUMNS:
        return [*tokenize(r"\begin{array}"), *columns(cursor)]
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
    return mend(tokenize(rf"\qquad\text{{{name if starred else f'({name})'}}}"))


def _reference(cursor: Cursor) -> list[Token]:
    return tokenize(rf"\text{{({cursor.raw()})}}")


def _circled(cursor: Cursor) -> list[Token]:
    digits = "".join(token.text for token in cursor.group())
    number = int(digits) if digits.isdecimal() else 0
    if not 1 <= number <= 20:
        raise NotLinearError
    return tokenize(rf"\text{{{chr(ord('①') + number - 1)}}}")


def _upright(cursor: Cursor) -> list[Token]:
    """`\\mathrm{d}x`: of a single letter latex2mathml, and any browser, would make a variable."""
    group = cursor.group()
    if len(group) == 1 and group[0].kind == "char" and group[0].text.isalpha():
        return [Token("command", "text"), *braced(group)]
    return [Token("command", "mathrm"), *braced(mend(group))]


def _double_struck(cursor: Cursor) -> list[Token]:
    """`\\mathbb{1}`: its digits are characters of their own, which nothing else would make of them."""
    group = cursor.group()
    if all(token.text.isdecimal() and token.text.isascii() for token in group):
        return braced([Token("char", letter(token.text, "DOUBLE-STRUCK") or token.text) for token in group])
    return [Token("command", "mathbb"), *braced(mend(group))]


def _operator(cursor: Cursor) -> list[Token]:
    """`\\mathop{…}\\limits_{…}`: limits under and over a body of any kind."""
    return _with_limits(cursor, mend(cursor.group()))


def _operator_name(cursor: Cursor) -> list[Token]:
    starred = cursor.takes("*")
    body = [Token("command", "mathrm"), *braced(mend(cursor.group()))]
    if starred:
        return _with_limits(cursor, body)
    return [*tokenize(r"\,"), *braced(body), *(tokenize(r"\,") if _begins_with_a_letter(cursor) else ())]


def _begins_with_a_letter(cursor: Cursor) -> bool:
    """Whether what comes next would be read as one word with the letters before it."""
    cursor.skip_space()
    token = cursor.peek()
    if token is None or token.kind != "command":
        return token is not None and token.text.isalnum()
    return COMMANDS.get(token.text, ("", ""))[1] in ("ord", "func") or token.text in ALPHABETS


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
        inside = Cursor(_with_quotes(cursor.group()))
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


def _with_quotes(tokens: list[Token]) -> list[Token]:
    """LaTeX's quotes, `` ``a" ``, as they are printed."""
    tick = Token("char", "`")
    out: list[Token] = []
    for token in tokens:
        if token == tick and out[-1:] == [tick]:
            out[-1] = Token("char", "“")
        else:
            out.append(Token("char", "”") if token.text == '"' and Token("char", "“") in out else token)
    return out


def _until_dollar(cursor: Cursor) -> list[Token]:
    out: list[Token] = []
    while not cursor.takes("$"):
        out.append(cursor.next())
    return out


def _binomial(cursor: Cursor) -> list[Token]:
    above, below = mend(cursor.group()), mend(cursor.group())
    pile = [*braced(above), Token("command", "atop"), *braced(below)]
    return [*tokenize(r"\left("), *braced(pile), *tokenize(r"\right)")]


TEXTS = frozenset(["text", "textrm", "textnormal", "textup", "textit", "textbf", "textsf", "texttt", "mbox", "hbox"])
_DELIMITED = "left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm"
_MENDS: dict[str, Mend] = {
    **{name: _text(name if name not in ("mbox", "hbox") else "text") for name in TEXTS},
    **{name: delimiter(name) for name in _DELIMITED.split()},
    "mathop": _operator,
    "operatorname": _operator_name,
    **dict.fromkeys(SPACES, space),
    **dict.fromkeys(("mathbb", "Bbb"), _double_struck),
    "mathrm": _upright,
    "not": negated,
    "begin": _begin,
    "end": _end,
    "tag": _tag,
    **dict.fromkeys(("ref", "eqref"), _reference),
    "textcircled": _circled,
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
}

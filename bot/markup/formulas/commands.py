"""The commands of LaTeX that a line of text can follow; all others are refused."""

import unicodedata
from collections.abc import Sequence

from bot.markup.formulas import lettering, symbols
from bot.markup.formulas.measures import SPACES, space
from bot.markup.formulas.nodes import (
    Fenced,
    Fraction,
    Glyph,
    Lines,
    Node,
    NotLinearError,
    Root,
    Row,
    Script,
    items_of,
    letters_of,
    single,
)
from bot.markup.formulas.reader import Command, Reader, Switch
from bot.markup.formulas.tokens import Token, untokenize

_LINES = {"aligned", "align", "align*", "gathered", "gather", "gather*", "split", "equation", "equation*"}
_LINES |= {"alignat", "eqnarray", "eqnarray*", "multline", "multline*"}
_SLASH = "\u0338"
_OVER_EQUALS = {"def": "≝", "?": "≟", "△": "≜", "∆": "≜", "Δ": "≜"}
_EXPECTATIONS = {"𝔼", "ℙ", "E", "P"}


def read(tokens: Sequence[Token]) -> Row:
    """The formula's nodes, or NotLinearError."""
    return Reader(tokens, COMMANDS, SWITCHES).whole()


def _nothing(reader: Reader, name: str) -> None:
    return None


def _space(reader: Reader, name: str) -> Glyph:
    return Glyph("\u2003" if name in ("quad", "qquad") else " ", "space")


def _fraction(reader: Reader, name: str) -> Fraction:
    return Fraction(reader.argument(), reader.argument())


def _root(reader: Reader, name: str) -> Root:
    reader.skip_space()
    index = None
    if reader.takes("["):
        index = reader.row(frozenset({Token("char", "]")}))
        reader.next()
    return Root(reader.argument(), index)


def _delimiter(reader: Reader) -> str:
    reader.skip_space()
    token = reader.next()
    if token == Token("char", "."):
        return ""
    table = symbols.COMMANDS if token.kind == "command" else symbols.CHARACTERS
    text, kind = table.get(token.text, ("", ""))
    if kind not in ("open", "close", "bar", "slash", "rel"):
        raise NotLinearError
    return {"<": "⟨", ">": "⟩"}.get(text, text)


def _fenced(reader: Reader, name: str) -> Fenced:
    left = _delimiter(reader)
    body = reader.row(frozenset({Token("command", "right")}))
    reader.next()
    right = _delimiter(reader)
    if left == "{" and not right:  # cases in disguise
        raise NotLinearError
    return Fenced(left, body, right)


def _negated(reader: Reader, name: str) -> Glyph:
    node = single(reader.argument())
    if not isinstance(node, Glyph) or len(node.text) != 1:
        raise NotLinearError
    return Glyph(unicodedata.normalize("NFC", node.text + _SLASH), node.kind)


def _modulo(reader: Reader, name: str) -> Row:
    word = Glyph("mod", "word")
    if name == "mod":
        return Row((Glyph(" ", "space"), word, Glyph(" ", "space")))
    return Row((Glyph(" ", "space"), Glyph("(", "open"), word, reader.argument(), Glyph(")", "close")))


def _stacked(reader: Reader, name: str) -> Node:
    beside, base = reader.argument(), single(reader.argument())
    if name == "underset":
        words = letters_of(base)
        if all(isinstance(item, Glyph) and item.kind in ("func", "big", "space") for item in items_of(base)):
            return Script(Glyph(_spaced(base), "func"), sub=beside)
        if words in _EXPECTATIONS:
            return Script(base, sub=beside)
    elif base == Glyph("=", "rel") and (sign := _OVER_EQUALS.get(letters_of(beside))):
        return Glyph(sign, "rel")
    raise NotLinearError


def _spaced(node: Node) -> str:
    """`arg max` out of two operators."""
    return " ".join(item.text for item in items_of(node) if isinstance(item, Glyph) and item.kind != "space")


def _hidden(reader: Reader, name: str) -> Node | None:
    reader.takes("*")
    reader.group()
    return Glyph(" ", "space") if name == "hphantom" else None


def _blank(reader: Reader, name: str) -> Glyph | None:
    """Room of some length; what would draw two things together leaves them as they stand."""
    length = untokenize(space(reader))
    return Glyph(" ", "space") if length and "{-" not in length else None


def _tag(reader: Reader, name: str) -> Row:
    starred = reader.takes("*")
    shown = lettering.plain(reader.raw())
    return Row((Glyph("\u2003", "space"), Glyph(shown if starred else f"({shown})", "word")))


def _coloured(reader: Reader, name: str) -> Node | None:
    reader.group()
    return None if name == "color" else reader.argument()


def _reclassed(reader: Reader, name: str) -> Glyph:
    """`\\mathop{max}` and its like: one atom of the kind named."""
    node = single(reader.argument())
    glyphs = [item for item in items_of(node) if isinstance(item, Glyph)]
    if not glyphs or len(glyphs) < len(items_of(node)):
        raise NotLinearError
    kind = name.removeprefix("math")
    if kind == "op":
        kind = "func" if glyphs[0].text[0].isalpha() else "big"
    separator = " " if any(glyph.kind == "func" for glyph in glyphs) else ""
    return Glyph(separator.join(glyph.text for glyph in glyphs if glyph.kind != "space"), kind)


def _circled(reader: Reader, name: str) -> Glyph:
    text = letters_of(reader.argument())
    if not text.isdecimal() or not 1 <= int(text) <= 20:
        raise NotLinearError
    return Glyph(chr(ord("①") + int(text) - 1), "ord")


def _environment(reader: Reader, name: str) -> Lines:
    """Rows of an environment whose columns only align."""
    environment = reader.raw()
    if environment not in _LINES:
        raise NotLinearError
    if environment == "alignat":
        reader.group()
    stops = frozenset({Token("command", "\\"), Token("command", "end"), Token("char", "&")})
    rows: list[Node] = []
    line: list[Node] = []
    while True:
        line.append(reader.row(stops))
        token = reader.next()
        if token.text == "&":
            continue
        rows.append(Row(tuple(line)))
        line = []
        if token.text == "end":
            if reader.raw() != environment:
                raise NotLinearError
            return Lines(tuple(row for row in rows if any(items_of(cell) for cell in items_of(row))))


def _names(names: str, command: Command) -> dict[str, Command]:
    return dict.fromkeys(names.split(), command)


COMMANDS: dict[str, Command] = {
    **_names(
        "limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag ! allowbreak nobreak "
        "strut mathstrut big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm "
        "middle normalsize large small tiny Large",
        _nothing,
    ),
    **_names(", ; : > space thinspace medspace thickspace enspace nobreakspace quad qquad", _space),
    " ": _space,
    "\n": _space,
    **_names("frac dfrac tfrac cfrac", _fraction),
    "sqrt": _root,
    "left": _fenced,
    "not": _negated,
    **_names("mod pmod", _modulo),
    **_names("overset stackrel underset", _stacked),
    **dict.fromkeys(SPACES, _blank),
    **_names("label vspace phantom hphantom vphantom require", _hidden),
    "tag": _tag,
    **_names("color textcolor colorbox", _coloured),
    **_names("mathop mathbin mathrel mathord mathopen mathclose mathpunct", _reclassed),
    **_names("text textrm textnormal textup textit textsf texttt mbox hbox", lettering.text),
    **_names("mathrm operatorname mathit", lettering.upright),
    **dict.fromkeys(symbols.ALPHABETS, lettering.restyled),
    **dict.fromkeys(symbols.ACCENTS, lettering.accented),
    "textbf": lettering.bold_text,
    "textcircled": _circled,
    "begin": _environment,
}
SWITCHES: dict[str, Switch] = {
    "rm": lettering.joined,
    "it": lambda row, name: row,
    **dict.fromkeys(("bf", "cal", "sf", "tt", "frak"), lettering.switched),
}

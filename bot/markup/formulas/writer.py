"""Nodes written as lines of text: spacing as TeX's, parentheses wherever a line would lose structure."""

from unicodedata import decomposition

from bot.markup.formulas.nodes import Fenced, Fraction, Glyph, Lines, Node, NotLinearError, Root, Row, Script
from bot.markup.formulas.pieces import WORDS, Level, Piece, Written, level_of
from bot.markup.formulas.scripts import bare, small, translate
from bot.markup.formulas.symbols import RAISED, SUBSCRIPTS, SUPERSCRIPTS

_NOTHING = Piece("", "none")
_SIGNS = frozenset({"bin", "rel", "slash", "punct"})
_STARTS = frozenset({"none", "bin", "rel", "slash", "punct", "open", "unary", "first bar"})
# A fraction stands bare between these; anything else could be read as part of it.
_BEFORE_FRACTION = frozenset({"none", "rel", "punct", "open", "unary", "bar", "first bar"})
_AFTER_FRACTION = frozenset({"none", "rel", "punct", "close"})
_BARS = frozenset({"bar", "first bar"})
_LIGHT_SIGNS = frozenset("+−±∓·×")
_NOT_HUGGING = frozenset({"none", "bin", "rel", "punct", "close", "bar"})
_SPACED = frozenset({"rel", "bin"})
_WORDY = frozenset({"word", "func", "big"})
_HYPHENS = frozenset("-\u2010\u2011\u2013")
_ROOTS = {"": "√", "3": "∛", "4": "∜"}


def lines(node: Node, *, display: bool) -> list[str]:
    """The formula's lines; more than one only with `display`."""
    items = _flat(node)
    environments = [item for item in items if isinstance(item, Lines)]
    if not environments:
        return [write(node).text]
    rest = [
        item for item in items if not isinstance(item, Lines) and not (isinstance(item, Glyph) and item.text == " ")
    ]
    rows = environments[0].rows
    if rest or len(environments) > 1 or (len(rows) > 1 and not display):
        raise NotLinearError
    return [write(row).text for row in rows]


def _flat(node: Node) -> list[Node]:
    """A row's items; groups that carry no script are opened, as braces show nothing."""
    if not isinstance(node, Row):
        return [node]
    flat: list[Node] = []
    for item in node.items:
        if not isinstance(item, Row):
            flat.append(item)
            continue
        inner = _flat(item)
        if len(inner) == 1 and isinstance(inner[0], Glyph) and inner[0].kind in _SIGNS:
            inner = [Glyph(inner[0].text, "ord")]  # TeX: a sign alone in braces is an ordinary one
        flat.extend(inner)
    return flat


def write(node: Node, *, compact: bool = False) -> Written:
    """A row as text; `compact` leaves out the space around signs, as scripts do."""
    pieces = _roles([_piece(item) for item in _flat(node)])
    solid = [piece for piece in pieces if piece.kind != "space"]
    out: list[str] = []
    before, position, spaced = _NOTHING, 0, ""
    open_bars: set[str] = set()
    for piece in pieces:
        if piece.kind == "space":
            spaced = max(spaced, piece.text)
            continue
        position += 1
        after = solid[position] if position < len(solid) else _NOTHING
        if piece.kind in _BARS:
            open_bars ^= {piece.text[0]}
        text = _guard(before, piece, after, closed=after.kind == "bar" and after.text[0] in open_bars)
        shown = piece if text == piece.text else piece._replace(text=text)
        if not _ends_phrase(shown, after):
            out.append(spaced if spaced and out else _gap(before, shown, compact=compact))
        out.append(shown.text)
        before, spaced = shown, ""
    level = level_of(solid, spaced=len(solid) < len(pieces))
    return Written("".join(out).strip(), level, tuple(piece.kind for piece in solid))


def _roles(pieces: list[Piece]) -> list[Piece]:
    """TeX's rule: a binary sign without an operand on each side is unary or ordinary; so with a first bar."""
    roles: list[Piece] = []
    following = _following([piece.kind for piece in pieces])
    before = "none"
    for piece, after in zip(pieces, following, strict=True):
        kind = piece.kind
        if kind == "bin" and after in ("none", "rel", "close", "punct"):
            kind = "ord"
        elif kind == "bin" and (before in _STARTS or before in ("func", "big")):
            kind = "unary"
        elif kind == "bar" and before in _STARTS:
            kind = "first bar"
        roles.append(piece if kind == piece.kind else piece._replace(kind=kind))
        before = before if kind == "space" else kind
    return roles


def _following(kinds: list[str]) -> list[str]:
    """For each place the kind of the next piece that is no space."""
    after, out = "none", []
    for kind in reversed(kinds):
        out.append(after)
        after = after if kind == "space" else kind
    return out[::-1]


def _guard(before: Piece, piece: Piece, after: Piece, *, closed: bool) -> str:
    """The piece's text, in parentheses where a neighbour could be read as part of it.

    `closed` tells that a bar ends here what another began: in (1/2)‖x‖ it begins something.
    """
    if piece.kind == "fraction":
        left = before.kind in _BEFORE_FRACTION or (before.kind == "bin" and before.text in _LIGHT_SIGNS)
        right = closed or after.kind in _AFTER_FRACTION or (after.kind == "bin" and after.text in _LIGHT_SIGNS)
        return piece.text if left and right else f"({piece.text})"
    if piece.kind == "index root" and before.kind not in _STARTS:
        return f"({piece.text})"
    if piece.kind == "floating" and before.kind not in _STARTS:
        raise NotLinearError
    return piece.guarded if piece.guarded and after.kind not in _NOT_HUGGING else piece.text


def _ends_phrase(piece: Piece, after: Piece) -> bool:
    """A comma, and the full stop of a whole formula, follows at once, whatever space its author gave it."""
    return piece.kind == "punct" or (piece.text == "." and after is _NOTHING)


def _gap(before: Piece, piece: Piece, *, compact: bool) -> str:
    left, right = before.kind, piece.kind
    if before is _NOTHING or before.text[-1:].isspace() or piece.text[:1].isspace():
        return ""
    if left in _SPACED or right in _SPACED:
        wordy = any(side.kind in ("rel", "bin") and side.text.isalpha() for side in (before, piece))
        return " " if wordy or not compact else ""
    if left == "punct":
        return "" if compact else " "
    if left in _WORDY or right in _WORDY:
        return _word_gap(before, piece)
    # W_Q K and x^∗ y: without the space the next letter would join the script.
    joins = before.guarded and before.text[-1] != ")" and piece.text[0].isalnum()
    return " " if joins else ""


def _word_gap(before: Piece, piece: Piece) -> str:
    if piece.kind in ("close", "post", "slash") or before.kind in ("open", "unary", "slash", "first bar"):
        return ""
    if piece.kind == "bar" or piece.text[0] in _HYPHENS or before.text[-1] in _HYPHENS:
        return ""
    if before.kind in WORDS and piece.kind in ("open", "fenced", "fraction") and before.text[-1] != ")":
        return ""
    return " "


def _piece(node: Node) -> Piece:
    match node:
        case Glyph(text, kind):
            return Piece(text, kind, Level.SUM if kind == "word" and " " in text else Level.ATOM)
        case Script():
            return _script(node)
        case Fraction():
            return _fraction(node)
        case Root():
            return _root(node)
        case Fenced():
            return _fenced(node)
    raise NotLinearError


def _fraction(node: Fraction) -> Piece:
    over, under = write(node.numerator), write(node.denominator)
    if not over.text or not under.text or "fraction" in over.kinds + under.kinds:
        raise NotLinearError
    # dy/dx and ∂L/∂w are read as one quotient.
    differential = over.text[0] in "d∂" and under.text[0] == over.text[0] and len(under.kinds) == 2
    tight = under.level is Level.ATOM or differential or under.kinds == ("root",)
    above = over.text if over.level <= Level.PRODUCT else f"({over.text})"
    below = under.text if tight else f"({under.text})"
    return Piece(f"{above}/{below}", "fraction", Level.SUM)


def _root(node: Root) -> Piece:
    body = write(node.radicand)
    if not body.text:
        raise NotLinearError
    closed = body.text if body.level is Level.ATOM and body.text[0] == "(" else f"({body.text})"
    # √a² could be the square of the root.
    is_raised = any(decomposition(character).startswith("<super>") for character in body.text)
    is_plain = set(body.kinds) <= {"ord", "number"} and body.text.isalnum() and not is_raised
    bare = body.level is Level.ATOM and is_plain
    index = write(node.index, compact=True).text if node.index else ""
    if index not in _ROOTS:
        return Piece(f"{translate(index, SUPERSCRIPTS)}√{closed}", "index root", Level.SUM)
    if bare:
        return Piece(_ROOTS[index] + body.text, "root", Level.SUM, guarded=_ROOTS[index] + closed)
    return Piece(_ROOTS[index] + closed, "ord")


def _fenced(node: Fenced) -> Piece:
    body = write(node.body)
    both = node.left and node.right
    text = body.text if both or body.level <= Level.PRODUCT else f"({body.text})"
    return Piece(node.left + text + node.right, "fenced")


def _script(node: Script) -> Piece:
    base = _base(node.base)
    sub, sup = (_script_text(part) for part in (node.sub, node.sup))
    low = small(sub, SUBSCRIPTS)
    high = RAISED.get(sup.text) if sup and sup.text in RAISED else small(sup, SUPERSCRIPTS)
    text = base.text + "′" * node.primes + (low or "") + (high or "")
    kind = base.kind if base.kind in ("func", "big", "word", "close", "rel", "bin", "bar", "floating") else "ord"
    guarded = ""
    if low is None and sub:
        text = guarded = f"{text}_{bare(sub)}"
    if high is None and sup:
        star = sup.text in "∗⋆"
        guarded = f"{text}^{sup.text}" if star else f"{text}^({sup.text})"
        text += sup.text if star else f"^{bare(sup)}"
    # After ∑ comes a space: nothing can be drawn into its limits.
    return Piece(text, kind, guarded="" if kind == "big" else guarded)


def _script_text(node: Node | None) -> Written | None:
    """A script's text, None for one that is absent or empty."""
    written = write(node, compact=True) if node else None
    return written if written and written.text else None


def _base(node: Node | None) -> Piece:
    items = _flat(node) if node else []
    if not items:
        return Piece("", "floating")
    if len(items) == 1:
        piece = _piece(items[0])
        closed = piece.level is Level.ATOM and not isinstance(items[0], Script)
    else:
        written = write(Row(tuple(items)))
        piece, closed = Piece(written.text, "ord", written.level), written.level is Level.ATOM
    return piece if closed else Piece(f"({piece.text})", "ord")

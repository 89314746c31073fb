"""Letters and words of a formula: text, upright names, other alphabets, accents."""

import unicodedata

from bot.markup.formulas import symbols
from bot.markup.formulas.nodes import Glyph, Node, NotLinearError, Row, Script, items_of, letters_of, single
from bot.markup.formulas.reader import Reader

# A hat over xᵢ and a hat over its x say the same; a bar over both does not.
_SHIFTING = {"hat", "widehat", "tilde", "widetilde", "vec"}
_STRETCHING = {"overline", "underline"}
_MAX_OVERLINED = 4
_MARKS = "".join(symbols.ACCENTS.values())
_MATH_IN_TEXT = set("\\{}$")


def text(reader: Reader, name: str) -> Node:
    return _word(plain(reader.raw()))


def bold_text(reader: Reader, name: str) -> Node:
    letters = [symbols.letter(character, "BOLD") or character for character in plain(reader.raw())]
    return _word("".join(letters))


def upright(reader: Reader, name: str) -> Node:
    """`\\mathrm{…}` and `\\operatorname{…}`: a word when it holds letters alone, else mathematics."""
    reader.takes("*")
    node = reader.argument()
    if name == "operatorname":
        if "\0" in letters_of(node):
            raise NotLinearError
        return Glyph(_words(node), "func")
    return joined(node, name)


def _words(node: Node) -> str:
    """Glyphs as words, an explicit space between them kept."""
    text = "".join(item.text for item in items_of(node) if isinstance(item, Glyph))
    return " ".join(text.split()).replace("−", "-")


def joined(node: Node, name: str) -> Node:
    """Upright letters as one word; a node that holds more stays as it is."""
    glyphs = [item for item in items_of(node) if isinstance(item, Glyph)]
    solid = len(glyphs) == len(items_of(node)) and all(
        g.kind in ("ord", "number", "space") or g.text in "−." for g in glyphs
    )
    text = _words(node)
    return _word(text) if solid and text[:1].isalpha() else node


def restyled(reader: Reader, name: str) -> Node:
    return restyle(reader.argument(), symbols.ALPHABETS[name])


def switched(row: Row, name: str) -> Node:
    """The rest of a group after `\\bf` and its like."""
    return restyle(row, symbols.ALPHABETS[name])


def restyle(node: Node, alphabet: str) -> Node:
    """The letters of a node in another alphabet; a letter that has none there is refused."""
    match node:
        case Glyph(text, ("ord" | "number") as kind):
            styled = [symbols.letter(character, alphabet) for character in text]
            if None in styled:
                raise NotLinearError
            return Glyph("".join(filter(None, styled)), kind)
        case Glyph():
            return node
        case Row(items):
            return Row(tuple(restyle(item, alphabet) for item in items))
        case Script(base, sub, sup, primes):
            base, sub, sup = (part and restyle(part, alphabet) for part in (base, sub, sup))
            return Script(base, sub, sup, primes)
    raise NotLinearError


def accented(reader: Reader, name: str) -> Node:
    node = single(reader.argument())
    mark = symbols.ACCENTS[name]
    if isinstance(node, Script) and name in _SHIFTING and node.base and not (node.sup or node.primes):
        return Script(_marked(single(node.base), mark), node.sub)
    if isinstance(node, Row) and name in _STRETCHING and len(node.items) <= _MAX_OVERLINED:
        return Row(tuple(_marked(item, mark) for item in node.items))
    return _marked(node, mark)


def _marked(node: Node, mark: str) -> Glyph:
    if not isinstance(node, Glyph) or node.kind not in ("ord", "number") or len(node.text.rstrip(_MARKS)) != 1:
        raise NotLinearError
    # ı and ȷ lose their dots for an accent; the composed letter has none either.
    base = {"ı": "i", "ȷ": "j"}.get(node.text, node.text)
    return Glyph(unicodedata.normalize("NFC", base + mark), "ord")


def plain(source: str) -> str:
    """Text-mode source as text."""
    if "``" in source:
        # LaTeX's quotes: the closing ones are typed either way.
        source = source.replace("``", "“").replace("''", "”").replace('"', "”")
    pieces = source.replace("~", " ").replace("\\ ", " ").replace("{}", "").split("\\")
    text = pieces[0]
    for piece in pieces[1:]:
        if piece[:1] not in set("%_&#{}$"):
            raise NotLinearError
        text += "\ue000" + piece
    if any(sign in _MATH_IN_TEXT for before, sign in zip(" " + text, text, strict=False) if before != "\ue000"):
        raise NotLinearError
    return text.replace("\ue000", "")


def _word(text: str) -> Node:
    if not text:
        return Row(())
    return Glyph(text, "ord" if len(text) == 1 and text.isalnum() else "word")

"""MathML put into what browsers draw of it: MathML Core has left out alphabets, sizes relative to a content, lines."""

from html import unescape
from itertools import pairwise
from xml.etree.ElementTree import Element

from bot.markup.formulas.symbols import CHARACTERS, letter

_ALPHABETS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "monospace": "MONOSPACE",
}
_LEAVES = frozenset({"mi", "mn", "mo", "mtext"})
_ROWS = frozenset({"math", "mrow", "mtd", "mstyle", "msqrt", "mphantom", "mpadded", "menclose"})
_SCRIPTED = frozenset({"msub", "msup", "msubsup", "munder", "mover", "munderover"})
_SIGNS = frozenset(sign for sign, (_, kind) in CHARACTERS.items() if kind in ("bin", "rel"))
# Arrows and relations that latex2mathml takes for variables, as ⩽ and ⟹.
_FIRST_SIGN, _LAST_SIGN = "\u27c0", "\u2aff"
# Few fonts of readers have its sign for a set's difference.
_SETMINUS = "\u29f5"
# What `\\overline` puts over its body, as long as a letter.
_BAR = "\N{HORIZONTAL BAR}"
# A formula of fewer characters stays on one line.
_LONG = 16
# One of more is no formula that anyone reads in a line, and each element costs the page.
_MOST_PARTS = 60
# After these a line may end, as TeX has it.
_BREAKING = frozenset("=≠<>≤≥⩽⩾≪≫≈≃≅≡∼∝:∈∉⊂⊆→←↔↦⇒⇔⟹⟺+−-±·⋅×∗∣,;")
_UNBROKEN = _BREAKING | set("([{⟨|‖⌊⌈")


def as_browsers_draw(element: Element) -> None:
    """The element alone, its children left as they are."""
    tag = element.tag
    if tag in _LEAVES:
        if element.attrib or tag == "mi":
            _respell(element)
    elif tag == "mpadded":
        # The label of an arrow would be as wide as nothing, and lie on what follows.
        if element.get("width", "").startswith("+"):
            element.tag, element.attrib = "mrow", {}
            element.insert(0, Element("mspace", width="0.4em"))
            element.append(Element("mspace", width="0.4em"))
    elif tag in ("mover", "munder"):
        if text_of(element[1]) == _BAR:
            element.remove(element[1])
            element.tag, element.attrib = "mrow", {"notation": "top" if tag == "mover" else "bottom"}
    elif tag == "menclose":
        # Some browsers draw what it asks for, and others nothing: the page's style draws it for all.
        element.tag = "mrow"
    elif tag == "mtable":
        _rule(element)
    elif tag in _ROWS and len(element) > 1:
        _set_functions_apart(element)


def text_of(element: Element) -> str:
    """What the element itself says, without that of its children."""
    return unescape(element.text or "")


def _respell(leaf: Element) -> None:
    """Letters of another alphabet as characters of it; a sign that its author typed as itself as an operator."""
    text = leaf.text or ""
    if alphabet := _ALPHABETS.get(leaf.get("mathvariant", "")):
        del leaf.attrib["mathvariant"]
        leaf.text = "".join([letter(character, alphabet) or character for character in text])
    elif leaf.tag == "mi" and (text in _SIGNS or (len(text) == 1 and _FIRST_SIGN <= text <= _LAST_SIGN)):
        leaf.tag = "mo"
        if text == _SETMINUS:
            leaf.text = "\u2216"


def _set_functions_apart(row: Element) -> None:
    """A thin space between the name of a function and what it would be read as one word with, as TeX sets it."""
    if not any(map(_is_name, row)):
        return
    before_is_word = False
    children: list[Element] = []
    for child in row:
        is_name = _is_name(child)
        is_word = is_name or child.tag not in ("mo", "mspace", "mtext")
        if children and is_word and before_is_word and (is_name or _is_name(children[-1])):
            children.append(Element("mspace", width="0.167em"))
        children.append(child)
        before_is_word = is_word
    if len(children) > len(row):
        row[:] = children


def _is_name(element: Element) -> bool:
    """Whether it is `log`, or `log` with scripts."""
    while element.tag in _SCRIPTED and len(element):
        element = element[0]
    name = element.text or ""
    return len(name) > 1 and name.isalpha() and name.isascii() and element.tag in ("mi", "mo")


def _rule(table: Element) -> None:
    """Say of each cell which lines are drawn beside it."""
    below, beside = (table.get(name, "none").split() for name in ("rowlines", "columnlines"))
    for row_number, row in enumerate(table):
        for column, cell in enumerate(row):
            lines = [
                side
                for side, kinds, place, count in (
                    ("bottom", below, row_number, len(table)),
                    ("right", beside, column, len(row)),
                )
                # The last word is said of all that follow.
                if place < count - 1 and kinds[min(place, len(kinds) - 1)] != "none"
            ]
            if lines:
                cell.set("notation", " ".join(lines))


def parts_of(root: Element) -> list[Element]:
    """A long formula as several elements, the sign between two of them at the end of the first."""
    row = root
    while len(row) == 1 and row[0].tag == "mrow":
        row = row[0]
    ends = _ends(row)
    if not 0 < len(ends) < _MOST_PARTS or sum(len(text_of(part)) for part in root.iter()) <= _LONG:
        return [root]
    children, parts = list(row), list[Element]()
    for start, end in pairwise((0, *ends, len(children))):
        part = Element("math", root.attrib)
        part.extend(children[start:end])
        if end < len(children):
            children[end - 1].set("form", "infix")
        parts.append(part)
    return parts


def _ends(row: Element) -> list[int]:
    """Before which children a line may begin."""
    ends: list[int] = []
    before = "("
    for place, child in enumerate(row, 1):
        sign = text_of(child)
        # A sign that begins something is of what comes after it.
        if sign in _BREAKING and before not in _UNBROKEN and place < len(row):
            ends.append(place)
        before = sign or "x"
    return ends

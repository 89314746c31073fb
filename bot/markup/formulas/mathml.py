"""Formulas as MathML, by latex2mathml on the mended source."""

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

from bot.markup.formulas.dialect import drawable

# What latex2mathml raises on LaTeX it cannot follow: its own errors, and those of the code it trips over.
CONVERTER_ERRORS: tuple[type[Exception], ...] = (
    *(value for value in vars(exceptions).values() if isinstance(value, type) and issubclass(value, Exception)),
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)
# MathML Core: elements with a fixed number of children. One that lacks a child is a formula that lacks a part.
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
# Signs are written as references: one that is not was none to the converter, as a column's `&` outside of a table.
_ASTRAY = re.compile(r"<|&(?!(?:#x[0-9A-Fa-f]+|lt|gt|amp);)")
_ELEMENT_NAMES = """
    math mi mn mo mrow ms mspace mtext mstyle mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts
    mtable mtr mtd mpadded mphantom menclose merror none mprescripts
"""
_ATTRIBUTE_NAMES = """
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form height largeop
    linebreak linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation
    rowlines rowspacing rspace scriptlevel separator stretchy symmetric voffset width
"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
# Few fonts of readers have its sign for a set's difference; the one that all have is a sign between two things.
_SETMINUS = ("<mi>\u29f5</mi>", "<mo>\u2216</mo>")
# A command that it does not know comes out as its name.
UNKNOWN_COMMAND = re.compile(r"\\[A-Za-z]")


@lru_cache(maxsize=1024)
def to_mathml(latex: str, *, display: bool = False) -> str | None:
    """A `<math>` element for HTML, or None when the formula is not understood.

    Safe to put in a page: elements and attributes are of those that lay a formula out, without links, styles or
    scripts, and everything of the author's is escaped.
    """
    source = drawable(latex)
    if source is None:
        return None
    try:
        root = convert_to_element(source, display="block" if display else "inline")
    except CONVERTER_ERRORS:
        return None
    pieces: list[str] = []
    if not _write(root, pieces):
        return None
    mathml = "".join(pieces).replace(*_SETMINUS)
    return None if UNKNOWN_COMMAND.search(mathml) else mathml


def _write(element: Element, pieces: list[str]) -> bool:
    """Add the element as XML; tell whether it and all in it are whole."""
    tag = element.tag
    if tag not in _ELEMENTS or len(element) != _CHILDREN.get(tag, len(element)):
        return False
    attributes = "".join([f' {name}="{escape(value)}"' for name, value in element.items() if name in _ATTRIBUTES])
    pieces.append(f"<{tag}{attributes}>")
    text = element.text or ""
    if "&" in text or "<" in text:
        if _ASTRAY.search(text):
            return False
        # A character takes a reader of HTML a fraction of the time that a reference to it takes.
        text = escape(unescape(text), quote=False)
    pieces.append(text)
    for child in element:
        if not _write(child, pieces):
            return False
    pieces.append(f"</{tag}>")
    return True

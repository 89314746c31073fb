"""Formulas as MathML, by latex2mathml on the mended source."""

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

from bot.markup.formulas.dialect import drawable
from bot.markup.formulas.redrawing import as_browsers_draw, parts_of

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
_CLOSING = re.compile(r"[.,;:!?)\]}”’…，。；：、！？）》」』]+")
# A command that it does not know comes out as its name.
UNKNOWN_COMMAND = re.compile(r"\\[A-Za-z]")


@lru_cache(maxsize=1024)
def to_mathml(latex: str, *, display: bool = False) -> str | None:
    """A `<math>` element for HTML, or None when the formula is not understood.

    Safe to put in a page: elements and attributes are of those that lay a formula out, without links, styles or
    scripts, and everything of the author's is escaped. The attribute `notation` asks the page's style for lines: of
    an `mrow` at the top or bottom, around it or through it, of an `mtd` at the right or bottom.
    """
    root = _element(latex, display=display)
    return None if root is None else _written([root])


@lru_cache(maxsize=1024)
def to_inline_mathml(latex: str) -> str | None:
    """As `to_mathml`, for running text: a long formula is several elements, between which a line may end."""
    root = _element(latex, display=False)
    return None if root is None else _written(parts_of(root))


def tied(mathml: str, after: str) -> str:
    """The formula and the HTML after it: what ends a phrase stays on the formula's line, as browsers would not have it.

    The page's style keeps a `span` of the class `tied` on one line.
    """
    marks = _CLOSING.match(after)
    if marks is None:
        return mathml + after
    before, tag, last = mathml.rpartition("<math")
    return f'{before}<span class="tied">{tag}{last}{marks.group()}</span>{after[marks.end() :]}'


def _element(latex: str, *, display: bool) -> Element | None:
    source = drawable(latex)
    if source is None:
        return None
    try:
        root: Element = convert_to_element(source, display="block" if display else "inline")
    except CONVERTER_ERRORS:
        return None
    return root


def _written(elements: list[Element]) -> str | None:
    pieces: list[str] = []
    for element in elements:
        if not _write(element, pieces):
            return None
    mathml = "".join(pieces)
    return None if UNKNOWN_COMMAND.search(mathml) else mathml


def _write(element: Element, pieces: list[str]) -> bool:
    """Add the element as XML; tell whether it and all in it are whole."""
    tag = element.tag
    if tag not in _ELEMENTS or len(element) != _CHILDREN.get(tag, len(element)):
        return False
    text = element.text or ""
    if "&" in text or "<" in text:
        if _ASTRAY.search(text):
            return False
        # A character takes a reader of HTML a fraction of the time that a reference to it takes.
        element.text = unescape(text)
    as_browsers_draw(element)
    tag = element.tag
    attributes = "".join([f' {name}="{escape(value)}"' for name, value in element.items() if name in _ATTRIBUTES])
    pieces.append(f"<{tag}{attributes}>{escape(element.text or '', quote=False)}")
    for child in element:
        if not _write(child, pieces):
            return False
    pieces.append(f"</{tag}>")
    return True

"""Formulas as MathML, by latex2mathml on the mended source."""

import re
from functools import lru_cache
from xml.etree.ElementTree import ParseError, fromstring

from latex2mathml import exceptions
from latex2mathml.converter import convert

from bot.markup.formulas.dialect import drawable

# What latex2mathml raises on LaTeX it cannot follow: its own errors, and those of the code it trips over;
# then what is no XML, because it took some sign for a tag.
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
    ParseError,
)
# MathML Core: elements with a fixed number of children. One that lacks a child is a formula that lacks a part.
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
# A command that it does not know comes out as its name.
_REFERENCE = re.compile(r"&#x([0-9A-F]{5});")
UNKNOWN_COMMAND = re.compile(r"\\[A-Za-z]")


@lru_cache(maxsize=1024)
def to_mathml(latex: str, *, display: bool = False) -> str | None:
    """A `<math>` element, or None when the formula is not understood."""
    source = drawable(latex)
    if source is None:
        return None
    try:
        # A character takes a reader of HTML a fraction of the time that a reference to it takes.
        mathml = _REFERENCE.sub(_character, str(convert(source, display="block" if display else "inline")))
        root = fromstring(mathml)  # noqa: S314  its root is a <math> tag: there is no room for a DTD
    except CONVERTER_ERRORS:
        return None
    whole = all(len(element) == _CHILDREN.get(element.tag.rpartition("}")[2], len(element)) for element in root.iter())
    return mathml if whole and not UNKNOWN_COMMAND.search(mathml) else None


def _character(reference: re.Match[str]) -> str:
    character = chr(int(reference.group(1), 16))
    return reference.group() if character in "<>&" else character

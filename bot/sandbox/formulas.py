"""LaTeX to MathML for the chat page, with nothing in it but mathematics."""

import html
import re
from typing import Any
from xml.etree.ElementTree import Element, tostring

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

MAX_FORMULA_CHARACTERS = 4_096
# What latex2mathml sets to lay a formula out; links, styles and event handlers are not among them.
KEPT_ATTRIBUTES = frozenset({
    "xmlns", "display", "mathvariant", "stretchy", "fence", "form", "accent", "accentunder", "movablelimits",
    "columnalign", "rowalign", "columnlines", "rowlines", "columnspacing", "rowspacing", "linethickness", "width",
    "height", "depth", "lspace", "rspace", "minsize", "maxsize", "scriptlevel", "displaystyle", "notation", "separator",
})  # fmt: skip
# What latex2mathml does not know, by what it does: aligned lines, stacked lines, and bars of a given size. For
# `\setminus` it takes a sign that few fonts have.
REWRITTEN = (
    (re.compile(r"\\setminus(?![A-Za-z])"), r"\\smallsetminus"),
    (re.compile(r"\\(begin|end)\{aligned\}(?:\[[tbc]\])?"), r"\\\1{split}"),
    (re.compile(r"\\begin\{alignedat\}\{\d+\}"), r"\\begin{split}"),
    (re.compile(r"\\end\{alignedat\}"), r"\\end{split}"),
    (re.compile(r"\\begin\{(?:gathered|gather\*?)\}"), r"\\begin{array}{c}"),
    (re.compile(r"\\end\{(?:gathered|gather\*?)\}"), r"\\end{array}"),
    (re.compile(r"(\\[bB]igg?[lrm]?)\s*(?:\\[lr]?Vert(?![A-Za-z])|\\\|)"), "\\1‖"),
    (re.compile(r"(\\[bB]igg?[lrm]?)\s*\\[lr]?vert(?![A-Za-z])"), r"\1|"),
)
BAR = "\N{HORIZONTAL BAR}"
# A command that it does not know comes out as its name.
UNKNOWN_COMMAND = re.compile(r"\\[A-Za-z]")
UNREADABLE: tuple[type[Exception], ...] = (
    *(fault for fault in vars(exceptions).values() if isinstance(fault, type) and issubclass(fault, Exception)),
    RecursionError,
    ValueError,
    LookupError,
    AttributeError,
)


def mathml(source: str, *, display: bool = False) -> str | None:
    """The formula as a <math> element, safe in a page; None when it cannot be read."""
    if len(source) > MAX_FORMULA_CHARACTERS:
        return None
    for pattern, replacement in REWRITTEN:
        source = pattern.sub(replacement, source)
    try:
        element: Any = convert_to_element(source, display="block" if display else "inline")
    except UNREADABLE:
        return None
    for part in list(element.iter()):
        _only_mathematics(part)
        _as_browsers_draw(part)
    written = tostring(element, encoding="unicode")
    return None if UNKNOWN_COMMAND.search(written) else written


def _only_mathematics(part: Element) -> None:
    for name in set(part.attrib) - KEPT_ATTRIBUTES:
        del part.attrib[name]
    # The converter writes character references into the text; as characters they are escaped on the way out.
    part.text = html.unescape(part.text) if part.text else part.text
    part.tail = html.unescape(part.tail) if part.tail else part.tail


def _as_browsers_draw(part: Element) -> None:
    """Put what MathML Core has left out into what it has: sizes relative to the content, and bars as long as it."""
    if part.tag == "mpadded" and part.get("width", "").startswith("+"):
        part.tag, part.attrib = "mrow", {}
        part.insert(0, Element("mspace", width="0.4em"))
        part.append(Element("mspace", width="0.4em"))
    elif part.tag in ("mover", "munder") and len(part) == 2 and html.unescape(part[1].text or "") == BAR:
        # The page's style draws the bar by this attribute.
        side = "top" if part.tag == "mover" else "bottom"
        part.remove(part[1])
        part.tag, part.attrib = "mrow", {"notation": side}

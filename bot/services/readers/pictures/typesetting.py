"""LaTeX set as SVG by ziamath, with Chinese from the font beside this module.

Runs in the picture worker: ziamath is slow on nested rows and may meet anything, so nothing else imports this.
"""

import re
from functools import cache
from importlib.resources import as_file, files
from typing import Any
from xml.etree.ElementTree import tostring

from ziafont.font import Font
from ziafont.fonttypes import BBox
from ziafont.glyph import SimpleGlyph
from ziamath.mathfont import MathFont
from ziamath.nodes.moperator import Moperator
from ziamath.nodes.mrow import Mrow
from ziamath.nodes.nodetools import elementtext
from ziamath.operators import get_params
from ziamath.tex import tex2mml
from ziamath.zmath import Math, loadedfonts

from bot.markup.formulas import CONVERTER_ERRORS, UNKNOWN_COMMAND, drawable

# Pixels of one em in the SVG.
EM = 40.0
_FONT = "heliograph"
_CHINESE = "HeliographCJK.ttf"
# A row is as high as a bracket at least, with some room under it: ziamath would set rows of small letters too close.
_ROW_BEGINNING = re.compile(r"<mtr><mtd([^>]*?) ?(/?)>")
_STRUT = '<mpadded width="0px"><mphantom><mo stretchy="false">(</mo></mphantom></mpadded>'
_TABLE = re.compile(r'<mtable(?![^>]* rowspacing="0\.1em")((?:(?! rowspacing)[^>])*)(?: rowspacing="[^"]*")?')
# ϕ, ϵ, ϑ, ϰ, ϱ and ϖ, as latex2mathml writes them.
_ITALICS = {
    "&#x003D5;": "\U0001d719",
    "&#x003F5;": "\U0001d716",
    "&#x003D1;": "\U0001d717",
    "&#x003F0;": "\U0001d718",
    "&#x003F1;": "\U0001d71a",
    "&#x003D6;": "\U0001d71b",
}
# MathML elements that hold text alone: ziamath passes over elements in them.
_LEAVES = ("mi", "mn", "mo", "mtext", "ms")
# Elements whose content is a row that measures itself.
_ROWS = frozenset({"mrow", "mtable", "mfenced", "msqrt", "mroot", "menclose", "mphantom", "mpadded", "merror"})


class UndrawableError(Exception):
    """The formula cannot be drawn as its author meant it; the message says why."""


class _BorrowedGlyph(SimpleGlyph):
    """A glyph of another font under an index of its own, so that the math font's tables never mistake it."""

    def __init__(self, glyph: SimpleGlyph, index: int) -> None:
        self._width = glyph.advance()
        super().__init__(index, glyph.operators, glyph.bbox, glyph.font)

    def advance(self, nextchr: SimpleGlyph | None = None) -> int:
        return int(self._width)


class _Font(MathFont):
    """The math font, with the characters it lacks from the Chinese one (both have 1,000 units to the em)."""

    _FIRST_BORROWED = 0x10000  # an OpenType font has no glyph index above 65,535

    def __init__(self, path: str, chinese: str) -> None:
        super().__init__(path)
        self._chinese = Font(chinese)
        self._borrowed: dict[int, _BorrowedGlyph] = {}

    def glyph(self, char: str) -> SimpleGlyph:
        if self.glyphindex(char):
            return super().glyph(char)
        index = self._chinese.glyphindex(char)
        if not index:
            raise UndrawableError(f"no font here has the character {char!r}")
        return self.glyph_fromid(self._FIRST_BORROWED + index)

    def glyph_fromid(self, glyphid: int) -> SimpleGlyph:
        if glyphid < self._FIRST_BORROWED:
            return super().glyph_fromid(glyphid)
        if glyphid not in self._borrowed:
            glyph = self._chinese.glyph_fromid(glyphid - self._FIRST_BORROWED)
            self._borrowed[glyphid] = _BorrowedGlyph(glyph, glyphid)
        return self._borrowed[glyphid]


class _Row(Mrow, tag="mrow"):
    """ziamath's row, measured once and only when something in it stretches.

    ziamath measures rows within rows again, twice as often each level.
    """

    def _get_height_nostretch(self, line: list[Any], **kwargs: Any) -> tuple[float, float]:
        if kwargs.get("nostretch") or not any(map(_may_stretch, line)):
            return 0.0, 0.0
        low, high = super()._get_height_nostretch(line, **kwargs)
        return float(low), float(high)


def _may_stretch(element: Any) -> bool:
    if element.tag in _ROWS:
        return False
    if element.tag in ("mo", "mi"):  # ziamath takes some identifiers for operators
        stretchy = element.get("stretchy")
        return stretchy != "false" and (stretchy == "true" or _stretches(elementtext(element)))
    return any(map(_may_stretch, element))


@cache
def _stretches(sign: str) -> bool:
    forms = (get_params(sign, form) for form in ("prefix", "infix", "postfix"))
    return any(params.get("stretchy", "false") != "false" for params in forms)


class _Operator(Moperator, tag="mo"):
    """ziamath's operator, but sums do not grow with their row, and one left out of a measure has no height.

    ziamath gives the latter a height below zero, which pushes limits and brackets far apart.
    """

    def _setup(self, **kwargs: Any) -> None:
        if self.params.get("largeop") == "true":
            self.params = {**self.params, "stretchy": "false"}
        super()._setup(**kwargs)  # type: ignore[no-untyped-call]  # ziamath types most of its methods, not this one
        if self.bbox.ymin > self.bbox.ymax:
            axis = self.units_to_points(self.font.math.consts.axisHeight)
            self.bbox = BBox(self.bbox.xmin, self.bbox.xmax, axis, axis)


def _mended(mathml: str) -> str:
    """MathML with room between rows, and with the letters that ziamath leaves upright in italics."""
    for entity, italic in _ITALICS.items():
        mathml = mathml.replace(f"<mi>{entity}</mi>", f"<mi>{italic}</mi>")
    mathml = _ROW_BEGINNING.sub(lambda match: f"<mtr><mtd{match[1]}>{_STRUT}{'</mtd>' if match[2] else ''}", mathml)
    return _TABLE.sub(r"<mtable rowspacing='0.35em'\1", mathml)


def load_fonts() -> None:
    """Read both fonts; call once before `to_svg`."""
    chinese = files("bot.services.readers.pictures") / "font" / _CHINESE
    with as_file(files("ziamath.fonts") / "STIXTwoMath-Regular.ttf") as math, as_file(chinese) as fallback:
        loadedfonts[_FONT] = _Font(str(math), str(fallback))


def to_svg(latex: str) -> tuple[str, float, float]:
    """The formula as SVG in black, with its width and height in pixels. Raises UndrawableError."""
    source = drawable(latex)
    if source is None:
        raise UndrawableError("its LaTeX does not close, or is too long")
    try:
        picture = Math(_mended(tex2mml(source)), size=EM, font=_FONT, margin=0)
        svg = picture.svgxml()
    except CONVERTER_ERRORS as error:
        raise UndrawableError(f"its LaTeX is not understood ({type(error).__name__})") from error
    if any(len(leaf) for tag in _LEAVES for leaf in picture.mathml.iter(tag)):
        raise UndrawableError("part of it would be missing")
    if UNKNOWN_COMMAND.search(picture.mathmlstr()):
        raise UndrawableError("it has a command that is not known here")
    return tostring(svg, encoding="unicode"), float(svg.attrib["width"]), float(svg.attrib["height"])

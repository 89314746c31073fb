"""Markdown of many dialects rewritten into the one dialect our parser reads; code is never touched.

Total and linear: any string in, clean text out. Normalising twice gives what normalising once gave.
"""

from dataclasses import dataclass

from bot.markup.normalise.bars import has_wiki_rows, keep_bars
from bot.markup.normalise.characters import clean, has_inert, is_ordinary
from bot.markup.normalise.containers import unfold
from bot.markup.normalise.emphasis import settle_marks
from bot.markup.normalise.math import spell_inertly
from bot.markup.normalise.roles import keep_roles
from bot.markup.normalise.shortcodes import expand
from bot.markup.normalise.stash import Stash

_MATH_SIGNS = ("$", "\\(", "\\[", "\\begin{")
# A post without any of these is in our dialect already.
_SIGNS = (*_MATH_SIGNS, "{{", "{%", ":::", "!!!", "???", "==", "~", "^", "\n:")


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` may hold inert spellings (see `characters`) where `inert`; `remarks` say what was left out, by line."""

    text: str
    remarks: tuple[str, ...]
    inert: bool


def normalise(source: str, *, first_line: int = 1) -> Normalised:
    """`first_line` is the line of the file on which `source` starts, so that remarks name the author's lines."""
    text, inert = source, False
    if not is_ordinary(source):
        text = clean(source)
        inert = has_inert(text)
    signed = ("*" in text and not text.isascii()) or text[:1] == ":" or any(map(text.__contains__, _SIGNS))
    if not (signed or has_wiki_rows(text)):
        return Normalised(text, (), inert)
    stash = Stash()
    before = text = stash.take_code(text)
    remarks: list[str] = []
    if "{{" in text or "{%" in text:
        text, remarks = expand(text, stash, first_line)
    if any(map(text.__contains__, _MATH_SIGNS)):
        text = spell_inertly(text, stash)
    text = keep_bars(keep_roles(settle_marks(unfold(text, stash))))
    inert = inert or (text is not before and has_inert(text))
    return Normalised(stash.fill(text), tuple(remarks), inert)

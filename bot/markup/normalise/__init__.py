"""Markdown of many dialects rewritten into the one dialect our parser reads; code is never touched.

Total and linear: any string in, clean text out. Normalising twice gives what normalising once gave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.markup.normalise.attributes import drop_attributes, has_attributes
from bot.markup.normalise.bars import has_code_rows, has_wiki_rows, keep_bars, keep_code_bars
from bot.markup.normalise.characters import clean, has_inert, is_ordinary
from bot.markup.normalise.comments import drop_comments, has_comments
from bot.markup.normalise.containers import has_containers, unfold
from bot.markup.normalise.definitions import may_define, settle
from bot.markup.normalise.emphasis import settle_marks
from bot.markup.normalise.math import spell_inertly
from bot.markup.normalise.notes import set_notes_apart
from bot.markup.normalise.roles import keep_roles
from bot.markup.normalise.shortcodes import expand
from bot.markup.normalise.stash import Stash


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` may hold inert spellings (see `characters`) where `inert`; `remarks` say what was left out, by line.

    `formulas` are the sources of the formulas found, delimiters included, by their inert spelling.
    """

    text: str
    remarks: tuple[str, ...]
    inert: bool
    formulas: Mapping[str, str] = field(default_factory=dict)


def normalise(source: str, *, first_line: int = 1) -> Normalised:
    """`first_line` is the line of the file on which `source` starts, so that remarks name the author's lines."""
    text, inert = source, False
    if not is_ordinary(source):
        text = clean(source)
        inert = has_inert(text)
    code_rows = has_code_rows(text)
    if not (_is_foreign(text) or code_rows or has_wiki_rows(text)):
        return Normalised(text, (), inert)
    stash = Stash()
    before = text = stash.take_code(text)
    remarks: list[str] = []
    if _has_shortcodes(text):
        text, remarks = expand(text, stash, first_line)
    if _has_math(text):
        text = spell_inertly(text, stash)
        if may_define(stash.formulas.values()):
            text = settle(text, stash)
    if code_rows:
        text = keep_code_bars(text, stash)
    text = keep_bars(keep_roles(settle_marks(unfold(drop_attributes(set_notes_apart(drop_comments(text))), stash))))
    inert = inert or (text is not before and has_inert(text))
    return Normalised(stash.fill(text), tuple(remarks), inert, stash.formulas)


# One character is looked for ten times faster than two, so each of these asks for one first.


def _is_foreign(text: str) -> bool:
    """Whether any rule might rewrite `text`; what none might is in our dialect already."""
    return (
        "^" in text
        or "~" in text
        or ("*" in text and not text.isascii())
        or _has_math(text)
        or ("=" in text and "==" in text)
        or _has_shortcodes(text)
        or has_containers(text)
        or has_attributes(text)
        or has_comments(text)
        or (":" in text and ("\n:" in text or text[0] == ":"))
    )


def _has_math(text: str) -> bool:
    return "$" in text or ("\\" in text and ("\\(" in text or "\\[" in text or "\\begin{" in text))


def _has_shortcodes(text: str) -> bool:
    return "{" in text and ("{{" in text or ("%" in text and "{%" in text))

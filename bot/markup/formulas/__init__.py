"""Formulas: LaTeX in, and out comes what a reader can look at."""

from bot.markup.formulas.dialect import drawable
from bot.markup.formulas.linear import to_unicode
from bot.markup.formulas.macros import MAX_LENGTH
from bot.markup.formulas.mathml import CONVERTER_ERRORS, UNKNOWN_COMMAND, tied, to_inline_mathml, to_mathml

__all__ = [
    "CONVERTER_ERRORS",
    "MAX_LENGTH",
    "UNKNOWN_COMMAND",
    "drawable",
    "tied",
    "to_inline_mathml",
    "to_mathml",
    "to_unicode",
]

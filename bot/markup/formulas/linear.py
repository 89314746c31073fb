"""A formula as one line of Unicode text, or None when a line would not stay true to it.

True means that the line can be read in one way only, the formula's: a script that has no Unicode form is written
`_Q`, `_(…)` or `^(…)`, a fraction `a/(b + c)`, a root `√(x + 1)`, with parentheses wherever a neighbour could be
drawn in. What has a second dimension (matrices, cases, fractions in fractions) is refused.
"""

import re
from functools import lru_cache
from unicodedata import category

from bot.markup.formulas.commands import read
from bot.markup.formulas.macros import MAX_LENGTH, expand
from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.tags import tags_last
from bot.markup.formulas.tokens import tokenize
from bot.markup.formulas.writer import lines

# Unicode has one raised T: beside a transpose it must not be a power as well.
_POWER_T = re.compile(r"\^\s*\{?\s*T\b")
_MAX_DISPLAYED = 120
# Where a displayed formula is better drawn: scripts and fractions that need parentheses on a line.
# As TDLib finds commands (match_bot_commands): a slash before a letter, a digit or `_`, and not after these.
_SLASH = re.compile(r"(^|[^A-Za-z0-9_/<>])/(?=[A-Za-z0-9_])", re.MULTILINE)
_CROWDED = re.compile(r"[_^√/]\(|\)/")


@lru_cache(maxsize=4096)
def to_unicode(latex: str, *, display: bool = False) -> str | None:
    """The formula as text without a `\\command` left, or None.

    With `display`, simple aligned rows become lines, and None also answers formulas that a picture shows better.
    """
    if len(latex) > MAX_LENGTH or (r"\top" in latex and _POWER_T.search(latex)):
        return None
    tokens = expand(tokenize(latex))
    if tokens is None:
        return None
    try:
        rows = lines(read(tags_last(tokens)), display=display)
    except NotLinearError:
        return None
    text = "\n".join(rows).strip()
    if not text:
        return None
    if display and (_CROWDED.search(text) or max(map(len, rows)) > _MAX_DISPLAYED):
        return None
    return _SLASH.sub(_division, text) if "/" in text else text


def _division(slash: re.Match[str]) -> str:
    """Telegram makes a command of `/2` wherever no letter or digit stands before it: there, the sign of division."""
    before = slash.group(1)
    is_word = before and (category(before)[0] == "L" or category(before) == "Nd")
    return slash.group() if is_word else f"{before}∕"

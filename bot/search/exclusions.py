"""Words that no result may hold, typed with a minus before them: `from scratch -attention`."""

import re

from bot.search.tokens import CJK
from bot.search.units import joins_of, units_of

MAX_EXCLUDED = 4
_WORD = r"[^\W_]+(?:[-_./][^\W_]+)*(?:\+\+|#)?"
# After a word and a space: the minus of `n -1`, `x -y` and `L = -log p` is that of a formula.
_BEFORE = r"(?:(?<=[\w”\"] )|(?<=\w\+\+ )|(?<=\w# ))"
_LONGER_THAN_A_LETTER = rf"[^\W\d_](?:[^\W_]|-[^\W_][^\W_]|\+\+|#)|[{CJK}]"
_EXCLUDED = re.compile(rf"{_BEFORE}-(?P<word>(?={_LONGER_THAN_A_LETTER}){_WORD})(?!\S)")


def take_exclusions(folded: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    """The tokens of each word that a folded text excludes, and the text without them.

    Nothing is excluded that is also asked for.
    """
    left = " ".join(_EXCLUDED.sub(" ", folded).split())
    asked = {unit.text for unit in units_of(left)[0]}
    words = [match["word"] for match in _EXCLUDED.finditer(folded)]
    if not words or any(unit.text in asked for word in words for unit in units_of(word)[0]):
        return (), folded
    return tuple(map(_tokens, words[:MAX_EXCLUDED])), left


def _tokens(word: str) -> tuple[str, ...]:
    """What a post holds that holds the word: a compound as the index joins it, a run of characters by its pairs."""
    units, groups = units_of(word)
    whole = [join.token for join in joins_of(units, groups) if join.end - join.start == len(units)]
    if whole:
        return (whole[0],)
    return tuple(f"{token}*" if unit.is_single else token for unit in units for token in unit.tokens)

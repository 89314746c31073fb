"""What no result may hold, typed with a minus before it: `from scratch -attention`, `attention -"all you need"`."""

import re

from bot.search.tokens import CJK
from bot.search.units import joins_of, units_of

MAX_EXCLUDED = 4
_WORD = r"[^\W_]+(?:[-_./][^\W_]+)*(?:\+\+|#)?"
# After a word and a space: the minus of `n -1`, `x -y` and `L = -log p` is that of a formula.
_BEFORE = r"(?:(?<=[\w”\"] )|(?<=\w\+\+ )|(?<=\w# ))"
_LONGER_THAN_A_LETTER = rf"[^\W\d_](?:[^\W_]|-[^\W_][^\W_]|\+\+|#)|[{CJK}]"
_PHRASE = r"[\"“”](?P<phrase>[^\"“”]+)[\"“”]"
_EXCLUDED = re.compile(rf"{_BEFORE}-(?:(?P<word>(?={_LONGER_THAN_A_LETTER}){_WORD})|{_PHRASE})(?!\S)")


def take_exclusions(folded: str) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...], str]:
    """The tokens of each word that a folded text excludes, its excluded phrases, and the text without all of them.

    Nothing is excluded that is also asked for. A phrase of one word is that word.
    """
    left = " ".join(_EXCLUDED.sub(" ", folded).split())
    asked = {unit.text for unit in units_of(left)[0]}
    excluded = [match["word"] or match["phrase"] for match in _EXCLUDED.finditer(folded)]
    words = [one for one in excluded if len(set(units_of(one)[1])) == 1]
    phrases = [one for one in excluded if len(set(units_of(one)[1])) > 1]
    if not excluded or any(unit.text in asked for word in words for unit in units_of(word)[0]):
        return (), (), folded
    return tuple(map(_tokens, words[:MAX_EXCLUDED])), tuple(phrases[:MAX_EXCLUDED]), left


def _tokens(word: str) -> tuple[str, ...]:
    """What a post holds that holds the word: a compound as the index joins it, a run of characters by its pairs."""
    units, groups = units_of(word)
    whole = [join.token for join in joins_of(units, groups) if join.end - join.start == len(units)]
    if whole:
        return (whole[0],)
    return tuple(f"{token}*" if unit.is_single else token for unit in units for token in unit.tokens)

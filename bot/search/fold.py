"""Folds text so that spellings a reader would call the same are the same: width, script, accents, invisible marks."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

# 著 is how traditional text writes the particle 着; the table keeps it, because 著 also stands in 著名.
_MORE_PAIRS = {"著": "着"}
# Zero-width and bidirectional marks, soft hyphen, variation selectors, skin tones: they are seen by nobody, or change
# only a colour. The joiner of emoji goes with them: a family is found by each of its members.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff"
)
_DROPPED = re.compile(f"[{_INVISIBLE}]")
# Lone surrogates and NUL raise in both databases.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ACCENTED = re.compile("[\u00c0-\u036f\u0370-\u04ff\u1e00-\u1fff]")
_BASIC = "\uffff"
# Superscripts and subscripts; folded, they would be letters of the word before them.
_RAISED = "\u00b2\u00b3\u00b9\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d6a\u1d9b-\u1dbf\u2070-\u209c\u2c7c\u2c7d"
_RAISED_EDGE = re.compile(
    f"(?<=[^\\W_{_RAISED}\u0300-\u036f])(?=[{_RAISED}])|(?<=[\u0300-\u036f])(?=[{_RAISED}])"
    f"|(?<=[{_RAISED}])(?=[^\\W_{_RAISED}])|(?<=[\u0370-\u03ff])(?=\\d)"
)
# As in 2024.12.31, which is no version: its numbers are those of 2024-12-31.
_DOTTED_DAY = re.compile(r"(?<![\w.])((?:19|20)\d\d)\.(\d\d?)\.(\d\d?)(?![\w.]*\d)")
_ACCENTS = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """`text` in compatibility form, simplified, without accents and invisible marks; letter case is kept."""
    if text.isascii():
        return _UNSTORABLE.sub(" ", text)
    text = _DROPPED.sub("", _UNSTORABLE.sub(" ", text))
    text = unicodedata.normalize("NFKC", text)
    if _ACCENTED.search(text):
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return _traditional().sub(_simplify, text)


def fold_spellings(text: str) -> str:
    """`fold` for what is cut into words: αₜ is written as `alpha_t` is, β1 as `beta_1`, 2024.12.31 as 2024-12-31 is."""
    if not text.isascii():
        text = _RAISED_EDGE.sub("_", text)
    return _DOTTED_DAY.sub(r"\1-\2-\3", fold(text))


def storable(text: str) -> str:
    """`text` with what a database refuses made spaces; offsets stay."""
    return _UNSTORABLE.sub(" ", text)


def fold_in_place(text: str) -> str:
    """`text` folded and in lower case, character by character: offsets in the result are offsets in `text`."""
    return text.lower() if text.isascii() else text.translate(_folded_characters())


class _FoldedCharacters(dict[int, str]):
    """Maps a character to its fold when that is one character, else to its first; to a space when nothing is left."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code)).lower() or " "
        self[code] = folded[0]
        return folded[0]


@cache
def _folded_characters() -> _FoldedCharacters:
    """One table for the process: it only remembers what it computed."""
    return _FoldedCharacters()


@cache
def _traditional() -> re.Pattern[str]:
    # Rare characters beyond the basic plane make the class slow for every text: they are matched as a range.
    return re.compile(f"[{''.join(c for c in _simplified() if c <= _BASIC)}\U00020000-\U0003ffff]")


def _simplify(match: re.Match[str]) -> str:
    return _simplified().get(match.group(), match.group())


@cache
def _simplified() -> dict[str, str]:
    """Traditional to simplified characters.

    Some traditional characters are also simplified ones (瞭, 藉, 覆): the table names themselves first, then the other
    one. Both sides of a comparison are folded, so the other one is taken, and 瞭解 finds 了解.
    """
    table = {}
    lines = files(__package__).joinpath("data/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    for traditional, _, choices in (line.partition("\t") for line in lines):
        table[traditional] = next((choice for choice in choices.split() if choice != traditional), traditional)
    table |= _MORE_PAIRS
    return {character: table.get(simple, simple) for character, simple in table.items()}

"""Chinese characters that are read alike: pinyin input offers them all, and a writer in a hurry takes the wrong one."""

import re
from functools import cache
from importlib.resources import files

from bot.search.fold import fold

# Far more characters share one reading (yi has over a hundred) than anybody mistakes for each other: the common ones.
MAX_ALIKE = 40
# What input methods let writers confuse, for many speakers say it alike: z and zh, c and ch, s and sh; n and ng.
_FLAT = re.compile(r"(?<=^[zcs])h|(?<=n)g$")


@cache
def sounding_like(character: str) -> tuple[str, ...]:
    """Other characters with a reading of this one, those said the same before those said nearly so, common ones first.

    None for a character that is no common simplified one. Both sides are folded.
    """
    exact = [syllable for syllable, characters in _readings().items() if character in characters]
    near = [syllable for one in exact for syllable in _said_alike()[_flat(one)]]
    found = dict.fromkeys(other for syllable in (*exact, *near) for other in _readings()[syllable])
    found.pop(character, None)
    return tuple(found)[:MAX_ALIKE]


def _flat(syllable: str) -> str:
    return _FLAT.sub("", syllable)


@cache
def _readings() -> dict[str, str]:
    """Syllables without tone, each with its characters, the commonest first."""
    lines = files(__package__).joinpath("data/Readings.txt").read_text(encoding="utf-8").splitlines()
    return {
        syllable: "".join(character for character in characters if fold(character) == character)
        for syllable, _, characters in (line.partition("\t") for line in lines)
    }


@cache
def _said_alike() -> dict[str, list[str]]:
    """Syllables by what is left of them without the differences that are easily missed."""
    alike: dict[str, list[str]] = {}
    for syllable in _readings():
        alike.setdefault(_flat(syllable), []).append(syllable)
    return alike

"""What one field of a post says of one part of a query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import or_
from typing import NamedTuple, Protocol

from bot.search.document import SPELLINGS
from bot.search.plan import plurals
from bot.search.tokens import Kind
from bot.search.units import Unit, as_begun


@dataclass(frozen=True, slots=True)
class Field:
    """How much a field says. `half` occurrences of a word earn half of `weight`; many never earn more than it.

    `inflected` and `begun` are what a word in the other number, or one that only begins as the last typed word does,
    earns of what the word itself would: in a title much, for a title names what the post is about.
    """

    weight: float
    half: float
    phrase: float
    inflected: float
    begun: float


TITLE = Field(weight=3.0, half=0.2, phrase=1.5, inflected=0.85, begun=0.9)
LABELS = Field(weight=1.5, half=0.5, phrase=1.0, inflected=0.6, begun=0.6)
BODY = Field(weight=1.0, half=1.5, phrase=1.0, inflected=0.6, begun=0.6)

# Characters, and letters of a formula, that stand in a post, but not side by side.
SCATTERED = 0.5
# Of a formula more occurrences say nothing more, and take time to find.
MAX_COUNTED = 20
# Between the letters of a formula stand two other words at most, as in `p(x \mid z)`.
_BETWEEN = r"(?:(?: [^ ]+){0,2} )?"
# Between numbers, as in 2025年7月, stands no other number.
_BETWEEN_NUMBERS = r" (?:[^ \d][^ ]* ){0,2}"


class Strength(NamedTuple):
    """What a field says of one unit, each from 0 to 1.

    `covered` is how much of the unit it holds, characters that stand apart counting little; `held` the same with each
    character counting that stands beside one of its neighbours.
    """

    earned: float
    covered: float
    held: float


NOTHING = Strength(0.0, 0.0, 0.0)


class Pattern(Protocol):
    """A part of a query, ready to be counted in token strings."""

    def strength(self, tokens: str, field: Field) -> Strength:
        """What the field earns for this part, before its weight, and how much of the part it holds."""


class UnitPattern:
    """One unit of a query, ready to be counted in token strings."""

    def __init__(self, unit: Unit, equals: Sequence[str], *, is_last: bool) -> None:
        self._is_cjk = unit.kind is Kind.CJK
        self._needle = f" {' '.join(unit.tokens)}" + ("" if unit.is_single else " ")
        self._tokens = [f" {token} " for token in unit.tokens] if self._is_cjk else []
        self._equals = [f" {token} " for token in equals]
        self._inflected = [f" {word} " for word in plurals(unit.text)] if unit.kind is Kind.CHAIN else []
        self._begun = (
            [f" {as_begun(word)}" for word in (unit.text, *equals)] if is_last and unit.kind is Kind.CHAIN else []
        )

    def strength(self, tokens: str, field: Field) -> Strength:
        """What the field earns for this unit, before its weight, and how much of the unit it holds."""
        if not tokens:
            return NOTHING
        count = tokens.count(self._needle)
        if not count and self._is_cjk:
            return self._scattered(tokens, field)
        for forms, worth in (
            (self._equals, 1.0),
            (self._inflected, field.inflected),
            (self._begun, field.begun),
        ):
            if count:
                break
            count = sum(map(tokens.count, forms))
            if count:
                return Strength(worth * count / (count + field.half), worth, worth)
        return Strength(count / (count + field.half), min(1.0, count), min(1.0, count))

    def _scattered(self, tokens: str, field: Field) -> Strength:
        if len(self._tokens) < 2:
            return NOTHING
        there = [token in tokens for token in self._tokens]
        share = sum(there) / len(there)
        worth = SCATTERED * share * share
        # A pair holds two characters, and shares each with the next pair.
        held = sum(map(or_, [*there, False], [False, *there])) / (len(there) + 1)
        return Strength(worth / (1 + field.half), worth, held)


class LettersPattern:
    """Single letters, which say something only where they stand in their order, close together."""

    def __init__(self, letters: Sequence[str], equals: Sequence[str], *, are_numbers: bool) -> None:
        self._letters = [f" {letter} " for letter in letters]
        self._equals = [f" {token} " for token in equals]
        between = _BETWEEN_NUMBERS if are_numbers else _BETWEEN
        self._together = re.compile(f" {between.join(map(re.escape, letters))} ")

    def strength(self, tokens: str, field: Field) -> Strength:
        """The same of all the letters."""
        found = self._together.finditer(tokens, 0, tokens.rfind(f" {SPELLINGS} ") + 1 or len(tokens))
        if count := sum(1 for _ in islice(found, MAX_COUNTED)) or sum(map(tokens.count, self._equals)):
            return Strength(count / (count + field.half), 1.0, 1.0)
        share = sum(letter in tokens for letter in self._letters) / len(self._letters)
        worth = SCATTERED * share * share
        return Strength(worth / (1 + field.half), worth, worth)

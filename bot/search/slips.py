"""Typing errors in Chinese: one character of a run is another that sounds like it. Which lists to ask for, and what
the posts in them say was meant."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.lookup import Clauses
from bot.search.sounds import sounding_like
from bot.search.tokens import Kind, bigrams
from bot.search.units import Unit

# One character alone may be anything; in a longer run, words that are right are found by themselves.
MIN_RUN, MAX_RUN = 2, 8
# Two characters stand side by side by chance, the end of one word and the beginning of the next: a pair counts only as
# part of a name.
MIN_IN_TEXT = 3
# They hold words together and are in none: with one of them a run is no term.
_PARTICLES = frozenset("的了是在和与或之也就都而及被把得着这那")


@dataclass(frozen=True, slots=True)
class Way:
    """A run in which the character at `place` may have been meant to be one of `others`."""

    run: str
    place: int
    others: tuple[str, ...]

    def with_(self, other: str) -> str:
        return self.run[: self.place] + other + self.run[self.place + 1 :]

    def clauses(self) -> Clauses:
        """What a post holds in which the run stands with one of the others: for each place one of its pairs there."""
        pairs = zip(*(bigrams(self.with_(other)) for other in self.others), strict=True)
        return tuple(tuple(dict.fromkeys(alternatives)) for alternatives in pairs)

    def standing_in(self, tokens: str) -> set[str]:
        """Which of the others stand at the place of the character, with the rest of the run around them."""
        # Looking for what is around takes a hundredth of the time of looking for each of the others.
        left, right = self.run[: self.place], self.run[self.place + 1 :]
        if left:
            anchor = f" {' '.join([*bigrams(left), left[-1]])}"
            at = len(anchor)
        else:
            anchor = f"{right[0]} {' '.join(bigrams(right))}"
            at = -1
        found = set()
        start = tokens.find(anchor)
        while start >= 0:
            if 0 <= start + at < len(tokens):
                found.add(tokens[start + at])
            start = tokens.find(anchor, start + 1)
        return {one for one in found if one in self.others and f" {' '.join(bigrams(self.with_(one)))} " in tokens}


def may_have_slipped(unit: Unit) -> bool:
    """Whether errors are looked for in a unit."""
    return unit.kind is Kind.CJK and MIN_RUN <= len(unit.text) <= MAX_RUN


def respellings(run: str) -> list[Way]:
    """For each character of `run` that others sound like, the run with any of those in its place."""
    ways = (
        Way(run, place, tuple(other for other in sounding_like(character) if other not in _PARTICLES))
        for place, character in enumerate(run)
    )
    return [way for way in ways if way.others]


def likeliest(ways: Iterable[Way], posts: Sequence[str]) -> str | None:
    """The run that stands in the most of `posts`, token strings; of equals the one that sounds more alike."""
    best, most = None, 0
    for way in ways:
        numbers = Counter(other for tokens in posts for other in way.standing_in(tokens))
        for other in way.others:
            if numbers[other] > most:
                best, most = way.with_(other), numbers[other]
    return best

"""Orders the posts that a query found: the same order on every database, for it sees nothing but their tokens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2, sqrt

from bot.search.document import SEGMENT, SPELLINGS
from bot.search.patterns import BODY, LABELS, TITLE, LettersPattern, Pattern, UnitPattern
from bot.search.plan import compounds
from bot.search.query import Query
from bot.search.question import little_words
from bot.search.tokens import Kind
from bot.search.units import Join, Unit, are_numbers, joins_of, letter_runs, may_go_on, units_of

# A longer phrase is less likely chance: its bonus grows with its length, up to this.
MAX_PHRASE_FACTOR = 3.0
# A title that the query fills, one that it begins, one that it is.
TITLE_SHARE, TITLE_START, TITLE_WHOLE = 2.0, 0.5, 2.0
# The question as typed, "what is X" included, is a title; or it stands in the text.
TITLE_QUESTION, QUESTION = 1.0, 1.0
# A compound written as one word tells more than its parts, the more the rarer it is among what was found.
COMPOUND, MAX_RARITY = 1.0, 2.5
# A lone character, and a word of up to three letters, say little.
SINGLE_WEIGHT, SHORT_WEIGHT, SHORT_WORD = 0.5, 0.7, 3
# Beside other words, the little words of a sentence say almost nothing.
FUNCTION_WEIGHT = 0.2
MAX_RUN = 6
# So many posts a shelf is taken to have where nobody counts them.
SHELF = 2_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post with its token strings; `id` is higher for newer posts."""

    id: int
    post_id: int
    title: str
    labels: str
    body: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A post and how well it answers."""

    candidate: Candidate
    score: float


def rank(query: Query, candidates: Sequence[Candidate], rarity: Mapping[str, float] | None = None) -> list[Ranked]:
    """Best first, the newest of equals first. `rarity` weighs tokens, for posts that hold only some of them."""
    question = _Question(query, rarity or {})
    with_compound = [question.holds_compound(candidate) for candidate in candidates]
    rare = min(MAX_RARITY, log2((1 + len(candidates)) / (1 + sum(with_compound))))
    ranked = [
        question.judge(candidate, rare if has_compound else 0.0)
        for candidate, has_compound in zip(candidates, with_compound, strict=True)
    ]
    # Rounded, so that the last bit of a sum decides nothing.
    return sorted(ranked, key=lambda found: (-round(found.score, 6), -found.candidate.id))


def held(query: Query, candidates: Sequence[Candidate], rarity: Mapping[str, float]) -> list[float]:
    """The share of the query that each post holds, from 0 to 1; of runs each character beside one of its neighbours."""
    question = _Question(query, rarity)
    return list(map(question.held_by, candidates))


def rarities(tokens: Iterable[tuple[str, int]], shelf: int = SHELF) -> dict[str, float]:
    """The weight of each token by the number of posts that hold it, of `shelf` posts."""
    return {token: log2(1 + shelf / (1 + posts)) for token, posts in tokens}


def phrases(units: Sequence[Unit], joins: Sequence[Join]) -> list[str]:
    """The units in one piece, as they may stand in a token string: word by word, and with compounds as one word."""
    whole = {join.start: join for join in sorted(joins, key=lambda join: join.end) if join.typed}
    plain, compact = [], []
    end_of_compound = 0
    for number, unit in enumerate(units):
        tokens = " ".join(unit.tokens)
        if unit.kind is Kind.CJK and not unit.is_single and number < len(units) - 1:
            tokens += " " + unit.text[-1]
        plain.append(tokens)
        if number < end_of_compound:
            continue
        join = whole.get(number)
        compact.append(join.token if join else tokens)
        end_of_compound = join.end if join else 0
    return list(dict.fromkeys(f" {' '.join(tokens)} " for tokens in (plain, compact) if tokens))


def phrases_of(text: str) -> list[str]:
    """A folded text in one piece, as it may stand in a token string."""
    units, groups = units_of(text)
    return phrases(units, joins_of(units, groups))


class _Question:
    """A query, ready to be held against posts."""

    def __init__(self, query: Query, rarity: Mapping[str, float]) -> None:
        units, joins = query.core, query.core_joins
        self._patterns: list[tuple[Pattern, float]] = []
        runs = letter_runs(units)
        only_numbers = are_numbers(units)
        in_runs = {number for run in runs for number in run}
        for run in runs:
            letters = [units[number].text for number in run]
            written_as_one = [join.token for join in joins if range(join.start, join.end) == run]
            pattern: Pattern = LettersPattern(letters, written_as_one, are_numbers=only_numbers)
            self._patterns.append((pattern, sqrt(len(run))))
        little = little_words(units, joins)
        # A word typed twice says nothing more; the last one counts, for it may be the beginning of a word.
        for number in sorted({unit.text: number for number, unit in enumerate(units)}.values()):
            if number in in_runs:
                continue
            unit = units[number]
            covering = [join.token for join in joins if join.start <= number < join.end]
            pattern = UnitPattern(
                unit, [*unit.equals, *covering], is_last=number == len(units) - 1 and may_go_on(units)
            )
            weight = FUNCTION_WEIGHT if number in little else _weight(unit, rarity)
            self._patterns.append((pattern, weight))
        self._total = sum(weight for _, weight in self._patterns) or 1.0
        self._length = sum(len(unit.tokens) for unit in units)
        self._phrases = phrases(units, joins)
        self._compounds = [f" {token} " for token in compounds(units, joins)]
        self._one_piece = (*self._phrases, *self._compounds)
        self._question = phrases(query.units, query.joins) if query.units != units else []
        self._phrase_factor = min(MAX_PHRASE_FACTOR, max(1.0, log2(self._length or 1)))

    def holds_compound(self, candidate: Candidate) -> bool:
        """Whether the post writes a compound of the query as one word, or its title has the words side by side."""
        fields = (candidate.title, candidate.labels, candidate.body)
        return bool(self._compounds) and (
            any(compound in field for field in fields for compound in self._compounds)
            or _holds(candidate.title, self._phrases)
        )

    def judge(self, candidate: Candidate, compound_rarity: float) -> Ranked:
        earned = covered = covered_by_title = 0.0
        for pattern, weight in self._patterns:
            title = pattern.strength(candidate.title, TITLE)
            labels = pattern.strength(candidate.labels, LABELS)
            body = pattern.strength(candidate.body, BODY)
            earned += weight * (TITLE.weight * title.earned + LABELS.weight * labels.earned + BODY.weight * body.earned)
            covered += weight * max(title.covered, labels.covered, body.covered)
            covered_by_title += weight * title.covered
        coverage = covered / self._total
        bonus = self._phrase_bonus(candidate) + self._title_bonus(candidate.title, covered_by_title / self._total)
        if compound_rarity:
            bonus += COMPOUND * (1 + compound_rarity)
        return Ranked(candidate, (earned / self._total + bonus) * coverage * coverage)

    def held_by(self, candidate: Candidate) -> float:
        fields = ((candidate.title, TITLE), (candidate.labels, LABELS), (candidate.body, BODY))
        shares = (
            weight * max(pattern.strength(tokens, field).held for tokens, field in fields)
            for pattern, weight in self._patterns
        )
        return sum(shares) / self._total

    def _phrase_bonus(self, candidate: Candidate) -> float:
        bonus = TITLE.phrase if _holds(candidate.title, self._one_piece) else 0.0
        if self._length > 1:
            bonus += LABELS.phrase if _holds(candidate.labels, self._one_piece) else 0.0
            bonus += BODY.phrase if _holds(candidate.body, self._one_piece) else 0.0
            asked = any(_holds(field, self._question) for field in (candidate.labels, candidate.body))
            bonus += QUESTION if asked else 0.0
        return bonus * self._phrase_factor

    def _title_bonus(self, title: str, covered: float) -> float:
        if not covered:
            return 0.0
        names = f" {title.partition(SPELLINGS)[0].strip()} ".split(SEGMENT)
        bonus = TITLE_QUESTION if _holds(title, self._question) else 0.0
        # A run of characters ends in a token of its own, which the query's last run has not.
        shortest = min(len(name.split()) for name in names)
        bonus += TITLE_SHARE * covered * min(1.0, self._length / max(1, shortest))
        if any(name.startswith(phrase) for name in names for phrase in self._phrases):
            bonus += TITLE_START
            bonus += TITLE_WHOLE if shortest <= self._length + 1 else 0.0
        return bonus


def _holds(tokens: str, phrases: Iterable[str]) -> bool:
    return any(phrase in tokens for phrase in phrases)


def _weight(unit: Unit, rarity: Mapping[str, float]) -> float:
    """How much of the query a unit is: a run of characters by its length, up to a few words' worth."""
    if known := [rarity[token] for token in unit.tokens if token in rarity]:
        return max(known)
    if unit.is_single:
        return SINGLE_WEIGHT
    if unit.kind is Kind.CJK:
        return sqrt(min(len(unit.tokens), MAX_RUN))
    return 1.0 if len(unit.text) > SHORT_WORD else SHORT_WEIGHT

"""Where in a text a query matches, for readers to see: whole words, beginnings of the last one, runs of characters."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from bot.search.fold import fold_in_place
from bot.search.plan import plurals
from bot.search.query import Query
from bot.search.signs import signs_named
from bot.search.tokens import CJK, LETTER, MAX_JOINED, Kind, bigrams, is_joinable
from bot.search.units import are_numbers, letter_runs, may_go_on

MAX_MATCHES = 300
# A shorter word spread over separators is chance: `a-b` is no `ab`.
MIN_SPREAD = 4
# A lone letter before a word is no half of another: `a part` is not `apart`.
MIN_HALF = 2
_WIDE = re.compile(f"[{CJK}]")
_SEPARATOR = "[-_./]?"
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_PRODUCT = re.compile(r"\d+(?:x\d+)+")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
# As in the index: two words at most between the letters of a formula, or nothing at all.
_BETWEEN = rf"(?:|[\W_]{{1,6}}(?:{LETTER}{{1,12}}[\W_]{{1,6}}){{0,2}}?)"
_BETWEEN_NUMBERS = r"[^\w.]{1,6}"


class Match(NamedTuple):
    """A stretch of a text that a unit of the query matches."""

    start: int
    end: int
    unit: int


def matches(text: str, query: Query) -> list[Match]:
    """The matches in `text`, by where they begin, apart from each other; the longest of those that overlap."""
    folded = fold_in_place(text)
    found = sorted(_found(text, folded, query), key=lambda match: (match.start, -match.end))
    apart: list[Match] = []
    for match in found:
        if not apart or match.start >= apart[-1].end:
            apart.append(match)
    return apart


def _found(text: str, folded: str, query: Query) -> Iterator[Match]:
    units = query.core
    in_formula: set[int] = set()
    for run in letter_runs(units):
        formula = _formula(folded, [units[number].text for number in run], are_numbers=are_numbers(units))
        yield from (Match(start, end, run[0]) for start, end in formula)
        in_formula |= set(run if formula else ())
    for number in sorted({unit.text: number for number, unit in enumerate(units)}.values()):
        if number in in_formula:
            continue
        unit = units[number]
        if unit.kind is not Kind.CHAIN:
            spans: Collection[tuple[int, int]] = _runs(folded, unit.text)
        else:
            is_begun = number == len(units) - 1 and len(unit.text) > 1 and may_go_on(units)
            forms = dict.fromkeys((unit.text, *signs_named(unit.text), *unit.equals, *plurals(unit.text)))
            joined = [join.token for join in query.core_joins if join.start <= number < join.end]
            forms |= dict.fromkeys(_signed(query, number))
            spans = [span for form in forms for span in _words(text, folded, _written(form), may_go_on=is_begun)] or [
                span for form in (unit.text, *unit.equals, *joined) for span in _spread(text, folded, form)
            ]
        yield from (Match(start, end, number) for start, end in islice(spans, MAX_MATCHES))


def _formula(folded: str, letters: list[str], *, are_numbers: bool) -> list[tuple[int, int]]:
    """Where letters stand in their order, close together: `p(x|z)`, `O(N²)`; numbers with no other between them."""
    between = _BETWEEN_NUMBERS if are_numbers else _BETWEEN
    pattern = rf"(?<!{LETTER}){between.join(map(_letter, letters))}(?!{LETTER})"
    found = (match.span() for match in islice(re.finditer(pattern, folded), MAX_MATCHES))
    whole = ((start, end) for start, end in found if not _cuts_decimal(folded, start, end))
    return [(start, _closed(folded, start, end)) for start, end in whole]


def _signed(query: Query, number: int) -> Iterator[str]:
    """Compounds that begin at a unit, with signs for the names in them: αt, which αₜ is when folded."""
    for join in query.core_joins:
        words = [unit.text for unit in query.core[join.start : join.end]]
        if join.typed and join.start == number and any(map(signs_named, words)):
            yield "".join((*signs_named(word), word)[0] for word in words)


def _letter(name: str) -> str:
    """A letter of a formula; a Greek one also as a sign."""
    return f"(?:{'|'.join(map(re.escape, (name, *signs_named(name))))})"


def _written(form: str) -> str:
    """A word as posts have it; 3x3 also as 3 × 3, and no number as a part of a longer one."""
    if form.isdigit():
        return rf"(?<!\d){form}(?!\d)"
    return re.escape(form) if not _PRODUCT.fullmatch(form) else form.replace("x", " ?[x×] ?")


def _cuts_decimal(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins or ends inside a number such as 0.01."""
    return bool(_DECIMAL_POINT.match(text, start - 1) if start else None) or bool(_DECIMAL_POINT.match(text, end))


def _closed(text: str, start: int, end: int) -> int:
    """`end`, and after it the bracket that one between `start` and `end` waits for."""
    bracket = text[end : end + 1]
    opening = _BRACKETS.get(bracket)
    return end + 1 if opening and text.count(opening, start, end) > text.count(bracket, start, end) else end


def _words(text: str, folded: str, pattern: str, *, may_go_on: bool) -> list[tuple[int, int]]:
    """Where `pattern` is a word or, when it may go on, begins one."""
    spans = (match.span() for match in re.finditer(pattern, folded))
    whole = (
        (start, end)
        for start, end in spans
        if _parts(text, start, end - start) and (may_go_on or _parts(text, end, end - start))
        if not _cuts_decimal(text, start, start if may_go_on else end)
    )
    return list(islice(whole, MAX_MATCHES))


def _spread(text: str, folded: str, word: str) -> list[tuple[int, int]]:
    """Where `word` stands with separators in it, `kmeans` in `k-means`; else as two words, `kvcache` in `KV cache`."""
    if "." in word:
        return _words(text, folded, re.escape(word), may_go_on=False)
    if not (MIN_SPREAD <= len(word) <= MAX_JOINED or (word.isdigit() and is_joinable(list(word)))):
        return []
    places = range(MIN_HALF, len(word) - MIN_HALF + 1)
    halves = "|".join(f"{re.escape(word[:place])} {re.escape(word[place:])}" for place in places)
    separator = "[-_/]?" if word.isdigit() else _SEPARATOR
    patterns = (separator.join(map(re.escape, word)), halves)
    return next((found for one in patterns if (found := _words(text, folded, one, may_go_on=False))), [])


def _parts(text: str, place: int, letters: int) -> bool:
    """Whether a word of so many letters may begin or end at `place`; one of several also in CamelCase and Word2Vec."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if not (_is_letter(before) and _is_letter(after)):
        return True
    if letters == 1:
        return False
    if before.isdigit() != after.isdigit():
        return True
    return after.isupper() and (before.islower() or text[place + 1 : place + 2].islower())


def _is_letter(character: str) -> bool:
    return character.isalnum() and not _WIDE.match(character)


def _runs(folded: str, run: str) -> list[tuple[int, int]]:
    """Where `run` stands, else where its longest parts do."""
    for length in (len(run), 4, 3):
        if length <= len(run):
            parts = {run[start : start + length] for start in range(len(run) - length + 1)}
            if found := _merged(folded, parts):
                return found
    return _merged(folded, bigrams(run))


def _merged(folded: str, parts: Iterable[str]) -> list[tuple[int, int]]:
    wanted = sorted(parts)
    if not wanted:
        return []
    pattern = re.compile(f"(?=({'|'.join(map(re.escape, wanted))}))")
    merged: list[tuple[int, int]] = []
    for match in pattern.finditer(folded):
        start, end = match.span(1)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged

"""A line of a post that shows why it was found: what was looked for, in bold, with what stands around it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.domain.message import Text, TextBuilder
from bot.search.fold import fold_in_place
from bot.search.plan import plurals
from bot.search.query import Query
from bot.search.tokens import CJK, Kind, bigrams
from bot.search.units import Unit

# Three lines on a phone: so many Latin letters, or half as many Chinese characters.
WIDTH = 120
LEAD = 24
MAX_MATCHES = 300
_ELLIPSIS = "…"
_SPACE = re.compile(r"\s+")
_WIDE = re.compile(f"[{CJK}]")
SAMPLE = 2_000
# Where a line may be cut without harm: after a space or punctuation.
_BREAK = re.compile(r"[\s,.;:!?，。；：！？、）)】」』]")
_MARKS = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


class _Match(NamedTuple):
    start: int
    end: int
    unit: int


def snippet(text: str, query: Query, *, width: int = WIDTH) -> Text:
    """About `width` characters of `text` around the best group of matches; its beginning when there is none."""
    flat = _SPACE.sub(" ", text).strip()
    width = _fitting(flat, width)
    folded = fold_in_place(flat)
    # Of matches that begin together the longest is marked: models, not its first five letters.
    matches = sorted(_matches(folded, query.core), key=lambda match: (match.start, -match.end))
    start, end = _window(flat, _best_group(matches, width - LEAD), width)
    builder = TextBuilder()
    builder.add(_ELLIPSIS if start else "")
    position = start
    for match in matches:
        if position <= match.start and match.end <= end:
            builder.add(flat[position : match.start]).add(flat[match.start : match.end], "bold")
            position = match.end
    builder.add(flat[position:end]).add(_ELLIPSIS if end < len(flat.rstrip()) else "")
    return builder.build()


def _fitting(text: str, width: int) -> int:
    """How many characters of a text fill the room of `width` Latin letters."""
    sample = text[:SAMPLE]
    return round(width / (1 + len(_WIDE.findall(sample)) / (len(sample) or 1)))


def _matches(folded: str, units: Sequence[Unit]) -> Iterator[_Match]:
    for number in sorted({unit.text: number for number, unit in enumerate(units)}.values()):
        unit = units[number]
        if unit.kind is Kind.CHAIN:
            forms = dict.fromkeys((unit.text, *unit.equals, *plurals(unit.text)))
            is_last = number == len(units) - 1
            whole = [span for form in forms for span in _words(folded, form, may_go_on=is_last and len(form) > 1)]
            found = whole or [match.span() for form in forms for match in re.finditer(re.escape(form), folded)]
        else:
            found = _runs(folded, unit.text)
        yield from (_Match(start, end, number) for start, end in found[:MAX_MATCHES])


def _words(folded: str, word: str, *, may_go_on: bool) -> list[tuple[int, int]]:
    """Where `word` stands by itself or, when it may go on, begins a word."""
    after = "" if may_go_on or not word[-1].isalnum() else r"(?![^\W_])"
    return [match.span() for match in re.finditer(rf"(?<![^\W_]){re.escape(word)}{after}", folded)]


def _runs(folded: str, run: str) -> list[tuple[int, int]]:
    """Where `run` stands, else where its longest parts do."""
    for length in (len(run), 4, 3):
        if length <= len(run):
            parts = {run[start : start + length] for start in range(len(run) - length + 1)}
            if found := _merged(folded, parts):
                return found
    return _merged(folded, bigrams(run))


def _merged(folded: str, parts: Sequence[str] | set[str]) -> list[tuple[int, int]]:
    if not parts:
        return []
    pattern = re.compile(f"(?=({'|'.join(map(re.escape, sorted(parts)))}))")
    merged: list[tuple[int, int]] = []
    for match in pattern.finditer(folded):
        start, end = match.span(1)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _best_group(matches: Sequence[_Match], width: int) -> Sequence[_Match]:
    """The matches in a stretch of `width` characters that show the most units, then the most text, then come first."""
    best: tuple[int, int] = (0, 0)
    group: Sequence[_Match] = ()
    last = 0
    for first, match in enumerate(matches):
        last = max(last, first)
        while last < len(matches) and matches[last].end <= match.start + width:
            last += 1
        inside = matches[first:last]
        worth = (len({one.unit for one in inside}), sum(one.end - one.start for one in inside))
        if worth > best:
            best, group = worth, inside
    return group or matches[:1]


def _window(text: str, group: Sequence[_Match], width: int) -> tuple[int, int]:
    """Where the snippet begins and ends: not inside a word or a character with its marks."""
    first = group[0].start if group else 0
    start = max(0, first - LEAD)
    if start:
        breaks = [match.end() for match in _BREAK.finditer(text, start, first)]
        start = breaks[0] if breaks else start
        start += len(text[start:first]) - len(text[start:first].lstrip())
    end = min(len(text), max(start + width, group[-1].end if group else 0))
    if end < len(text):
        breaks = [match.start() for match in _BREAK.finditer(text, end - LEAD, end)]
        end = max(breaks[-1] if breaks else end, group[-1].end if group else 0)
    while 0 < start < len(text) and _MARKS.match(text, start):
        start += 1
    while end < len(text) and _MARKS.match(text, end):
        end += 1
    return start, end

"""A line of a post that shows why it was found: what was looked for, in bold, with what stands around it."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.domain.message import Text, TextBuilder
from bot.search.matches import Match, matches
from bot.search.query import Query
from bot.search.tokens import CJK, Kind

# Three lines on a phone: so many Latin letters, or half as many Chinese characters.
WIDTH = 120
LEAD = 24
# Words with so much between them stand side by side.
BESIDE = 3
_ELLIPSIS = "…"
_SPACE = re.compile(r"\s+")
_WIDE = re.compile(f"[{CJK}]")
SAMPLE = 2_000
# Where a line may be cut without harm: after a space or punctuation.
_BREAK = re.compile(r"[\s,.;:!?，。；：！？、）)】」』]")
_MARKS = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


def snippet(text: str, query: Query, *, width: int = WIDTH, from_start: bool = False) -> Text:
    """About `width` characters of `text` around the best group of matches; its beginning when there is none.

    Its beginning too when that is asked for.
    """
    flat = _SPACE.sub(" ", text).strip()
    width = _fitting(flat, width)
    found = matches(flat, query)
    start, end = _window(flat, () if from_start else _best_group(found, width - LEAD), width)
    builder = TextBuilder()
    builder.add(_ELLIPSIS if start else "")
    position = start
    for match in found:
        if position <= match.start and match.end <= end:
            builder.add(flat[position : match.start]).add(flat[match.start : match.end], "bold")
            position = match.end
    builder.add(flat[position:end]).add(_ELLIPSIS if end < len(flat.rstrip()) else "")
    return builder.build()


def marked(text: str, query: Query, style: str) -> Text:
    """All of `text`, its spaces made single, with the matches in `style`."""
    flat = _SPACE.sub(" ", text).strip()
    builder = TextBuilder()
    position = 0
    for match in matches(flat, query):
        builder.add(flat[position : match.start]).add(flat[match.start : match.end], style)
        position = match.end
    return builder.add(flat[position:]).build()


def names(title: str, query: Query) -> bool:
    """Whether a title has every word of the query, and its runs of characters whole."""
    units = query.core
    shown = {
        units[one.unit].text
        for one in matches(title, query)
        if units[one.unit].kind is not Kind.CJK or one.end - one.start >= len(units[one.unit].text)
    }
    return bool(units) and all(unit.text in shown for unit in units)


def _fitting(text: str, width: int) -> int:
    """How many characters of a text fill the room of `width` Latin letters."""
    sample = text[:SAMPLE]
    return round(width / (1 + len(_WIDE.findall(sample)) / (len(sample) or 1)))


def _best_group(matches: Sequence[Match], width: int) -> Sequence[Match]:
    """The matches in a stretch of `width` characters that show the most units, side by side, most text, first."""
    best = (0, 0, 0)
    group: Sequence[Match] = ()
    last = 0
    for first, match in enumerate(matches):
        last = max(last, first)
        while last < len(matches) and matches[last].end <= match.start + width:
            last += 1
        inside = matches[first:last]
        side_by_side = sum(
            right.unit != left.unit and right.start - left.end <= BESIDE for left, right in pairwise(inside)
        )
        worth = (len({one.unit for one in inside}), side_by_side, sum(one.end - one.start for one in inside))
        if worth > best:
            best, group = worth, inside
    return group or matches[:1]


def _window(text: str, group: Sequence[Match], width: int) -> tuple[int, int]:
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

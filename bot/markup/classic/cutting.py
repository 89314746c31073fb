"""The ribbon cut into pages: between blocks where possible, never over a limit."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator

from bot.domain.message import MAX_ENTITIES, MAX_TEXT_UNITS, Entity, Text
from bot.markup.classic.blocks import write_post
from bot.markup.classic.inlines import ResolveLink
from bot.markup.classic.page import MAX_ALBUM, Page
from bot.markup.classic.ribbon import BLOCK, Ribbon, Span
from bot.markup.classic.words import Language
from bot.markup.split import cut_before, grapheme_cut, word_cut
from bot.markup.tree import Tree

# A page at least this full may end early for the sake of a better place.
_FULL_ENOUGH = 0.45
# Room is kept for a header and a footer, not for a message of its own.
_LEAST_UNITS = 256
_LEAST_ENTITIES = 8
# Their first line may be indented code.
_FRAMES = frozenset(("pre", "blockquote", "expandable_blockquote"))
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_BLANK = " \n\u2003"


def paginate(
    tree: Tree,
    *,
    language: Language,
    resolve_link: ResolveLink,
    first_room: tuple[int, int] = (0, 0),
    room: tuple[int, int] = (0, 0),
    undrawable: Collection[str] = (),
) -> list[Page]:
    """The post as pages, at least one; a post without words gives one page of empty text.

    `first_room` and `room` are UTF-16 units and entities to leave free on the first and on every other page.
    `resolve_link` gives the absolute http(s) address of a relative, root-relative or `wiki:` link, or None.
    `undrawable` are formulas (LaTeX) and images (sources) of which no picture can be had: they stay text.
    """
    ribbon = write_post(tree, language, resolve_link, undrawable)
    return _Cutter(ribbon).pages(first_room, room)


class _Cutter:
    def __init__(self, ribbon: Ribbon) -> None:
        self.ribbon = ribbon
        self.text = ribbon.text()
        # A character beyond the basic plane counts two units; there are few, so places are counted by bisection.
        self.astral = [match.start() for match in _ASTRAL.finditer(self.text)]
        self.spans = sorted(ribbon.spans, key=lambda span: (span.start, -span.end))
        self.starts = [span.start for span in self.spans]
        self.code = [(span.start, span.end) for span in self.spans if span.type == "pre"]
        self.code_starts = {start for start, _ in self.code}
        self.blocks = [place for place, rank in ribbon.cuts if rank == BLOCK]
        self.parts = [place for place, _ in ribbon.cuts]
        self.picture_places = [place for place, _ in ribbon.pictures]
        self.heading_places = [place for place, _ in ribbon.headings]
        self.atoms = sorted(ribbon.atoms)
        self.atom_starts = [start for start, _ in self.atoms]

    def pages(self, first_room: tuple[int, int], room: tuple[int, int]) -> list[Page]:
        pages: list[Page] = []
        start = 0
        carried: list[Span] = []
        while True:
            units, entities = first_room if not pages else room
            begin, start = start, self._after_blank(start, carried)
            if pages and start >= len(self.text):
                return pages
            end = self._end(
                start,
                carried,
                max(MAX_TEXT_UNITS - units, _LEAST_UNITS),
                max(MAX_ENTITIES - entities, _LEAST_ENTITIES),
            )
            spans = carried + self.spans[bisect_left(self.starts, begin) : bisect_left(self.starts, end)]
            carried = [span for span in spans if span.end > end]
            page = self._page(start, end, spans)
            pages.append(page)
            start = end
            if start >= len(self.text):
                return pages

    def _after_blank(self, start: int, carried: list[Span]) -> int:
        """The first word at or after `start`; the indentation of code is kept, its line end is not."""
        text = self.text
        in_code = any(span.type == "pre" and span.end > start for span in carried)
        while start < len(text) and text[start] in _BLANK:
            if text[start] != "\n" and (in_code or start in self.code_starts):
                break
            start += 1
        return start

    def _end(self, start: int, carried: list[Span], units: int, entities: int) -> int:
        limit = self._limit(start, carried, units, entities)
        if limit >= len(self.text):
            return limit
        floor = start + int((limit - start) * _FULL_ENOUGH)
        block = _last(self.blocks, start, limit)
        if block > floor:
            return block
        if block > start and self._fits_alone(block, units):
            return block
        part = _last(self.parts, start, limit)
        if part > floor:
            return part
        line = self._line(start, floor, limit)
        if line > floor:
            return line
        return self._inside_line(start, limit)

    def _limit(self, start: int, carried: list[Span], units: int, entities: int) -> int:
        """The furthest a page from `start` may reach by text, entities and pictures."""
        limit = self._within_units(start, units)
        first = bisect_left(self.starts, start)
        over = first + max(entities - len(carried), 1)
        if over < len(self.starts):
            limit = min(limit, max(self.starts[over], start + 1))
        picture = bisect_left(self.picture_places, start) + MAX_ALBUM
        if picture < len(self.picture_places):
            limit = min(limit, self.picture_places[picture])
        return limit

    def _units(self, start: int, end: int) -> int:
        if not self.astral:
            return end - start
        return end - start + bisect_left(self.astral, end) - bisect_left(self.astral, start)

    def _within_units(self, start: int, units: int) -> int:
        end = start + units
        while (excess := self._units(start, end) - units) > 0:
            end -= (excess + 1) // 2
        return end

    def _fits_alone(self, block: int, units: int) -> bool:
        following = bisect_right(self.blocks, block)
        end = self.blocks[following] if following < len(self.blocks) else len(self.text)
        return self._units(block, end) <= units

    def _line(self, start: int, floor: int, limit: int) -> int:
        place = limit
        while (place := self.text.rfind("\n", start, place)) > floor:
            after = place + 1
            while after < len(self.text) and self.text[after] in _BLANK:
                after += 1
            if after not in self.ribbon.bound and not self._inside_atom(after):
                return place + 1
        return -1

    def _inside_line(self, start: int, limit: int) -> int:
        block = bisect_right(self.code, (start, len(self.text))) - 1
        in_code = block >= 0 and self.code[block][1] >= limit
        for cut in (word_cut,) if in_code else (cut_before, word_cut):
            place = self._out_of_atom(cut(self.text, start, limit), start)
            if place > start:
                return place
        return grapheme_cut(self.text, start, limit)

    def _inside_atom(self, place: int) -> bool:
        return self._out_of_atom(place, -1) != place

    def _out_of_atom(self, place: int, start: int) -> int:
        index = bisect_left(self.atom_starts, place) - 1
        if index >= 0 and self.atoms[index][1] > place:
            return max(self.atoms[index][0], start)
        return place

    def _page(self, start: int, end: int, spans: list[Span]) -> Page:
        text = self.text[start:end].rstrip()
        stop = start + len(text)
        entities = tuple(self._entities(spans, start, stop))
        places, ribbon = self.picture_places, self.ribbon
        pictures = ribbon.pictures[bisect_left(places, start) : bisect_left(places, end)]
        headings = ribbon.headings[bisect_left(self.heading_places, start) : bisect_left(self.heading_places, end)]
        return Page(
            Text(text, entities),
            tuple(picture for _, picture in pictures),
            tuple(heading for _, heading in headings),
        )

    def _entities(self, spans: list[Span], start: int, stop: int) -> Iterator[Entity]:
        text, astral = self.text, self.astral
        for first, last, kind, url, language in spans:
            begin, end = max(first, start), min(last, stop)
            if begin >= end:
                continue
            if text[begin].isspace() or text[end - 1].isspace():
                covered = text[begin:end]
                if not covered.strip():
                    continue
                if kind not in _FRAMES:
                    begin += len(covered) - len(covered.lstrip())
                    end -= len(covered) - len(covered.rstrip())
            if astral:
                yield Entity(kind, self._units(start, begin), self._units(begin, end), url, language)
            else:
                yield Entity(kind, begin - start, end - begin, url, language)


def _last(places: list[int], start: int, limit: int) -> int:
    """The last of `places` in (start, limit], or -1."""
    index = bisect_right(places, limit) - 1
    return places[index] if index >= 0 and places[index] > start else -1

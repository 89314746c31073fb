"""A whole post as one long text: spans, places to cut, pictures and headings, before it is cut into pages.

Positions are Python string indices here; pages count UTF-16 units.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from bot.markup.classic.page import Picture
from bot.markup.split import is_wide


class Span(NamedTuple):
    """A future entity."""

    start: int
    end: int
    type: str
    url: str | None = None
    language: str | None = None


BLOCK, PART = 0, 1
"""Ranks of a cut: between blocks, or between the items, rows or inner blocks of one."""


@dataclass
class Ribbon:
    """Grows at its end. A gap asked for is made when the next word comes, so none is left at the end."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[Span] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)  # place, rank; BLOCK or PART
    bound: set[int] = field(default_factory=set)  # places where what follows belongs to what stands before
    atoms: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[tuple[int, Picture]] = field(default_factory=list)
    headings: list[tuple[int, tuple[int, str, str]]] = field(default_factory=list)
    code_spans: list[tuple[int, int]] = field(default_factory=list)
    last: str = ""
    indent: str = ""
    _soft: bool = False  # a line of the source has ended
    _lines: int = 0
    _rank: int = PART
    _bind: bool = False
    _glued: bool = False
    _ready: bool = False  # nothing is to be made before the next word

    def gap(self, lines: int, rank: int) -> None:
        """Ask for `lines` line ends before what comes next; of several gaps the widest and best counts."""
        if self._lines == 0 or rank < self._rank:
            self._rank = rank
        self._lines = max(self._lines, lines)
        self._ready = False

    def bind(self) -> None:
        """Keep what comes next on the page of what stands here, where that can be."""
        self._bind = True

    def glue(self) -> None:
        """Let what comes next go on in this line, whatever gap is asked for, as after a list marker."""
        self._glued = True
        self._ready = False

    def unglue(self) -> None:
        self._glued = False

    def soften(self) -> None:
        """A line of the source ends: a space, or nothing between two Chinese characters."""
        self._soft = True
        self._ready = False

    def harden(self) -> None:
        """Where a line of the source has just ended, end one here."""
        if self._soft:
            self.line()

    def settle(self, first: str = "") -> None:
        """Make what was asked for; called before a span begins. `first` is the character that comes next."""
        if self._ready:
            return
        self._ready = True
        if self._soft:
            self._soft = False
            if not (self._lines or self._glued or self.last.isspace()):
                self._append("" if is_wide(self.last or " ") and is_wide(first or "中") else " ")
        if self._glued:
            self._glued, self._lines = False, 0
            return
        lines = self._lines
        if lines and self.length:
            place = self.length + lines
            if self._bind:
                self.bound.add(place)
            else:
                self.cuts.append((place, self._rank))
            self._append("\n" * lines + self.indent)
        elif not self.length:
            self._append(self.indent)
        self._lines, self._rank, self._bind = 0, PART, False

    def add(self, text: str) -> None:
        if text:
            if not self._ready:
                self.settle(text[0])
            if "\t" in text:
                # Telegram would do it, and measure differently.
                text = text.replace("\t", " ")
            self.pieces.append(text)
            self.length += len(text)
            self.last = text[-1]

    def add_atom(self, text: str) -> None:
        """Text that is never cut, as a formula."""
        self.settle(text[:1])
        self.atoms.append((self.length, self.length + len(text)))
        self.add(text)

    def add_code(self, text: str) -> None:
        self.settle(text[:1])
        if self.code_spans and self.code_spans[-1][1] == self.length:
            self.add(" ")  # two keys side by side would read as one
        start = self.length
        self.add(text)
        self.spans.append(Span(start, self.length, "code"))
        self.code_spans.append((start, self.length))

    def line(self) -> None:
        """A line end inside a block."""
        self._soft = False
        if self.length and not self._lines:
            self._append("\n" + self.indent)

    def cover(self, kind: str, start: int, codes: int = 0, url: str | None = None) -> None:
        """Span what came since `start`, less the code among it: Telegram lets nothing overlap code.

        `codes` is how many code spans there were at `start`.
        """
        for code_start, code_end in self.code_spans[codes:]:
            if code_start > start:
                self.spans.append(Span(start, code_start, kind, url))
            start = max(start, code_end)
        if self.length > start:
            self.spans.append(Span(start, self.length, kind, url))

    def tail(self, start: int) -> str:
        """What came since `start`."""
        pieces: list[str] = []
        length = self.length
        for piece in reversed(self.pieces):
            if length <= start:
                break
            pieces.append(piece)
            length -= len(piece)
        return "".join(reversed(pieces))[max(start - length, 0) :]

    def text(self) -> str:
        return "".join(self.pieces)

    def _append(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += len(text)
            self.last = text[-1]

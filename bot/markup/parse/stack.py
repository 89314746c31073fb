"""What is open while a tree is being built: a stack of frames, each with the blocks or inlines it has so far."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.markup.normalise.characters import has_inert, restore
from bot.markup.parse import shape
from bot.markup.parse.words import TextReader
from bot.markup.plain.words import as_shown
from bot.markup.tree import MAX_DEPTH, Inline, Link, Paragraph, Styled, Words


class Frame:
    """One open node. Containers gather `blocks`, leaves gather `inlines`; the other is None.

    `kind` names what it will become; `html` tells that a tag of the name `tag` opened it, so that only a tag or the
    end of what holds it closes it. A `flat` frame lies past MAX_DEPTH: it shares its parent's list and becomes nothing.
    """

    caption: tuple[Inline, ...] = ()
    # Of a table: by row and column, the cells that reach down to there.
    spanned: dict[tuple[int, int], tuple[Inline, ...]] | None = None
    depth = 0
    flat = False

    def __init__(self, kind: str, blocks: list[Any] | None, inlines: list[Inline] | None, value: Any, tag: str) -> None:
        self.kind = kind
        self.blocks = blocks
        self.inlines = inlines
        self.value = value
        self.tag = tag


class Stack:
    """The open frames of one post. `inert` tells whether its text holds inert spellings at all.

    `formulas` are sources by inert spelling.
    """

    def __init__(self, *, inert: bool, formulas: Mapping[str, str]) -> None:
        self.root: list[Any] = []
        self.frames = [Frame("Root", self.root, None, None, "")]
        self.inert = inert
        self._words = TextReader(formulas)
        # A paragraph that only text began ends before any block begins, so one frame serves all of them.
        self._implicit = Frame("Implicit", None, [], None, "")
        self.finishers: dict[str, Callable[[Frame], None]] = {
            "Implicit": self._finish_paragraph,
            "Paragraph": self._finish_paragraph,
            "Style": self._finish_style,
        }
        # Whether the leaf that is open holds more than words and styles, so that it needs a second look at its end.
        self.special = False
        self.depth = 0

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    @property
    def full(self) -> bool:
        """Whether another level would be past MAX_DEPTH: a tag there leaves its text alone."""
        return self.depth >= MAX_DEPTH

    def restored(self, text: str) -> str:
        return restore(text) if self.inert else text

    def shown(self, text: str) -> str:
        """Text that no formula can stand in, as a picture's title, with its formulas as a reader sees them."""
        if not self.inert or not has_inert(text):
            return text
        inlines: list[Inline] = []
        self._words.add(text, inlines)
        return as_shown(inlines)

    def sink(self) -> list[Inline]:
        """Where inlines go now; among blocks, a paragraph begins."""
        frame = self.frames[-1]
        if frame.inlines is not None:
            return frame.inlines
        inlines: list[Inline] = []
        self.special = False
        self._implicit.inlines = inlines
        self.frames.append(self._implicit)
        return inlines

    def container(self) -> list[Any]:
        """Where blocks go now, whatever a tag left open among inlines being closed first."""
        while self.frames[-1].blocks is None:
            self.close_top()
        return self.frames[-1].blocks

    def add_text(self, text: str) -> None:
        inlines = self.sink()
        if self.top.kind == "CodeBlock":
            inlines.append(Words(self.restored(text)))
        elif (self.inert and has_inert(text)) or "[[" in text:
            if self._words.add(text, inlines):
                self.special = True
        else:
            inlines.append(Words(text))

    def push_leaf(self, kind: str, value: Any = None, tag: str = "") -> None:
        parent = self.frames[-1].inlines
        if parent is None:
            parent = self.sink()
        frame = Frame(kind, None, [], value, tag)
        if self.depth >= 2 * MAX_DEPTH:
            frame.inlines, frame.flat = parent, True
        frame.depth = 1
        self.depth += 1
        self.frames.append(frame)

    def push_container(self, kind: str, value: Any = None, tag: str = "", *, counts: bool = True) -> None:
        """Open a block that holds blocks. `counts` is false for parts that come with their whole, as list items."""
        parent = self.container()
        frame = Frame(kind, [], None, value, tag)
        if (counts and self.depth >= MAX_DEPTH) or (not counts and self.frames[-1].flat):
            frame.blocks, frame.flat = parent, True
        frame.depth = int(counts)
        self.depth += frame.depth
        self.frames.append(frame)

    def close_top(self) -> None:
        frame = self.frames.pop()
        self.depth -= frame.depth
        if not frame.flat:
            self.finishers[frame.kind](frame)

    def add_link(self, url: str, inlines: tuple[Inline, ...], title: str = "") -> None:
        if not url:
            self.sink().extend(inlines)
        elif inlines:
            self.sink().append(Link(url, inlines, title))

    def _finish_paragraph(self, frame: Frame) -> None:
        inlines, blocks = frame.inlines, self.frames[-1].blocks
        if not inlines or blocks is None:
            return
        if self.special:
            blocks.extend(shape.paragraph_blocks(inlines))
        else:
            blocks.append(Paragraph(tuple(inlines)))

    def settled(self, inlines: list[Inline] | None) -> tuple[Inline, ...]:
        """Inlines of what is no paragraph: a displayed formula among them is a formula like others."""
        return shape.plain_math(inlines or []) if self.special else tuple(inlines or ())

    def _finish_style(self, frame: Frame) -> None:
        if frame.inlines:
            self.sink().append(Styled(frame.value, self.settled(frame.inlines)))

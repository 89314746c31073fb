"""The excerpt of a post: its first words as one line, cut where a reader would cut."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal, TypeAlias

from bot.markup.formulas import to_unicode
from bot.markup.plain.titles import repeats
from bot.markup.plain.words import small_or_marked
from bot.markup.split import ending_cut, grapheme_cut, is_wide
from bot.markup.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    DefinitionList,
    Details,
    Figure,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Math,
    MathBlock,
    More,
    Paragraph,
    Quote,
    Styled,
    Table,
    Tree,
    Words,
)

Language: TypeAlias = Literal["zh", "en"]

_STANDS_FOR: dict[Language, dict[str, str]] = {
    "zh": {"formula": "〔公式〕", "code": "〔代码〕", "image": "〔图片〕", "table": "〔表格〕"},
    "en": {"formula": "[formula]", "code": "[code]", "image": "[image]", "table": "[table]"},
}
_NAMES: dict[type, str] = {CodeBlock: "code", Figure: "image", Table: "table"}
_COLON: dict[Language, str] = {"zh": "：", "en": ": "}
# A formula longer than this reads worse than the word for it.
_SHORT_FORMULA = 30
# Bold words longer than this are what a paragraph says, not its heading.
_LONGEST_LEAD = 80
_ENDS_SENTENCE = frozenset(".!?:;,。！？：；，、…—")
_FULL_WIDTH_END = frozenset("。！？：；，、…—）》」』】〕”’")
_FULL_WIDTH_START = frozenset("（《「『【〔“‘")
_TRAILING = " \t,，、;；:：—-–·•(（[〔{「『《“‘"
_SPACES = re.compile(r"\s+")
_NO_WORD = re.compile(r"[\W_]*")


def excerpt(tree: Tree, *, language: Language, limit: int = 350, title: str | None = None) -> str:
    """At most `limit` characters, an ellipsis included, on one line.

    What stands before the author's `<!--more-->` goes before the rest. A first heading that only repeats `title` is
    left out.
    """
    blocks = _summary(tree.blocks)
    if title and repeats(blocks, title):
        blocks = blocks[1:]
    return _Writer(language, limit).write(blocks)


def _summary(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    for index, block in enumerate(blocks):
        if isinstance(block, More):
            return blocks[:index] or blocks[1:]
    return blocks


def _is_contents(block: List) -> bool:
    """Whether a list is the post's table of contents: nothing but links to places of the post itself."""
    for inner in (inner for item in block.items for inner in item.blocks):
        if isinstance(inner, Paragraph):
            if not all(isinstance(node, Link) and node.url.startswith("#") for node in inner.inlines):
                return False
        elif not (isinstance(inner, List) and _is_contents(inner)):
            return False
    return True


class _EnoughError(Exception):
    """Enough has been written."""


class _Writer:
    def __init__(self, language: Language, limit: int) -> None:
        self.language = language
        self.limit = limit
        self.pieces: list[str] = []
        self.size = 0
        self.last = ""
        self.atoms: list[tuple[int, int]] = []
        self.leads: list[tuple[int, int]] = []  # nothing to end with: headings, list marks, stand-ins
        self.recent: set[str] = set()  # stand-ins since the last word
        self.pending = ""  # "\n" for a line end, " " between blocks

    def write(self, blocks: Iterable[Block]) -> str:
        # Enough has been written when the exception comes; the rest of a long post is not looked at.
        with suppress(_EnoughError):
            self._blocks(blocks)
        text = "".join(self.pieces).rstrip()
        if len(text) <= self.limit:
            return text
        place = ending_cut(text, 0, self.limit - 1, floor=self.limit * 3 // 5)
        for start, end in self.atoms:
            if start < place < end:
                place = start
        # From the last on: a heading may follow the mark of the item that it stands in.
        for start, end in reversed(self.leads):
            if 0 < start < place and not text[end:place].strip(_TRAILING):
                place = start
        kept = text[:place].rstrip(_TRAILING)
        return f"{kept or text[: grapheme_cut(text, 0, self.limit - 1)]}…"

    def _blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Heading(_, inlines):
                self._heading(inlines)
            case Paragraph(inlines):
                self._paragraph(inlines)
            case MathBlock(latex):
                self.pending = self.pending or " "
                self._formula(latex)
                self.pending = " "
            case CodeBlock() | Figure() | Table():
                with self._leading():
                    self._stand_in(_NAMES[type(block)])
                self.pending = " "
            case List() if not _is_contents(block):
                self._list(block)
            case Quote(inner):
                self._blocks(inner)
            case Callout(_, title, inner) | Details(title, inner):
                self._heading(title)
                self._blocks(inner)
            case DefinitionList(items):
                for item in items:
                    self._heading(item.term)
                    self._blocks(inner for detail in item.details for inner in detail)

    def _list(self, block: List) -> None:
        for index, item in enumerate(block.items):
            mark = "• " if self.last else ""
            with self._leading():
                self._emit(mark if block.start is None else f"{block.start + index}. ")
            self._blocks(item.blocks)
            self.pending = " "

    def _paragraph(self, inlines: tuple[Inline, ...]) -> None:
        match inlines:
            case (Styled("bold") as opening, *rest):
                # Bold words that open a paragraph are a heading in its first line.
                with self._leading():
                    self._inlines((opening,))
                self._inlines(rest)
            case _:
                self._inlines(inlines)
        self.pending = " "

    @contextmanager
    def _leading(self) -> Iterator[None]:
        """What is written within only leads to what comes next, so that a cut excerpt does not end there."""
        before = self.size
        try:
            yield
        finally:
            if before < self.size <= before + _LONGEST_LEAD:
                self.leads.append((before, self.size))

    def _heading(self, inlines: tuple[Inline, ...]) -> None:
        before = self.size
        with self._leading():
            self._inlines(inlines)
        if self.size > before:
            ended = self.last in _ENDS_SENTENCE
            self.pending = " " if ended else _COLON[self.language]

    def _inlines(self, inlines: Iterable[Inline]) -> None:
        for node in inlines:
            match node:
                case Words(text) | Code(text):
                    self._words(text)
                case Math(latex):
                    self._formula(latex)
                case Styled("sub" | "sup" as style, (Words(text),)):
                    self._words(small_or_marked(style, text))
                case Styled(_, inner) | Link(_, inner):
                    self._inlines(inner)
                case Image():
                    self._stand_in("image")
                case Break():
                    self.pending = self.pending or "\n"
                case _:
                    pass

    def _words(self, text: str) -> None:
        if not _NO_WORD.fullmatch(text):
            self.recent.clear()
        self._emit(_SPACES.sub(" ", text))

    def _formula(self, latex: str) -> None:
        shown = to_unicode(latex) if len(latex) <= 8 * _SHORT_FORMULA else None
        if shown is None or len(shown) > _SHORT_FORMULA or "\n" in shown:
            self._stand_in("formula")
            return
        self.recent.clear()
        self._emit(shown, atomic=True)

    def _stand_in(self, what: str) -> None:
        """A word for what cannot be shown: once in a row, and not for the picture a post opens with."""
        if what in self.recent or (what == "image" and not self.last):
            return
        self.recent.add(what)
        self._emit(_STANDS_FOR[self.language][what], atomic=True)

    def _emit(self, text: str, *, atomic: bool = False) -> None:
        if self.last and self.pending:
            text = self._joint(text[:1]) + text.lstrip(" ")
        elif not self.last or self.last == " ":
            text = text.lstrip(" ")
        if not text:
            return
        self.pending = ""
        if atomic:
            self.atoms.append((self.size, self.size + len(text)))
        self.pieces.append(text)
        self.size += len(text)
        self.last = text[-1]
        if self.size > self.limit + 1:
            raise _EnoughError

    def _joint(self, first: str) -> str:
        """What stands between the last character and the next when a line or a block ended there."""
        if self.last == " ":
            return ""
        if self.pending == "\n":
            return "" if is_wide(self.last) and is_wide(first) else " "
        if self.pending == " ":
            return "" if self.last in _FULL_WIDTH_END or first in _FULL_WIDTH_START else " "
        return self.pending

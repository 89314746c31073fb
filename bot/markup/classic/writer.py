"""The hand that writes blocks onto the ribbon: where it stands, and the strokes all blocks share."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from bot.markup.classic.inlines import InlineWriter
from bot.markup.classic.ribbon import PART, Span
from bot.markup.tree import Block, Inline

# Telegram makes a tab one space, so code is given its columns here.
_TAB = 4
_BOLD = frozenset({"bold"})


class BlockWriter:
    """`quoted` tells whether a quote is open: Telegram knows no quote within a quote."""

    def __init__(self, inline: InlineWriter, handlers: "Mapping[type, Handler]") -> None:
        self.inline = inline
        self.ribbon = inline.ribbon
        self.words = inline.words
        self.handlers = handlers
        self.quoted = False
        self.list_depth = 0

    def block(self, block: Block) -> None:
        if handler := self.handlers.get(type(block)):
            handler(self, block)

    def blocks(self, blocks: Iterable[Block], rank: int = PART) -> None:
        """Blocks with a blank line between them; a page may end between two of them."""
        for index, block in enumerate(blocks):
            if index:
                self.ribbon.gap(2, rank)
            self.block(block)

    def beneath(self, blocks: Iterable[Block]) -> None:
        """Blocks right under a line that belongs to them."""
        self.ribbon.bind()
        for index, block in enumerate(blocks):
            self.ribbon.gap(2 if index else 1, PART)
            self.block(block)

    def bold(self, text: str) -> None:
        ribbon = self.ribbon
        ribbon.settle()
        start = ribbon.length
        ribbon.add(text)
        ribbon.cover("bold", start, len(ribbon.code_spans))

    def bold_inlines(self, inlines: Iterable[Inline]) -> int:
        """Inlines in bold; gives the place where they begin."""
        ribbon = self.ribbon
        ribbon.settle()
        start, codes = ribbon.length, len(ribbon.code_spans)
        self.inline.write(inlines, _BOLD)
        ribbon.cover("bold", start, codes)
        return start

    def preformatted(self, text: str, language: str = "") -> None:
        ribbon = self.ribbon
        # Code begins at the margin: white space before it would be code too.
        indent, ribbon.indent = ribbon.indent, ""
        ribbon.unglue()
        ribbon.settle()
        start = ribbon.length
        ribbon.add(text.expandtabs(_TAB).rstrip() if "\t" in text else text.rstrip())
        ribbon.spans.append(Span(start, ribbon.length, "pre", None, language or None))
        ribbon.code_spans.append((start, ribbon.length))
        ribbon.indent = indent


Handler: TypeAlias = Callable[[BlockWriter, Any], None]

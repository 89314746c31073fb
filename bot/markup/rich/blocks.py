"""The tree's blocks as the Bot API's InputRichBlock objects, nothing of them lost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bot.markup.formulas import MAX_LENGTH, to_unicode
from bot.markup.rich.texts import RichText, TextWriter, joined, note_name
from bot.markup.tree import (
    Block,
    Callout,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Figure,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    List,
    MathBlock,
    More,
    Paragraph,
    Quote,
    Rule,
    Table,
)

RichBlock: TypeAlias = dict[str, Any]

# core.telegram.org/bots/api#sendrichmessage: nesting 16 at most. The rest of it is kept for styles in text; a list
# counts twice, as itself and as its item.
_MAX_DEPTH = 11
_MAX_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class BlockWriter:
    """Writes the blocks of one post; `depth` is how many blocks are around."""

    text: TextWriter
    depth: int = 0

    def write(self, blocks: Iterable[Block]) -> list[RichBlock]:
        return [written for block in blocks for written in self._block(block)]

    def note(self, number: int, blocks: Iterable[Block]) -> list[RichBlock]:
        """A footnote: its number, where the text's mark leads, before its first paragraph."""
        mark = {"type": "reference", "text": f"[{number}]", "name": note_name(number)}
        written = self.write(blocks)
        if written and written[0]["type"] == "paragraph":
            first = {"type": "paragraph", "text": joined([mark, " ", written[0]["text"]])}
            return [first, *written[1:]]
        return [{"type": "paragraph", "text": mark}, *written]

    def _block(self, block: Block) -> list[RichBlock]:  # noqa: C901, PLR0912  one branch a kind of block
        match block:
            case Paragraph(inlines):
                return self._paragraph(inlines)
            case Heading():
                return self._heading(block)
            case CodeBlock(text, language, caption):
                return [*self._titled(caption), *_pre(text, language)]
            case MathBlock(latex):
                return self._formula(latex)
            case Quote(blocks):
                return self._held("blockquote", (), blocks)
            case Callout(kind, title, blocks):
                return self._held("blockquote", self._title(title, self.text.words.callout(kind)), blocks)
            case Details():
                return self._details(block)
            case List():
                return self._list(block)
            case DefinitionList(items):
                return [written for item in items for written in self._definition(item)]
            case Table():
                return self._table(block)
            case Figure(image, caption):
                return self._figure(image, caption)
            case Rule():
                return [{"type": "divider"}]
            case More():
                return []

    def _inner(self, levels: int = 1) -> "BlockWriter":
        return replace(self, depth=self.depth + levels)

    def _paragraph(self, inlines: tuple[Inline, ...]) -> list[RichBlock]:
        """A paragraph; images in it that can be shown stand between its parts."""
        out: list[RichBlock] = []
        part: list[Inline] = []
        for node in inlines:
            image = _image_in(node)
            media = self.text.image(image.source) if image else None
            if image and media:
                out += [*_paragraph(self.text.write(part)), self._photo(image, media, ())]
                part = []
            else:
                part.append(node)
        return [*out, *_paragraph(self.text.write(part))]

    def _heading(self, block: Heading) -> list[RichBlock]:
        text = self.text.write(block.inlines)
        if not text:
            return []
        if block.anchor in self.text.anchors:
            text = joined([{"type": "anchor", "name": block.anchor}, text])
        return [{"type": "heading", "text": text, "size": min(max(block.level, 1), 6)}]

    def _formula(self, latex: str) -> list[RichBlock]:
        if not latex.strip():
            return []
        if not self.text.in_details and len(latex) <= MAX_LENGTH:
            return [{"type": "mathematical_expression", "expression": latex}]
        shown = to_unicode(latex, display=True)
        return _paragraph(shown) if shown else _pre(latex, "latex")

    def _title(self, title: tuple[Inline, ...], fallback: str) -> list[RichBlock]:
        return _paragraph({"type": "bold", "text": self.text.write(title) or fallback})

    def _titled(self, caption: str) -> list[RichBlock]:
        return _paragraph({"type": "bold", "text": caption}) if caption else []

    def _held(self, kind: str, title: Iterable[RichBlock], blocks: Iterable[Block]) -> list[RichBlock]:
        """Blocks inside another; side by side when the nesting would be too deep."""
        inner = [*title, *self._inner().write(blocks)]
        if self.depth >= _MAX_DEPTH or not inner:
            return inner
        return [{"type": kind, "blocks": inner}]

    def _details(self, block: Details) -> list[RichBlock]:
        summary = self.text.write(block.summary) or self.text.words.details
        writer = replace(self._inner(), text=replace(self.text, in_details=True))
        inner = writer.write(block.blocks)
        if self.depth >= _MAX_DEPTH or not inner:
            return [*_paragraph({"type": "bold", "text": summary}), *inner]
        plain_summary = replace(self.text, in_details=True).write(block.summary) or summary
        return [{"type": "details", "summary": plain_summary, "blocks": inner}]

    def _list(self, block: List) -> list[RichBlock]:
        if self.depth + 2 > _MAX_DEPTH:
            return [
                written for number, item in enumerate(block.items) for written in self._flat_item(block, number, item)
            ]
        items = [self._item(block, number, item) for number, item in enumerate(block.items)]
        return [{"type": "list", "items": items}] if items else []

    def _item(self, block: List, number: int, item: Item) -> RichBlock:
        # An item without a block has nothing to show its mark beside.
        blocks = self._inner(2).write(item.blocks) or [{"type": "paragraph", "text": " "}]
        out: RichBlock = {"blocks": blocks}
        if item.checked is not None:
            out |= {"has_checkbox": True}
            if item.checked:
                out |= {"is_checked": True}
        if block.start is not None:
            out |= {"value": block.start + number, "type": "1"}
        return out

    def _flat_item(self, block: List, number: int, item: Item) -> list[RichBlock]:
        mark = f"{block.start + number}. " if block.start is not None else "• "
        if item.checked is not None:
            mark = "☑ " if item.checked else "☐ "
        blocks = self.write(item.blocks)
        if blocks and blocks[0]["type"] == "paragraph":
            return [{"type": "paragraph", "text": joined([mark, blocks[0]["text"]])}, *blocks[1:]]
        return [{"type": "paragraph", "text": mark.strip()}, *blocks]

    def _definition(self, definition: Definition) -> list[RichBlock]:
        term = self.text.write(definition.term)
        items = tuple(Item(blocks) for blocks in definition.details)
        return [*_paragraph({"type": "bold", "text": term} if term else ""), *self._list(List(items))]

    def _table(self, block: Table) -> list[RichBlock]:
        caption = self.text.write(block.caption)
        if len(block.head) > _MAX_COLUMNS:
            return [*_paragraph(caption), *self._records(block)]
        aligns = [align or "left" for align in block.aligns]
        cells = [[self._cell(cell, aligns[i], is_header=True) for i, cell in enumerate(block.head)]]
        cells += [[self._cell(cell, aligns[i], is_header=False) for i, cell in enumerate(row)] for row in block.rows]
        if not any("text" in cell for cell in cells[0]):
            cells = cells[1:]
        if not cells:
            return _paragraph(caption)
        return [{"type": "table", "cells": cells, "is_bordered": True} | ({"caption": caption} if caption else {})]

    def _cell(self, inlines: tuple[Inline, ...], align: str, *, is_header: bool) -> RichBlock:
        cell: RichBlock = {"align": align, "valign": "middle", "text": self.text.write(inlines) or " "}
        return cell | {"is_header": True} if is_header else cell

    def _records(self, block: Table) -> list[RichBlock]:
        """A row a list, each value after its head: Telegram takes 20 columns."""
        heads = [self.text.write(cell) for cell in block.head]
        out: list[RichBlock] = []
        for row in block.rows:
            lines = []
            for head, cell in zip(heads, row, strict=True):
                value = self.text.write(cell)
                if value:
                    label = [{"type": "bold", "text": head}, self.text.words.colon] if head else []
                    lines.append({"blocks": [{"type": "paragraph", "text": joined([*label, value])}]})
            if lines:
                out.append({"type": "list", "items": lines})
        return out

    def _figure(self, image: Image, caption: tuple[Inline, ...]) -> list[RichBlock]:
        media = self.text.image(image.source)
        if media:
            return [self._photo(image, media, caption)]
        return [*_paragraph(self.text.image_text(image)), *_paragraph(self.text.write(caption))]

    def _photo(self, image: Image, media: str, caption: tuple[Inline, ...]) -> RichBlock:
        text = self.text.write(caption) or image.title or image.alt
        photo: RichBlock = {"type": "photo", "photo": {"type": "photo", "media": media}}
        return photo | {"caption": {"text": text}} if text else photo


def _image_in(node: Inline) -> Image | None:
    """The image a node is, or the one a link is made of alone."""
    if isinstance(node, Link) and len(node.inlines) == 1:
        node = node.inlines[0]
    return node if isinstance(node, Image) else None


def _paragraph(text: RichText) -> list[RichBlock]:
    return [{"type": "paragraph", "text": text}] if text else []


def _pre(text: str, language: str) -> list[RichBlock]:
    if not text:
        return []
    return [{"type": "pre", "text": text} | ({"language": language} if language else {})]

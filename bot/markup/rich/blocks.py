"""The tree's blocks as the Bot API's InputRichBlock objects, nothing of them lost."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from bot.markup.formulas import MAX_LENGTH, to_unicode
from bot.markup.plain.words import as_shown, description
from bot.markup.rich.texts import RichText, TextWriter, joined, note_name
from bot.markup.tables import colon
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
    """Writes the blocks of one post; `depth` is how many blocks are around, `headings` gathers those written."""

    text: TextWriter
    depth: int = 0
    headings: list[tuple[str, RichBlock]] = field(default_factory=list)

    def write(self, blocks: Iterable[Block]) -> list[RichBlock]:
        return [written for block in blocks for written in _WRITERS[type(block)](self, block)]

    def place(self, anchors: Collection[str]) -> None:
        """Make the headings with these anchors places that links can lead to."""
        for anchor, heading in self.headings:
            if anchor in anchors:
                heading["text"] = joined([{"type": "anchor", "name": anchor}, heading["text"]])

    def note(self, number: int, blocks: Iterable[Block]) -> list[RichBlock]:
        """A footnote: its number, where the text's mark leads, before its first paragraph."""
        mark = {"type": "reference", "text": f"[{number}]", "name": note_name(number)}
        written = self.write(blocks)
        if written and written[0]["type"] == "paragraph":
            first = {"type": "paragraph", "text": joined([mark, " ", written[0]["text"]])}
            return [first, *written[1:]]
        return [{"type": "paragraph", "text": mark}, *written]

    def _code(self, block: CodeBlock) -> list[RichBlock]:
        return [*self._titled(block.caption), *_pre(block.text, block.language)]

    def _callout(self, block: Callout) -> list[RichBlock]:
        title = self._title(block.title, self.text.words.callout(block.kind))
        return self._held("blockquote", title, block.blocks)

    def _definitions(self, block: DefinitionList) -> list[RichBlock]:
        return [written for item in block.items for written in self._definition(item)]

    def _inner(self, levels: int = 1) -> "BlockWriter":
        return BlockWriter(self.text, self.depth + levels, self.headings)

    def _paragraph(self, inlines: tuple[Inline, ...]) -> list[RichBlock]:
        """A paragraph; images in it that can be shown stand between its parts."""
        if _MAY_HOLD_IMAGE.isdisjoint(map(type, inlines)):
            return _paragraph(self.text.write(inlines))
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
        heading = {"type": "heading", "text": text, "size": min(max(block.level, 1), 6)}
        self.headings.append((block.anchor, heading))
        return [heading]

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
        heads, between = [self.text.write(cell) for cell in block.head], colon(block)
        out: list[RichBlock] = []
        for row in block.rows:
            lines = []
            for head, cell in zip(heads, row, strict=True):
                value = self.text.write(cell)
                if value:
                    label = [{"type": "bold", "text": head}, between] if head else []
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
        shown = self.text.write(caption)
        apart = shown and image.alt and image.alt not in as_shown(caption)
        text = joined([image.alt, " · ", shown]) if apart else shown or description(image.alt, image.title)
        photo: RichBlock = {"type": "photo", "photo": {"type": "photo", "media": media}}
        return photo | {"caption": {"text": text}} if text else photo


_WRITERS: dict[type, Callable[[BlockWriter, Any], list[RichBlock]]] = {
    Paragraph: lambda writer, block: writer._paragraph(block.inlines),
    Heading: BlockWriter._heading,
    CodeBlock: BlockWriter._code,
    MathBlock: lambda writer, block: writer._formula(block.latex),
    Quote: lambda writer, block: writer._held("blockquote", (), block.blocks),
    Callout: BlockWriter._callout,
    Details: BlockWriter._details,
    List: BlockWriter._list,
    DefinitionList: BlockWriter._definitions,
    Table: BlockWriter._table,
    Figure: lambda writer, block: writer._figure(block.image, block.caption),
    Rule: lambda *_: [{"type": "divider"}],
    More: lambda *_: [],
}
_MAY_HOLD_IMAGE = frozenset((Image, Link))


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

"""What the parser's own nodes become once they end."""

from collections.abc import Callable

from bot.markup.normalise.characters import restore
from bot.markup.parse import shape
from bot.markup.parse.code import caption_of, formula_of, language_of
from bot.markup.parse.headings import Anchors, attributes_of
from bot.markup.parse.stack import Frame, Stack
from bot.markup.parse.words import alt_without_size
from bot.markup.plain.words import as_shown
from bot.markup.tree import (
    Block,
    CodeBlock,
    Definition,
    DefinitionList,
    Heading,
    Image,
    Item,
    List,
    MathBlock,
    Paragraph,
    Words,
)

_LEVELS = {f"H{level}": level for level in range(1, 7)}


class MarkdownNodes:
    """Gives the stack a finisher for every kind of frame Markdown opens; keeps the footnotes aside."""

    def __init__(self, stack: Stack, anchors: Anchors) -> None:
        self._stack = stack
        self._anchors = anchors
        self._numbers: dict[str, int] = {}
        self._notes: list[tuple[str, tuple[Block, ...]]] = []

    def finishers(self) -> dict[str, Callable[[Frame], None]]:
        """What ends a frame, by its kind; not kept here, where each would hold what holds it."""
        return {
            "Heading": self.finish_heading,
            "Link": self.finish_link,
            "Image": self._finish_image,
            "CodeBlock": self._finish_code,
            "TableCell": self._finish_cell,
            "TableRow": self._finish_row,
            "TableHead": self._finish_row,
            "Table": self._finish_table,
            "BlockQuote": self._finish_quote,
            "List": self._finish_list,
            "Item": self._finish_item,
            "FootnoteDefinition": self._finish_note,
            "DefinitionList": self._finish_definitions,
            "DefinitionListTitle": self._finish_term,
            "DefinitionListDefinition": self._finish_detail,
        }

    def note_number(self, name: str) -> int:
        """Footnotes are numbered as they are first referred to."""
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def notes(self) -> tuple[tuple[Block, ...], ...]:
        """The blocks of each footnote by number; those nobody refers to come after the others."""
        by_number: dict[int, list[Block]] = {}
        for name, blocks in self._notes:
            by_number.setdefault(self.note_number(name), []).extend(blocks)
        return tuple(tuple(by_number.get(number, ())) for number in range(1, len(self._numbers) + 1))

    def finish_heading(self, frame: Frame) -> None:
        inlines, anchor = self._stack.settled(frame.inlines), ""
        last = inlines[-1] if inlines else None
        if type(last) is Words and last.text[-1:] == "}":
            inlines, anchor = attributes_of(inlines)
        if not anchor:
            anchor = inlines[0].text if len(inlines) == 1 and type(inlines[0]) is Words else shape.plain_text(inlines)
        anchor = self._anchors.unique(anchor)
        if inlines:
            self._stack.container().append(Heading(_LEVELS[frame.value["level"]], inlines, anchor))

    def finish_link(self, frame: Frame) -> None:
        url, title = frame.value["dest_url"], frame.value["title"]
        if self._stack.inert:
            url, title = restore(url), restore(title)
        if frame.value["link_type"] == "Email" and not url.startswith("mailto:"):
            url = f"mailto:{url}"
        self._stack.add_link(url, self._stack.settled(frame.inlines), title)

    def _finish_image(self, frame: Frame) -> None:
        alt = as_shown(frame.inlines or []).strip()
        source = self._stack.restored(frame.value["dest_url"])
        if source:
            self._stack.special = True
            self._stack.sink().append(Image(source, alt_without_size(alt), self._stack.shown(frame.value["title"])))
        elif alt:
            self._stack.add_text(alt)

    def _finish_code(self, frame: Frame) -> None:
        info = self._stack.restored(frame.value["Fenced"]) if isinstance(frame.value, dict) else ""
        text = "".join(node.text for node in frame.inlines or () if isinstance(node, Words)).removesuffix("\n")
        if (formula := formula_of(info, text)) is not None:
            self._stack.container().append(MathBlock(formula))
        elif text.strip():
            self._stack.container().append(CodeBlock(text, language_of(info), caption_of(info)))

    def _finish_cell(self, frame: Frame) -> None:
        inlines = frame.inlines or []
        if self._stack.special:
            inlines = shape.trimmed(list(self._stack.settled(inlines)))
        self._stack.container().append(tuple(inlines))

    def _finish_row(self, frame: Frame) -> None:
        cells = [cell if isinstance(cell, tuple) else tuple(shape.as_inlines((cell,))) for cell in frame.blocks or ()]
        self._stack.container().append(cells)

    def _finish_table(self, frame: Frame) -> None:
        aligns = tuple("" if align == "None" else align.lower() for align in frame.value)
        # In a table past its limits the parser leaves words outside of cells.
        rows = [row for row in frame.blocks or () if isinstance(row, list)]
        astray = [block for block in frame.blocks or () if not isinstance(block, list)]
        self._stack.container().extend((*shape.table_blocks(rows, aligns), *astray))

    def _finish_quote(self, frame: Frame) -> None:
        if frame.blocks:
            self._stack.container().append(shape.quote_or_callout(frame.blocks))

    def _finish_list(self, frame: Frame) -> None:
        if frame.blocks:
            self._stack.container().append(List(tuple(frame.blocks), frame.value))

    def _finish_item(self, frame: Frame) -> None:
        self._stack.container().append(Item(tuple(frame.blocks or ()), frame.value))

    def _finish_note(self, frame: Frame) -> None:
        self._notes.append((frame.value, tuple(frame.blocks or ())))

    def _finish_definitions(self, frame: Frame) -> None:
        items = tuple(Definition(term, tuple(details)) for term, details in frame.value)
        if items:
            self._stack.container().append(DefinitionList(items))
        self._stack.container().extend(frame.blocks or ())

    def _finish_term(self, frame: Frame) -> None:
        term = tuple(shape.trimmed(list(self._stack.settled(frame.inlines))))
        holder = self._stack.top
        if holder.kind == "DefinitionList" and not holder.flat:
            holder.value.append((term, []))
        elif term:
            self._stack.container().append(Paragraph(term))

    def _finish_detail(self, frame: Frame) -> None:
        holder = self._stack.top
        if not holder.value:
            holder.value.append(((), []))
        holder.value[-1][1].append(tuple(frame.blocks or ()))

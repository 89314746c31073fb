"""What the tags of raw HTML become once they close."""

from collections.abc import Callable

from bot.markup.parse import shape
from bot.markup.parse.headings import Anchors
from bot.markup.parse.stack import Frame, Stack
from bot.markup.tree import Callout, Code, Details, Figure, Heading, Image, Inline, Item, List, Paragraph

# A table has so many cells at most beside those that its author wrote.
_MOST_SPANNED = 1000
# Which part belongs to which whole; astray it is a paragraph.
_HOLDERS = {"details": "summary", "aside": "summary", "figure": "figcaption", "table": "caption"}


class HtmlNodes:
    """Gives the stack a finisher for every kind of frame a tag opens."""

    def __init__(self, stack: Stack, anchors: Anchors) -> None:
        self.stack = stack
        self.anchors = anchors

    def finishers(self) -> dict[str, Callable[[Frame], None]]:
        """What ends a frame, by its kind; not kept here, where each would hold what holds it."""
        return {
            "details": self._finish_details,
            "summary": self._finish_part,
            "quote": self._finish_quote,
            "figure": self._finish_figure,
            "figcaption": self._finish_part,
            "caption": self._finish_part,
            "aside": self._finish_aside,
            "list": self._finish_list,
            "item": self._finish_item,
            "table": self._finish_table,
            "row": self._finish_row,
            "cell": self._finish_cell,
            "heading": self._finish_heading,
            "anchor": self._finish_anchor,
            "code": self._finish_code,
        }

    def _finish_heading(self, frame: Frame) -> None:
        inlines = tuple(shape.trimmed(list(self.stack.settled(frame.inlines))))
        if inlines:
            anchor = self.anchors.unique(shape.plain_text(inlines))
            self.stack.container().append(Heading(int(frame.value[1]), inlines, anchor))

    def _finish_anchor(self, frame: Frame) -> None:
        inlines = self.stack.settled(frame.inlines)
        url = self.stack.restored(frame.value.get("href", "")).strip()
        if url:
            self.stack.add_link(url, inlines, frame.value.get("title", ""))
        else:
            self.stack.sink().extend(inlines)

    def _finish_code(self, frame: Frame) -> None:
        if text := shape.plain_text(frame.inlines or []):
            self.stack.sink().append(Code(text))

    def _finish_part(self, frame: Frame) -> None:
        inlines = tuple(shape.trimmed(list(self.stack.settled(frame.inlines))))
        parent = self.stack.top
        if _HOLDERS.get(parent.kind) == frame.kind and not parent.flat:
            parent.caption = (*parent.caption, *inlines)
        elif inlines:
            self.stack.container().append(Paragraph(inlines))

    def _finish_details(self, frame: Frame) -> None:
        if frame.blocks or frame.caption:
            self.stack.container().append(Details(frame.caption, tuple(frame.blocks or ())))

    def _finish_quote(self, frame: Frame) -> None:
        if frame.blocks:
            self.stack.container().append(shape.quote_or_callout(frame.blocks))

    def _finish_aside(self, frame: Frame) -> None:
        kind = frame.value.get("data-callout", "")
        if not kind:
            self.stack.container().extend(frame.blocks or ())
            if frame.caption:
                self.stack.container().append(Paragraph(frame.caption))
            return
        if frame.blocks or frame.caption:
            self.stack.container().append(Callout(kind, frame.caption, tuple(frame.blocks or ())))

    def _finish_figure(self, frame: Frame) -> None:
        blocks = frame.blocks or []
        figures = [block for block in blocks if isinstance(block, Figure)]
        if len(figures) == len(blocks) == 1:
            image = figures[0].image
            self.stack.container().append(Figure(image, frame.caption or figures[0].caption))
            return
        self.stack.container().extend(blocks)
        if frame.caption:
            self.stack.container().append(Paragraph(frame.caption))

    def _finish_list(self, frame: Frame) -> None:
        items = tuple(block if isinstance(block, Item) else Item((block,)) for block in frame.blocks or ())
        if items:
            start = frame.value.get("start", "1")
            number = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 1
            self.stack.container().append(List(items, number if frame.tag == "ol" else None))

    def _finish_item(self, frame: Frame) -> None:
        self.stack.container().append(Item(tuple(frame.blocks or ())))

    def _finish_row(self, frame: Frame) -> None:
        _fill_spanned(self.stack.top, frame.value)
        if frame.value:
            self.stack.top.value.append(frame.value)

    def _finish_cell(self, frame: Frame) -> None:
        table, cells = self.stack.frames[-2], self.stack.top.value
        _fill_spanned(table, cells)
        cell = tuple(shape.as_inlines(frame.blocks or ()))
        row = (cell, *((),) * (_span(frame, "colspan") - 1))
        if (down := _span(frame, "rowspan")) > 1:
            _reach_down(table, len(cells), down, row)
        cells.extend(row)

    def _finish_table(self, frame: Frame) -> None:
        container = self.stack.container()
        container.extend(frame.blocks or ())
        rows = frame.value
        if len(rows) == 1 and len(rows[0]) == 1:
            container.extend(shape.paragraph_blocks(list(rows[0][0])))
        else:
            container.extend(shape.table_blocks(rows, (), frame.caption))


def _span(cell: Frame, name: str) -> int:
    """Over how many rows or columns a cell reaches."""
    written = cell.value.attributes.get(name, "1")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 1


def _reach_down(table: Frame, column: int, rows: int, cells: tuple[tuple[Inline, ...], ...]) -> None:
    """What is said of several rows is said of each: an empty cell below it would be read as no answer."""
    if table.spanned is None:
        table.spanned = {}
    if len(table.spanned) + rows * len(cells) > _MOST_SPANNED:
        return
    if any(isinstance(node, Image) for node in cells[0]):
        cells = ((),) * len(cells)
    for row in range(len(table.value) + 1, len(table.value) + rows):
        table.spanned |= {(row, column + place): cell for place, cell in enumerate(cells)}


def _fill_spanned(table: Frame, cells: list[tuple[Inline, ...]]) -> None:
    """Add the cells of rows above that reach into this one, up to the first place that is free."""
    spanned = table.spanned
    while spanned and (place := (len(table.value), len(cells))) in spanned:
        cells.append(spanned.pop(place))

"""The parser's events gathered into one tree by a stack of open frames."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.markup.normalise.characters import CLOSE, restore
from bot.markup.parse.headings import Anchors
from bot.markup.parse.html import HtmlReader
from bot.markup.parse.nodes import MarkdownNodes
from bot.markup.parse.shape import paragraph_blocks
from bot.markup.parse.stack import Frame, Stack
from bot.markup.tree import Break, Code, Item, NoteRef, Paragraph, Rule, Styled, Tree, Words

_STYLES = {"Emphasis": "italic", "Strong": "bold", "Strikethrough": "strike"}
_SOFT = Break(hard=False)
_HARD = Break(hard=True)


class Builder:
    """Reads the events of one post. `inert` and `wiki`: whether its text holds inert spellings, and `[[`.

    `formulas` are sources by inert spelling, as far as they are known.
    """

    def __init__(self, *, inert: bool, wiki: bool, formulas: Mapping[str, str]) -> None:
        self._inert = inert
        self._wiki = wiki
        self._stack = Stack(inert=inert, formulas=formulas)
        self._anchors = Anchors()
        self._html: HtmlReader | None = None  # made when the first tag comes: most posts have none
        self._nodes = MarkdownNodes(self._stack, self._anchors)
        self._frames = self._stack.frames
        # Paragraphs do not nest, so one frame serves all of them.
        self._paragraph = Frame("Paragraph", None, [], None, "")
        self._raw: list[str] = []
        self._stack.finishers |= self._nodes.finishers()

    def read(self, events: Iterable[Any]) -> None:
        stack, frames = self._stack, self._frames
        end, inert, wiki = Builder._end, self._inert, self._wiki
        # The one loop every event of every post goes through: dispatch is by dictionary, words are added in place.
        for event in events:
            if type(event) is str:
                inlines = frames[-1].inlines
                if inlines is None or event == "Rule":
                    self._bare(event)
                else:
                    inlines.append(_SOFT if event == "SoftBreak" else _HARD)
                continue
            key, value = event.popitem()
            if key == "Text":
                if (inert and CLOSE in value) or (wiki and "[[" in value):
                    stack.add_text(value)
                else:
                    inlines = frames[-1].inlines
                    (stack.sink() if inlines is None else inlines).append(Words(value))
            elif key == "Start":
                if type(value) is str:
                    _STARTS[value](self, value, None)
                else:
                    (name,) = value
                    _STARTS[name](self, name, value[name])
            elif key == "End":
                _ENDS.get(value if type(value) is str else next(iter(value)), end)(self)
            else:
                _LEAVES[key](self, value)

    def tree(self, remarks: tuple[str, ...] = ()) -> Tree:
        """Everything still open is closed; the builder has done its work after this."""
        while len(self._frames) > 1:
            self._stack.close_top()
        # They hold the stack that holds them: left so, only the cycle collector would ever free any of it.
        self._stack.finishers.clear()
        return Tree(tuple(self._stack.root), self._nodes.notes(), remarks)

    def _bare(self, event: str) -> None:
        if event == "Rule":
            self._stack.container().append(Rule())
        else:
            self._stack.sink().append(_SOFT if event == "SoftBreak" else _HARD)

    def _add_code(self, text: str) -> None:
        self._stack.sink().append(Code(restore(text) if CLOSE in text else text))

    def _reader(self) -> HtmlReader:
        if self._html is None:
            self._html = HtmlReader(self._stack, self._anchors)
        return self._html

    def _add_note_mark(self, name: str) -> None:
        self._stack.sink().append(NoteRef(self._nodes.note_number(name)))

    def _mark_task(self, checked: bool) -> None:
        for frame in reversed(self._frames):
            if frame.kind == "Item":
                frame.value = checked
                break

    def _start_style(self, name: str, _data: Any) -> None:
        self._stack.push_leaf("Style", _STYLES[name])

    def _start_inlines(self, name: str, data: Any) -> None:
        self._stack.push_leaf(name, data)

    def _start_paragraph(self, _name: str, _data: Any) -> None:
        stack, frame = self._stack, self._paragraph
        if self._frames[-1].blocks is None:
            stack.container()
        stack.special = False
        frame.inlines = []
        self._frames.append(frame)

    def _start_leaf(self, name: str, data: Any) -> None:
        if self._frames[-1].blocks is None:
            self._stack.container()
        self._stack.special = False
        self._frames.append(Frame(name, None, [], data, ""))

    def _start_cell(self, name: str, _data: Any) -> None:
        self._stack.special = False
        self._frames.append(Frame(name, None, [], None, ""))

    def _start_part(self, name: str, _data: Any) -> None:
        frames = self._frames
        if frames[-1].blocks is None:
            self._stack.container()
        whole = frames[-1]
        frame = Frame(name, whole.blocks if whole.flat else [], None, None, "")
        frame.flat = whole.flat
        frames.append(frame)

    def _start_container(self, name: str, data: Any) -> None:
        self._stack.push_container(name, data)

    def _start_definitions(self, name: str, _data: Any) -> None:
        self._stack.push_container(name, [])

    def _start_rows(self, name: str, data: Any) -> None:
        self._stack.container()
        self._frames.append(Frame(name, [], None, data, ""))

    def _end(self) -> None:
        stack, frames = self._stack, self._frames
        frame = frames[-1]
        # What tags left open, and a paragraph that only text began, end with what Markdown itself opened.
        while frame.tag or frame.kind == "Implicit":
            stack.close_top()
            frame = frames[-1]
        stack.close_top()

    def _end_html(self) -> None:
        self._reader().block("".join(self._raw))

    def _end_paragraph(self) -> None:
        stack, frames = self._stack, self._frames
        frame = frames[-1]
        if frame is self._paragraph:
            frames.pop()
            inlines, blocks = frame.inlines, frames[-1].blocks
            if not inlines or blocks is None:
                return
            if stack.special:
                blocks.extend(paragraph_blocks(inlines))
            else:
                blocks.append(Paragraph(tuple(inlines)))
        elif self._html and self._html.paragraph_split:
            # HTML of a block's rank ended this paragraph early.
            self._html.paragraph_split = False
            stack.container()
        else:
            self._end()

    def _end_item(self) -> None:
        stack, frames = self._stack, self._frames
        frame = frames[-1]
        if frame.kind == "Implicit" and not stack.special:
            # A tight item ends together with the paragraph that its text began.
            frames.pop()
            if frame.inlines and frames[-1].blocks is not None:
                frames[-1].blocks.append(Paragraph(tuple(frame.inlines)))
            frame = frames[-1]
        if frame.kind != "Item" or frame.flat:
            self._end()
            return
        frames.pop()
        if (blocks := frames[-1].blocks) is not None:
            blocks.append(Item(tuple(frame.blocks or ()), frame.value))

    def _end_style(self) -> None:
        if frame := self._simple_leaf("Style"):
            self._frames[-1].inlines.append(Styled(frame.value, tuple(frame.inlines)))  # type: ignore[union-attr,arg-type]

    def _end_link(self) -> None:
        if frame := self._simple_leaf("Link"):
            self._nodes.finish_link(frame)

    def _end_heading(self) -> None:
        if frame := self._simple_leaf("Heading"):
            self._nodes.finish_heading(frame)

    def _end_cell(self) -> None:
        frame = self._frames[-1]
        rows = self._frames[-2].blocks
        if frame.kind != "TableCell" or self._stack.special or rows is None:
            self._end()
            return
        self._frames.pop()
        rows.append(tuple(frame.inlines or ()))

    def _simple_leaf(self, kind: str) -> Frame | None:
        """The leaf that ends, closed, when it holds mere words; any other is closed the long way, and None given."""
        stack, frames = self._stack, self._frames
        frame = frames[-1]
        if frame.kind != kind or frame.tag or frame.flat or stack.special:
            self._end()
            return None
        frames.pop()
        stack.depth -= frame.depth
        return frame if frame.inlines else None


_STARTS: dict[str, Callable[[Builder, str, Any], None]] = {
    **dict.fromkeys(_STYLES, Builder._start_style),
    **dict.fromkeys(("Link", "Image"), Builder._start_inlines),
    **dict.fromkeys(("CodeBlock", "DefinitionListTitle", "Heading"), Builder._start_leaf),
    "Paragraph": Builder._start_paragraph,
    **dict.fromkeys(("BlockQuote", "List", "FootnoteDefinition"), Builder._start_container),
    "DefinitionList": Builder._start_definitions,
    **dict.fromkeys(("Item", "DefinitionListDefinition"), Builder._start_part),
    **dict.fromkeys(("Table", "TableHead", "TableRow"), Builder._start_rows),
    "TableCell": Builder._start_cell,
    "HtmlBlock": lambda builder, _name, _data: builder._raw.clear(),
}
_ENDS: dict[str, Callable[[Builder], None]] = {
    "Paragraph": Builder._end_paragraph,
    "HtmlBlock": Builder._end_html,
    "Link": Builder._end_link,
    "Item": Builder._end_item,
    "Heading": Builder._end_heading,
    "TableCell": Builder._end_cell,
    **dict.fromkeys(_STYLES, Builder._end_style),
}
_LEAVES: dict[str, Callable[[Builder, Any], None]] = {
    "Code": Builder._add_code,
    "InlineHtml": lambda builder, source: builder._reader().inline(source),
    "Html": lambda builder, source: builder._raw.append(source),
    "FootnoteReference": Builder._add_note_mark,
    "TaskListMarker": Builder._mark_task,
}

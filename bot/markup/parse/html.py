"""Tags of raw HTML read into the tree: the ones a post needs understood, the others leaving their text."""

import re
from typing import Any

from bot.markup.html_tags import Comment, Tag, cut, one_tag
from bot.markup.parse.code import language_of
from bot.markup.parse.headings import Anchors
from bot.markup.parse.html_meaning import (
    CODE,
    CONTAINERS,
    FRAMED,
    HEADINGS,
    LEAVES,
    MEANT,
    PARTS,
    PLAYERS,
    STYLES,
    TRANSPARENT,
    host_of,
    tab_name,
)
from bot.markup.parse.html_nodes import HtmlNodes
from bot.markup.parse.stack import Frame, Stack
from bot.markup.tree import Break, CodeBlock, Image, More, Paragraph, Rule, Styled, Words

_SPACES = re.compile(r"\s+")
_HARD = Break(hard=True)


class HtmlReader:
    """Reads tags into the stack; frames it opens carry the name of their tag."""

    def __init__(self, stack: Stack, anchors: Anchors) -> None:
        self.stack = stack
        self.paragraph_split = False
        self._preformatted: list[str] | None = None
        self._language = ""
        stack.finishers |= HtmlNodes(stack, anchors).finishers()

    def block(self, source: str) -> None:
        """A whole HTML block of the source."""
        for piece in cut(self.stack.restored(source) if "<pre" in source else source):
            if isinstance(piece, str):
                self._block_text(piece)
            else:
                self._markup(piece)
        if self._preformatted is not None:
            self._end_preformatted()

    def inline(self, source: str) -> None:
        """One tag or comment in running text."""
        piece = one_tag(source)
        if piece is None:
            return
        if isinstance(piece, Tag) and not piece.closing and self._is_type_argument(piece):
            self.stack.sink().append(Words(source))
            return
        self._markup(piece)

    def _is_type_argument(self, tag: Tag) -> bool:
        """`List<String>` is no tag: a name HTML does not know, right after a word."""
        last = self.stack.sink()[-1:] if self.stack.frames[-1].inlines else []
        return (
            tag.name not in MEANT
            and not tag.attributes
            and bool(last)
            and isinstance(last[0], Words)
            and last[0].text[-1:].isalnum()
        )

    def _block_text(self, text: str) -> None:
        inlines = self.stack.frames[-1].inlines
        if self._preformatted is not None:
            self._preformatted.append(text)
        elif text.isspace():
            if inlines:
                inlines.append(Words(" "))
        else:
            text = _SPACES.sub(" ", text)
            self.stack.add_text(text if inlines else text.lstrip())
            self.stack.special = True

    def _markup(self, piece: Tag | Comment) -> None:
        self.stack.special = True
        if isinstance(piece, Comment):
            self._comment(piece.text)
        elif self._preformatted is not None:
            if piece.closing and piece.name == "pre":
                self._end_preformatted()
            elif piece.name == "code" and not piece.closing:
                self._language = language_of(piece.attributes.get("class", "")) or self._language
        elif piece.closing:
            self._close(piece.name)
        else:
            self._open(piece)

    def _comment(self, text: str) -> None:
        if text.lower() == "more":
            self._to_blocks().append(More())
        elif name := tab_name(text):
            self._to_blocks().append(Paragraph((Styled("bold", (Words(self.stack.restored(name)),)),)))

    def _open(self, tag: Tag) -> None:
        name, stack = tag.name, self.stack
        if name not in MEANT or (name in TRANSPARENT and stack.frames[-1].blocks is not None):
            return
        if stack.full and (name in STYLES or name in CONTAINERS or name in LEAVES or name in FRAMED):
            return
        if name in STYLES:
            stack.push_leaf("Style", STYLES[name], name)
        elif name in CODE:
            stack.push_leaf("code", None, name)
        elif name == "br":
            stack.sink().append(_HARD)
            stack.special = True  # a paragraph that it begins is looked at once more, and may be empty
        elif name == "img":
            self._image(tag)
            stack.special = True
        elif name == "a":
            self._close("a")
            stack.push_leaf("anchor", tag.attributes, name)
        elif name in PLAYERS:
            self._player(tag)
        elif not self._among_blocks():
            # A cell or a heading holds inlines alone: a block there is one more line.
            if (name in TRANSPARENT or name in PARTS) and stack.frames[-1].inlines:
                stack.sink().append(_HARD)
            if name == "li":
                stack.sink().append(Words("• "))
        else:
            self._open_block(tag)

    def _open_block(self, tag: Tag) -> None:
        name, stack = tag.name, self.stack
        if name in CONTAINERS:
            self._to_blocks()
            stack.push_container(CONTAINERS[name], tag.attributes, name)
        elif name == "table":
            self._to_blocks()
            stack.push_container("table", [], name)
        elif name in PARTS:
            self._part(tag)
        elif name in LEAVES:
            self._to_blocks()
            kind = "heading" if name in HEADINGS else name
            stack.frames.append(Frame(kind, None, [], name, name))
        elif name in TRANSPARENT:
            self._to_blocks()
        elif name == "pre":
            self._to_blocks()
            self._preformatted, self._language = [], language_of(tag.attributes.get("lang", ""))
        elif name == "hr":
            self._to_blocks().append(Rule())

    def _part(self, tag: Tag) -> None:
        """A row, cell or list item; one of its kind still open ends where the next begins."""
        holders = {"tr": "table", "td": "row", "th": "row", "li": "list"}
        kind, holder = PARTS[tag.name], holders[tag.name]
        self._to_blocks()
        depth = self._depth_of(holder)
        if depth < 0:
            if kind == "cell" and self._depth_of("table") >= 0:
                self._part(Tag("tr"))
                depth = self._depth_of(holder)
            else:
                return
        while len(self.stack.frames) > depth + 1:
            self.stack.close_top()
        value: Any = [] if kind == "row" else tag
        self.stack.push_container(kind, value, tag.name, counts=False)

    def _depth_of(self, kind: str) -> int:
        """Where the innermost frame of a kind stands, looking no further than what Markdown opened; -1 for none."""
        frames = self.stack.frames
        for index in range(len(frames) - 1, 0, -1):
            frame = frames[index]
            if frame.kind == kind:
                return index
            if not frame.tag and frame.kind != "Implicit":
                break
        return -1

    def _close(self, name: str) -> None:
        frames = self.stack.frames
        if name in TRANSPARENT and frames[-1].blocks is not None:
            return
        for index in range(len(frames) - 1, 0, -1):
            frame = frames[index]
            if frame.tag == name:
                self._close_down_to(index)
                return
            if not frame.tag and frame.kind != "Implicit":
                if frame.kind == "Paragraph" and (name in CONTAINERS or name in ("table", "td", "th", "li")):
                    continue
                return
        if name in TRANSPARENT and self._among_blocks():
            self._to_blocks()

    def _close_down_to(self, index: int) -> None:
        while len(self.stack.frames) > index:
            if self.stack.frames[-1].kind == "Paragraph":
                self.paragraph_split = True
            self.stack.close_top()

    def _among_blocks(self) -> bool:
        """Whether a block may begin here: not within a cell, a heading, a link or a style."""
        frame = self.stack.frames[-1]
        return frame.blocks is not None or frame.kind in ("Paragraph", "Implicit")

    def _to_blocks(self) -> list[Any]:
        """End the paragraph that is open; when Markdown opened it, its end is yet to come and means nothing then."""
        if not self._among_blocks():
            return []
        if self.stack.frames[-1].kind == "Paragraph":
            self.paragraph_split = True
        if self.stack.frames[-1].blocks is None:
            self.stack.close_top()
        return self.stack.container()

    def _image(self, tag: Tag) -> None:
        stack = self.stack
        source = stack.restored(tag.attributes.get("src") or tag.attributes.get("data-src") or "").strip()
        alt = stack.shown(tag.attributes.get("alt", "")).strip()
        if source:
            stack.sink().append(Image(source, alt, stack.shown(tag.attributes.get("title", "")).strip()))
        elif alt:
            stack.add_text(alt)

    def _player(self, tag: Tag) -> None:
        """A video or a frame is a link to it."""
        source = self.stack.restored(tag.attributes.get("src", "")).strip()
        if source.startswith("//"):
            source = f"https:{source}"
        if source:
            title = self.stack.restored(tag.attributes.get("title", "")).strip()
            shown = title or host_of(source) or source
            self.stack.add_link(source, (Words(shown),))

    def _end_preformatted(self) -> None:
        text = self.stack.restored("".join(self._preformatted or ())).strip("\n")
        self._preformatted = None
        if text:
            self.stack.container().append(CodeBlock(text, self._language))

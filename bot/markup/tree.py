"""The tree of a post: blocks and inlines of our own, free of the parser that made them.

Every node is immutable; text is NFC-untouched source text with control characters dropped. A formula's `latex` is the
source between its delimiters, without them. Depth is capped at MAX_DEPTH by the parser: deeper blocks are flattened.
"""

from dataclasses import dataclass
from typing import TypeAlias, TypeVar, dataclass_transform

MAX_DEPTH = 16

_Node = TypeVar("_Node")


# Frozen to the type checker alone: a post has thousands of nodes, and Python makes a frozen one half as fast.
@dataclass_transform(frozen_default=True)
def _node(kind: type[_Node]) -> type[_Node]:
    return dataclass(slots=True, unsafe_hash=True)(kind)


@_node
class Words:
    """Plain text."""

    text: str


@_node
class Styled:
    """`style` is one of: bold, italic, strike, underline, mark, sub, sup, kbd."""

    style: str
    inlines: "tuple[Inline, ...]"


@_node
class Code:
    text: str


@_node
class Math:
    latex: str


@_node
class Link:
    """`url` as written: absolute, relative to the post, `#anchor`, or `wiki:Name#heading` for `[[Name#heading]]`."""

    url: str
    inlines: "tuple[Inline, ...]"
    title: str = ""


@_node
class Image:
    """An image in running text, or alone in a paragraph (a figure). `source` as written."""

    source: str
    alt: str = ""
    title: str = ""


@_node
class NoteRef:
    """A reference to the footnote with this number (from 1, in order of first reference)."""

    number: int


@_node
class Break:
    """A line break; `hard` when the author asked for it, else a line end in the source."""

    hard: bool


Inline: TypeAlias = Words | Styled | Code | Math | Link | Image | NoteRef | Break


@_node
class Paragraph:
    inlines: tuple[Inline, ...]


@_node
class Heading:
    level: int
    inlines: tuple[Inline, ...]
    anchor: str = ""


@_node
class CodeBlock:
    """`language` is a clean lower-case word or empty; `text` has no final line end; `caption` is a title."""

    text: str
    language: str = ""
    caption: str = ""


@_node
class MathBlock:
    latex: str


@_node
class Quote:
    blocks: "tuple[Block, ...]"


@_node
class Callout:
    """`kind` in lower case (note, tip, warning, …); `title` empty when the author gave none."""

    kind: str
    title: tuple[Inline, ...]
    blocks: "tuple[Block, ...]"


@_node
class Details:
    summary: tuple[Inline, ...]
    blocks: "tuple[Block, ...]"


@_node
class Item:
    """`checked` is None when the item is no task."""

    blocks: "tuple[Block, ...]"
    checked: bool | None = None


@_node
class List:
    """`start` is the first number of an ordered list, None for bullets."""

    items: tuple[Item, ...]
    start: int | None = None


@_node
class Definition:
    term: tuple[Inline, ...]
    details: "tuple[tuple[Block, ...], ...]"


@_node
class DefinitionList:
    items: tuple[Definition, ...]


@_node
class Table:
    """`aligns` holds left, right, center or "" per column; every row has as many cells as `head`."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligns: tuple[str, ...]
    caption: tuple[Inline, ...] = ()


@_node
class Figure:
    """An image that stands alone, with its caption (title or figure shortcode's caption; alt is the description)."""

    image: Image
    caption: tuple[Inline, ...] = ()


@_node
class Rule:
    pass


@_node
class More:
    """The author's `<!--more-->`: what stands before it is the summary."""


Block: TypeAlias = (
    Paragraph
    | Heading
    | CodeBlock
    | MathBlock
    | Quote
    | Callout
    | Details
    | List
    | DefinitionList
    | Table
    | Figure
    | Rule
    | More
)


@_node
class Tree:
    """A whole post. `notes[i]` are the blocks of footnote i + 1; `remarks` say in English what was changed."""

    blocks: tuple[Block, ...]
    notes: tuple[tuple[Block, ...], ...] = ()
    remarks: tuple[str, ...] = ()

"""The tree of a post: blocks and inlines of our own, free of the parser that made them.

Every node is immutable; text is NFC-untouched source text with control characters dropped. A formula's `latex` is the
source between its delimiters, without them. Depth is capped at MAX_DEPTH by the parser: deeper blocks are flattened.
"""

from dataclasses import dataclass
from typing import TypeAlias

MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """`style` is one of: bold, italic, strike, underline, mark, sub, sup, kbd."""

    style: str
    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Math:
    latex: str


@dataclass(frozen=True, slots=True)
class Link:
    """`url` as written: absolute, relative to the post, `#anchor`, or `wiki:Name#heading` for `[[Name#heading]]`."""

    url: str
    inlines: "tuple[Inline, ...]"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """An image in running text, or alone in a paragraph (a figure). `source` as written."""

    source: str
    alt: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class NoteRef:
    """A reference to the footnote with this number (from 1, in order of first reference)."""

    number: int


@dataclass(frozen=True, slots=True)
class Break:
    """A line break; `hard` when the author asked for it, else a line end in the source."""

    hard: bool


Inline: TypeAlias = Words | Styled | Code | Math | Link | Image | NoteRef | Break


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    inlines: tuple[Inline, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """`language` is a clean lower-case word or empty; `text` has no final line end; `caption` is a title."""

    text: str
    language: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class MathBlock:
    latex: str


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Callout:
    """`kind` in lower case (note, tip, warning, …); `title` empty when the author gave none."""

    kind: str
    title: tuple[Inline, ...]
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Details:
    summary: tuple[Inline, ...]
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Item:
    """`checked` is None when the item is no task."""

    blocks: "tuple[Block, ...]"
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class List:
    """`start` is the first number of an ordered list, None for bullets."""

    items: tuple[Item, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    term: tuple[Inline, ...]
    details: "tuple[tuple[Block, ...], ...]"


@dataclass(frozen=True, slots=True)
class DefinitionList:
    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`aligns` holds left, right, center or "" per column; every row has as many cells as `head`."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligns: tuple[str, ...]
    caption: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """An image that stands alone, with its caption (title or figure shortcode's caption; alt is the description)."""

    image: Image
    caption: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    pass


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole post. `notes[i]` are the blocks of footnote i + 1; `remarks` say in English what was changed."""

    blocks: tuple[Block, ...]
    notes: tuple[tuple[Block, ...], ...] = ()
    remarks: tuple[str, ...] = ()

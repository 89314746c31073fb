"""Finished nodes put into their final shape: figures, displayed formulas, callouts, tables."""

import re
from collections.abc import Iterable, Sequence

from bot.markup.parse.words import DisplayMath
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
    Paragraph,
    Quote,
    Styled,
    Table,
    Words,
)

_ALERT = re.compile(r"\s*\[!([\w-]{1,40})(?:\|[^\]\n]*)?\][+-]?[ \t]*")
_ONLY_PUNCTUATION = re.compile(r"[\s.,;:!?。，；：！？、]*")
# Empty cells a table may be given over and above eight for each that its author wrote.
_MOST_FILLED = 4000


def trimmed(inlines: list[Inline]) -> list[Inline]:
    """Without breaks and white space at either end."""
    if inlines and not _is_blank(inlines[0]) and not _is_blank(inlines[-1]):
        return inlines
    start, end = 0, len(inlines)
    while start < end and _is_blank(inlines[start]):
        start += 1
    while end > start and _is_blank(inlines[end - 1]):
        end -= 1
    return inlines[start:end] if end - start < len(inlines) else inlines


def _is_blank(node: Inline) -> bool:
    kind = type(node)
    return kind is Break or (kind is Words and not node.text.strip())  # type: ignore[union-attr]


def plain_math(inlines: list[Inline]) -> tuple[Inline, ...]:
    if DisplayMath not in map(type, inlines):
        return tuple(inlines)
    return tuple([Math(node.latex) if isinstance(node, DisplayMath) else node for node in inlines])


def paragraph_blocks(inlines: list[Inline]) -> list[Block]:
    """A paragraph's inlines as blocks: split around displayed formulas; images alone become figures."""
    if len(inlines) == 1 and isinstance(formula := inlines[0], DisplayMath):
        return [MathBlock(formula.latex)]
    blocks: list[Block] = []
    if DisplayMath not in map(type, inlines):
        _add_paragraph(blocks, inlines)
        return blocks
    part: list[Inline] = []
    for node in inlines:
        if isinstance(node, DisplayMath):
            _add_paragraph(blocks, part)
            part = []
            blocks.append(MathBlock(node.latex))
        else:
            part.append(node)
    _add_paragraph(blocks, part)
    return blocks


def _add_paragraph(blocks: list[Block], part: list[Inline]) -> None:
    part = _stripped(trimmed(part))
    if not part:
        return
    # A full stop after a displayed formula is no paragraph.
    if blocks and isinstance(blocks[-1], MathBlock) and _ONLY_PUNCTUATION.fullmatch(plain_text(part)):
        return
    if isinstance(part[0], Image) and (figures := _figures(part)):
        blocks.extend(figures)
    else:
        blocks.append(Paragraph(tuple(part)))


def _stripped(part: list[Inline]) -> list[Inline]:
    """Without white space where a displayed formula used to follow or go before."""
    first = part[0] if part else None
    if type(first) is Words and first.text[0].isspace():
        part = [Words(first.text.lstrip()), *part[1:]]
    last = part[-1] if part else None
    if type(last) is Words and last.text[-1].isspace():
        part = [*part[:-1], Words(last.text.rstrip())]
    return part


def _figures(part: list[Inline]) -> list[Block]:
    figures: list[Block] = []
    for node in part:
        if isinstance(node, Image):
            figures.append(Figure(node, (Words(node.title),) if node.title else ()))
        elif not _is_blank(node):
            return []
    return figures


def quote_or_callout(blocks: list[Block]) -> Block:
    """`> [!NOTE] title` in GitHub's and Obsidian's form is a callout."""
    first = blocks[0] if blocks else None
    if not (isinstance(first, Paragraph) and isinstance(first.inlines[0], Words)):
        return Quote(tuple(blocks))
    match = _ALERT.match(first.inlines[0].text)
    if match is None:
        return Quote(tuple(blocks))
    inlines = [Words(first.inlines[0].text[match.end() :]), *first.inlines[1:]]
    line_end = next((index for index, node in enumerate(inlines) if isinstance(node, Break)), len(inlines))
    title, rest = trimmed(inlines[:line_end]), trimmed(inlines[line_end:])
    body = paragraph_blocks(rest) if rest else []
    return Callout(match.group(1).lower(), tuple(title), (*body, *blocks[1:]))


def table_blocks(
    rows: list[list[tuple[Inline, ...]]], aligns: tuple[str, ...], caption: tuple[Inline, ...] = ()
) -> list[Block]:
    """A table whose first row is the head and whose short rows are filled up.

    One so ragged that filling it up would multiply it becomes a paragraph for every row.
    """
    if not rows:
        return [Paragraph(caption)] if caption else []
    width = max(len(row) for row in rows)
    cells = sum(len(row) for row in rows)
    if width * len(rows) > _MOST_FILLED + 8 * cells:
        lines = [caption, *(tuple(_cells(row)) for row in rows)]
        return [Paragraph(line) for line in lines if line]
    filled = [(*row, *(((),) * (width - len(row)))) for row in rows]
    return [Table(filled[0], tuple(filled[1:]), (*aligns, *("",) * (width - len(aligns)))[:width], caption)]


def as_inlines(blocks: Iterable[Block]) -> list[Inline]:
    """Blocks in a place that holds inlines alone, as a table cell: one line each, nothing lost."""
    found: list[Inline] = []
    for block in blocks:
        line = _line(block)
        if line and found:
            found.append(Break(hard=True))
        found += line
    return found


def _line(block: Block) -> list[Inline]:
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            return list(inlines)
        case CodeBlock(text):
            return [Code(text)]
        case MathBlock(latex):
            return [Math(latex)]
        case Figure(image, caption):
            return [image, Words(" "), *caption] if caption and not image.title else [image]
        case Quote(blocks):
            return as_inlines(blocks)
        case Callout(_, title, blocks) | Details(title, blocks):
            return _joined([list(title), as_inlines(blocks)])
        case List(items, start):
            marks = (f"{start + index}. " if start is not None else "• " for index in range(len(items)))
            return _joined([[Words(mark), *as_inlines(item.blocks)] for mark, item in zip(marks, items, strict=True)])
        case DefinitionList(items):
            lines = [[list(item.term), *(as_inlines(detail) for detail in item.details)] for item in items]
            return _joined([line for group in lines for line in group])
        case Table(head, rows):
            return _joined([_cells(row) for row in (head, *rows)])
        case _:
            return []


def _cells(row: Sequence[tuple[Inline, ...]]) -> list[Inline]:
    found: list[Inline] = []
    for cell in row:
        found += [Words(" "), *cell] if found else cell
    return found


def _joined(lines: list[list[Inline]]) -> list[Inline]:
    found: list[Inline] = []
    for line in lines:
        if line:
            found += [Break(hard=True), *line] if found else line
    return found


def plain_text(inlines: Iterable[Inline]) -> str:
    """The words alone: for an image's description, a link's id."""
    if isinstance(inlines, list | tuple) and len(inlines) == 1 and type(inlines[0]) is Words:
        return inlines[0].text
    pieces: list[str] = []
    for node in inlines:
        match node:
            case Words(text) | Code(text):
                pieces.append(text)
            case Math(latex):
                pieces.append(latex)
            case Styled(_, inner) | Link(_, inner):
                pieces.append(plain_text(inner))
            case Image(_, alt):
                pieces.append(alt)
            case Break():
                pieces.append(" ")
    return "".join(pieces)

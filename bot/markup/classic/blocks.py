"""Blocks written onto the ribbon, each as a reader of a phone would want it."""

from collections.abc import Collection

from bot.markup.classic.inlines import InlineWriter, ResolveLink
from bot.markup.classic.lists import write_definitions, write_list, write_notes
from bot.markup.classic.quotes import write_callout, write_details, write_quote
from bot.markup.classic.ribbon import BLOCK, PART, Ribbon
from bot.markup.classic.table import write_table
from bot.markup.classic.words import Language
from bot.markup.classic.writer import BlockWriter, Handler
from bot.markup.formulas import MAX_LENGTH, to_unicode
from bot.markup.plain.words import as_shown
from bot.markup.tree import (
    Callout,
    CodeBlock,
    DefinitionList,
    Details,
    Figure,
    Heading,
    List,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Tree,
)

_RULE = "———"
# What ends so announces the table, list or code that follows it.
_COLONS = (":", "：")
# Headings of these levels stand apart by one more line.
_GREAT_LEVELS = 2


def write_post(tree: Tree, language: Language, resolve_link: ResolveLink, undrawable: Collection[str] = ()) -> Ribbon:
    """The whole post, footnotes last."""
    ribbon = Ribbon()
    writer = BlockWriter(InlineWriter(ribbon, language, resolve_link, undrawable), _HANDLERS)
    writer.blocks(tree.blocks, BLOCK)
    write_notes(writer, tree.notes)
    return ribbon


def _write_paragraph(writer: BlockWriter, block: Paragraph) -> None:
    writer.inline.write(block.inlines)
    if writer.ribbon.last in _COLONS:
        writer.ribbon.bind()


def _write_heading(writer: BlockWriter, block: Heading) -> None:
    ribbon = writer.ribbon
    if block.level <= _GREAT_LEVELS:
        ribbon.gap(3, PART)
    start = writer.bold_inlines(block.inlines)
    ribbon.headings.append((start, (block.level, as_shown(block.inlines).strip(), block.anchor)))
    ribbon.bind()


def _write_code(writer: BlockWriter, block: CodeBlock) -> None:
    if block.caption:
        writer.bold(block.caption)
        writer.ribbon.bind()
        writer.ribbon.gap(1, PART)
    writer.preformatted(block.text, block.language)


def _write_formula(writer: BlockWriter, block: MathBlock) -> None:
    latex = block.latex
    shown = to_unicode(latex, display=True) if len(latex) <= MAX_LENGTH else None
    if shown is not None:
        writer.ribbon.add_atom(shown)
    elif len(latex) <= MAX_LENGTH and writer.inline.may_draw(latex):
        writer.inline.formula_mark(latex)
    else:
        writer.preformatted(latex, "latex")


def _write_figure(writer: BlockWriter, block: Figure) -> None:
    inline, image, caption = writer.inline, block.image, block.caption
    apart = " "
    if inline.is_local(image.source) and inline.may_draw(image.source):
        inline.local_image(image, caption)
        apart = " · " if image.alt and image.alt not in as_shown(caption) else " "
    else:
        inline.remote_image(image)
    if caption:
        writer.ribbon.add(apart)
        inline.write(caption)


def _write_rule(writer: BlockWriter, _: Rule) -> None:
    writer.ribbon.add(_RULE)


_HANDLERS: dict[type, Handler] = {
    Paragraph: _write_paragraph,
    Heading: _write_heading,
    CodeBlock: _write_code,
    MathBlock: _write_formula,
    Quote: write_quote,
    Callout: write_callout,
    Details: write_details,
    List: write_list,
    DefinitionList: write_definitions,
    Table: write_table,
    Figure: _write_figure,
    Rule: _write_rule,
}

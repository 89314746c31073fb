"""`[TOC]` and its like alone in a paragraph: a mark for a table of contents, which says nothing by itself."""

import re
from dataclasses import replace

from bot.markup.parse.shape import plain_text
from bot.markup.tree import Block, Callout, Details, Heading, Inline, Link, Paragraph, Quote, Styled, Tree, Words

# As Python-Markdown and Typora, markdown-it, GitLab, and CSDN write it.
_MARK = re.compile(r"\[_?toc_?\]|\[\[_?toc_?\]\]|@\[toc\](?:\([^()\n]*\))?", re.IGNORECASE)
# Escaped it is what the post speaks of.
_IN_SOURCE = re.compile(r"\[(?<!\\\[)_?[Tt][Oo][Cc]_?\]")
_WIKI = ("wiki:toc", "wiki:_toc_")


def may_have_contents(text: str) -> bool:
    return "[" in text and _IN_SOURCE.search(text) is not None


def without_contents(tree: Tree) -> Tree:
    """The tree without such paragraphs, and without what held nothing else."""
    return replace(tree, blocks=_kept(tree.blocks))


def _kept(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    kept: list[Block] = []
    for block in blocks:
        # Over a line of dashes the mark is a heading.
        if isinstance(block, Paragraph | Heading):
            if not _is_contents(block.inlines):
                kept.append(block)
        elif isinstance(block, Quote | Callout | Details):
            inner = _kept(block.blocks)
            if inner or not block.blocks:
                kept.append(block if inner == block.blocks else replace(block, blocks=inner))
        else:
            kept.append(block)
    return tuple(kept)


def _is_contents(inlines: tuple[Inline, ...]) -> bool:
    match inlines:
        case (Link(url),):
            return url.lower() in _WIKI
        case (Words("@"), Link(_, (Words(text),))):
            # CSDN's, with the title of the post for an address.
            return text.lower() == "toc"
    if any(
        not isinstance(node, Words) and not (isinstance(node, Styled) and node.style == "italic") for node in inlines
    ):
        return False
    return _MARK.fullmatch(plain_text(inlines).strip()) is not None

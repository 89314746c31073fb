"""A tree as HTML for a browser, safe to show as it is: cleaned by nh3, then given its formulas.

A formula's MathML is written from lists of what is allowed; cleaning it again would take longer than all the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape as quoted

import nh3

from bot.markup.classic.words import WORDS, Language
from bot.markup.html_inlines import InlineHtml, Resolve, escape
from bot.markup.tree import (
    Block,
    Callout,
    CodeBlock,
    DefinitionList,
    Details,
    Figure,
    Heading,
    Inline,
    Item,
    List,
    MathBlock,
    More,
    Paragraph,
    Quote,
    Rule,
    Table,
    Tree,
)

_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "a": {"href", "title", "id"},
    "img": {"src", "alt", "title", "loading"},
    "li": {"id", "value"},
    "code": {"class"},
    "pre": {"class"},
    "div": {"class"},
    "aside": {"class"},
    "input": {"checked", "disabled"},
}
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,")


def _without_foreign_data(tag: str, attribute: str, value: str) -> str | None:
    """`data:` is for pictures alone: as a link it would be a page of the attacker's."""
    if "".join(value.split()).lower().startswith("data:"):
        return value if tag == "img" and attribute == "src" and value.startswith(_PICTURES) else None
    return value


_SCHEMES = {"http", "https", "mailto", "tel"}
_TAGS = nh3.ALLOWED_TAGS | {"input"}
_CHECKBOX = {"input": {"type": {"checkbox"}}}
# Made once: it takes longer to make than to use.
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, tag_attribute_values=_CHECKBOX, url_schemes=_SCHEMES)
# It asks Python about each attribute, so it is for the posts that need it.
_DATA_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    tag_attribute_values=_CHECKBOX,
    url_schemes=_SCHEMES | {"data"},
    attribute_filter=_without_foreign_data,
)


def render(tree: Tree, *, language: Language, resolve_link: Resolve, resolve_image: Resolve) -> str:
    """The post's body as HTML without a page around it.

    `resolve_link` gives the address of a relative or `wiki:` link, or None, which leaves its text; `resolve_image`
    an image's address (`data:` too), or None, which leaves its description. Absolute http(s) addresses are not asked.
    """
    inline = InlineHtml(WORDS[language], resolve_link, resolve_image)
    writer = _BlockHtml(inline)
    html = writer.write(tree.blocks) + writer.notes(tree.notes)
    return inline.filled((_DATA_CLEANER if "data:image/" in html else _CLEANER).clean(html))


@dataclass(frozen=True, slots=True)
class _BlockHtml:
    inline: InlineHtml

    def write(self, blocks: Iterable[Block]) -> str:
        return "".join(map(self._block, blocks))

    def notes(self, notes: tuple[tuple[Block, ...], ...]) -> str:
        if not notes:
            return ""
        items = "".join(
            f'<li id="note-{number}">{self._item_body(blocks)} <a href="#mark-{number}">↩</a></li>'
            for number, blocks in enumerate(notes, 1)
        )
        return f"<hr><h4>{escape(self.inline.words.notes)}</h4><ol>{items}</ol>"

    def _block(self, block: Block) -> str:  # noqa: C901, PLR0912  one branch a kind of block
        match block:
            case Paragraph(inlines):
                return f"<p>{self.inline.write(inlines)}</p>"
            case Heading(level, inlines, anchor):
                name = f"h{min(max(level, 1), 6)}"
                identity = f' id="{quoted(anchor)}"' if anchor else ""
                return f"<{name}{identity}>{self.inline.write(inlines)}</{name}>"
            case CodeBlock(text, language, caption):
                return _title(escape(caption)) + _code(text, language)
            case MathBlock(latex):
                place = self.inline.formula(latex, display=True)
                return f'<div class="formula">{place}</div>' if place else _code(latex, "latex")
            case Quote(blocks):
                return f"<blockquote>{self.write(blocks)}</blockquote>"
            case Callout(kind, title, blocks):
                name = self.inline.write(title) or escape(self.inline.words.callout(kind))
                return f'<aside class="callout {quoted(kind)}">{_title(name)}{self.write(blocks)}</aside>'
            case Details(summary, blocks):
                name = self.inline.write(summary) or escape(self.inline.words.details)
                return f"<details><summary>{name}</summary>{self.write(blocks)}</details>"
            case List():
                return self._list(block)
            case DefinitionList():
                return self._definitions(block)
            case Table():
                return self._table(block)
            case Figure(image, caption):
                words = self.inline.write(caption)
                legend = f"<figcaption>{words}</figcaption>" if words else ""
                return f"<figure>{self.inline.image(image)}{legend}</figure>"
            case Rule():
                return "<hr>"
            case More():
                return ""

    def _list(self, block: List) -> str:
        items = "".join(map(self._item, block.items))
        return f"<ul>{items}</ul>" if block.start is None else f'<ol start="{block.start}">{items}</ol>'

    def _item(self, item: Item) -> str:
        body = self._item_body(item.blocks)
        if item.checked is None:
            return f"<li>{body}</li>"
        return f'<li><input type="checkbox" disabled{" checked" if item.checked else ""}> {body}</li>'

    def _item_body(self, blocks: tuple[Block, ...]) -> str:
        """A first paragraph stands beside the item's mark, without one of its own."""
        if blocks and isinstance(blocks[0], Paragraph):
            return self.inline.write(blocks[0].inlines) + self.write(blocks[1:])
        return self.write(blocks)

    def _definitions(self, block: DefinitionList) -> str:
        items = "".join(
            f"<dt>{self.inline.write(item.term)}</dt>"
            + "".join(f"<dd>{self._item_body(blocks)}</dd>" for blocks in item.details)
            for item in block.items
        )
        return f"<dl>{items}</dl>"

    def _table(self, block: Table) -> str:
        caption = self.inline.write(block.caption)
        rows = "".join(f"<tr>{self._cells('td', row, block.aligns)}</tr>" for row in block.rows)
        head = f"<thead><tr>{self._cells('th', block.head, block.aligns)}</tr></thead>"
        legend = f"<caption>{caption}</caption>" if caption else ""
        return f"<table>{legend}{head}<tbody>{rows}</tbody></table>"

    def _cells(self, name: str, cells: tuple[tuple[Inline, ...], ...], aligns: tuple[str, ...]) -> str:
        return "".join(
            f"<{name}{f' align={align}' if align else ''}>{self.inline.write(cell)}</{name}>"
            for cell, align in zip(cells, aligns, strict=True)
        )


def _title(html: str) -> str:
    return f"<p><strong>{html}</strong></p>" if html else ""


def _code(text: str, language: str) -> str:
    name = f' class="language-{quoted(language)}"' if language else ""
    return f"<pre><code{name}>{escape(text)}</code></pre>"

"""Inlines as HTML, everything of the author's escaped; `bot.markup.html` cleans it and has the formulas put in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape as quoted
from secrets import token_hex
from typing import TypeAlias

from bot.markup.classic.words import Words as OwnWords
from bot.markup.formulas import tied, to_inline_mathml, to_mathml, to_unicode
from bot.markup.split import is_wide
from bot.markup.tree import Break, Code, Image, Inline, Link, Math, NoteRef, Styled, Words

Resolve: TypeAlias = Callable[[str], str | None]

_STYLES = {
    "bold": "strong",
    "italic": "em",
    "strike": "del",
    "underline": "u",
    "mark": "mark",
    "sub": "sub",
    "sup": "sup",
    "kbd": "kbd",
}
_ABSOLUTE = ("http://", "https://", "mailto:", "tel:")


# A megabyte of formulas would take seconds; the real posts with the most of them have 1,500, or 50,000 characters.
MAX_FORMULAS = 5_000
MAX_FORMULA_CHARACTERS = 250_000


def escape(text: str) -> str:
    """Text between tags. Quotes and `>` mean nothing there, and the cleaner takes its time over every entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


@dataclass(slots=True)
class InlineHtml:
    """Writes the inlines of one post."""

    words: OwnWords
    resolve_link: Resolve
    resolve_image: Resolve
    # Nobody who writes a post can know it, so no word of a post is taken for a place.
    secret: str = field(default_factory=lambda: token_hex(8))
    formulas: list[str] = field(default_factory=list)
    characters_left: int = MAX_FORMULA_CHARACTERS

    def formula(self, latex: str, *, display: bool = False) -> str | None:
        """What stands for a formula while the page is cleaned; None for one that is not drawn."""
        if len(self.formulas) >= MAX_FORMULAS or len(latex) > self.characters_left:
            return None
        self.characters_left -= len(latex)
        mathml = to_mathml(latex, display=True) if display else to_inline_mathml(latex)
        if mathml is None:
            return None
        self.formulas.append(mathml)
        return f"{self.secret}{len(self.formulas) - 1};"

    def filled(self, html: str) -> str:
        """The cleaned page with its formulas in their places."""
        before, *pieces = html.split(self.secret)
        for place, piece in enumerate(pieces):
            number, _, after = piece.partition(";")
            pieces[place] = tied(self.formulas[int(number)], after)
        return "".join((before, *pieces))

    def write(self, inlines: Sequence[Inline], *, in_link: bool = False) -> str:
        out: list[str] = []
        for place, node in enumerate(inlines):
            kind = type(node)
            if kind is Words:
                out.append(escape(node.text))  # type: ignore[union-attr]
            elif kind is Break:
                out.append("<br>" if node.hard else _soft(inlines, place))  # type: ignore[union-attr]
            else:
                out.append(self._one(node, in_link))
        return "".join(out)

    def _one(self, node: Inline, in_link: bool) -> str:
        match node:
            case Styled(style, inner):
                return f"<{_STYLES[style]}>{self.write(inner, in_link=in_link)}</{_STYLES[style]}>"
            case Code(text):
                return f"<code>{escape(text)}</code>"
            case Math(latex):
                return self._formula(latex)
            case Link(url, inner, title):
                return self._link(url, inner, title, in_link)
            case Image():
                return self.image(node)
            case NoteRef(number):
                mark = f"[{number}]"
                return f"<sup>{mark}</sup>" if in_link else _note_mark(number, mark)
        return ""

    def _formula(self, latex: str) -> str:
        if place := self.formula(latex):
            return place
        shown = to_unicode(latex)
        return escape(shown) if shown else f"<code>{escape(latex)}</code>"

    def _link(self, url: str, inner: tuple[Inline, ...], title: str, in_link: bool) -> str:
        text = self.write(inner, in_link=True)
        address = url if url.startswith("#") or url.lower().startswith(_ABSOLUTE) else self.resolve_link(url)
        if address is None or in_link:
            return text
        hint = f' title="{quoted(title)}"' if title else ""
        return f'<a href="{quoted(address)}"{hint}>{text}</a>'

    def image(self, image: Image) -> str:
        """The image, or its description in brackets where it cannot be shown."""
        source = f"https:{image.source}" if image.source.startswith("//") else image.source
        address = source if source.lower().startswith(_ABSOLUTE[:2]) else self.resolve_image(source)
        described = image.alt or image.title
        if address is None:
            return escape(self.words.described.format(described) if described else self.words.picture)
        hint = f' title="{quoted(image.title)}"' if image.title else ""
        return f'<img src="{quoted(address)}" alt="{quoted(image.alt)}"{hint} loading="lazy">'


def _note_mark(number: int, mark: str) -> str:
    return f'<sup><a id="mark-{number}" href="#note-{number}">{mark}</a></sup>'


def _soft(inlines: Sequence[Inline], place: int) -> str:
    """A line end in the source: nothing between two characters that are written without spaces."""
    before, after = (inlines[at] if 0 <= at < len(inlines) else None for at in (place - 1, place + 1))
    if isinstance(before, Words) and isinstance(after, Words) and before.text and after.text:
        return "" if is_wide(before.text[-1]) and is_wide(after.text[0]) else "\n"
    return "\n"

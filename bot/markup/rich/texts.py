"""Inlines as the Bot API's RichText: a string, a list, or an object with a `type`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.markup.classic.links import is_absolute, sendable
from bot.markup.classic.words import Words as OwnWords
from bot.markup.formulas import MAX_LENGTH, to_unicode
from bot.markup.split import is_wide
from bot.markup.tree import Break, Code, Image, Inline, Link, Math, NoteRef, Styled, Words

ResolveLink: TypeAlias = Callable[[str], str | None]
ResolveImage: TypeAlias = Callable[[str], str | None]
RichText: TypeAlias = Any
"""A str, a list of RichText, or a dict as the Bot API takes it."""

MAX_STYLES = 3
"""Styles and links within each other; with the blocks around them they stay within the 16 levels Telegram takes."""

_STYLES = {
    "bold": "bold",
    "italic": "italic",
    "strike": "strikethrough",
    "underline": "underline",
    "mark": "marked",
    "sub": "subscript",
    "sup": "superscript",
    "kbd": "code",
}


def note_name(number: int) -> str:
    return f"note-{number}"


@dataclass(frozen=True, slots=True)
class TextWriter:
    """Writes the inlines of one post.

    `anchors` are the headings that can be led to; `wanted` gathers the ones that links ask for.
    """

    words: OwnWords
    resolve_link: ResolveLink
    image: ResolveImage
    anchors: frozenset[str] = frozenset()
    wanted: set[str] = field(default_factory=set)
    in_details: bool = field(default=False, kw_only=True)

    def write(self, inlines: Iterable[Inline], *, depth: int = 0, in_link: bool = False) -> RichText:
        """Texts side by side; an empty string when they show nothing."""
        pieces: list[RichText] = []
        soft = False
        for node in inlines:
            kind = type(node)
            if kind is Words:
                piece: RichText = node.text  # type: ignore[union-attr]
            elif kind is Break:
                if not node.hard:  # type: ignore[union-attr]
                    soft = True
                    continue
                piece = "\n"
            else:
                piece = self._piece(node, depth, in_link)
            if not piece:
                continue
            if pieces:
                last = pieces[-1]
                if soft and not (is_wide(_last(last)) and is_wide(_first(piece))):
                    pieces.append(" ")
                elif kind is not Words and _is_code(last) and _is_code(piece):
                    pieces.append(" ")  # two keys side by side would read as one
            soft = False
            pieces.append(piece)
        return joined(pieces)

    def _piece(self, node: Inline, depth: int, in_link: bool) -> RichText:
        match node:
            case Code(text):
                return {"type": "code", "text": text} if text else ""
            case Styled(style, inner):
                text = self.write(inner, depth=depth + 1, in_link=in_link)
                return {"type": _STYLES[style], "text": text} if text and depth < MAX_STYLES else text
            case Link(url, inner):
                return self._link(url, inner, depth, in_link)
            case Math(latex):
                return self._formula(latex)
            case Image():
                return self.image_text(node, in_link=in_link)
            case NoteRef(number):
                mark = {"type": "superscript", "text": f"[{number}]"}
                return (
                    mark if in_link else {"type": "reference_link", "text": mark, "reference_name": note_name(number)}
                )
        return ""

    def _formula(self, latex: str) -> RichText:
        if not latex.strip():
            return ""
        if not self.in_details and len(latex) <= MAX_LENGTH:
            return {"type": "mathematical_expression", "expression": latex}
        return to_unicode(latex) or {"type": "code", "text": latex}

    def _link(self, url: str, inner: tuple[Inline, ...], depth: int, in_link: bool) -> RichText:
        if in_link:
            return self.write(inner, depth=depth, in_link=True)
        text = self.write(inner, depth=depth + 1, in_link=True)
        if not text:
            return ""
        if url.startswith("#"):
            self.wanted.add(url[1:])
        if url.startswith("#") and url[1:] in self.anchors:
            return {"type": "anchor_link", "text": text, "anchor_name": url[1:]}
        address = self.address(url)
        return {"type": "url", "text": text, "url": address} if address and depth < MAX_STYLES else text

    def address(self, url: str) -> str | None:
        """Where a link goes, as Telegram takes it; None when it goes nowhere a reader could follow."""
        if url.startswith("#"):
            return None
        absolute = url if is_absolute(url) else self.resolve_link(url)
        return sendable(absolute) if absolute else None

    def image_text(self, image: Image, *, in_link: bool = False) -> RichText:
        """An image where none can be shown: its description, as a link to it when it has a public address."""
        described = image.alt or image.title
        text = self.words.described.format(described) if described else self.words.picture
        address = (
            None if in_link else self.address(f"https:{image.source}" if image.source[:2] == "//" else image.source)
        )
        return {"type": "url", "text": text, "url": address} if address else text


def joined(pieces: list[RichText]) -> RichText:
    """Pieces as one RichText, neighbouring strings merged."""
    if len(pieces) == 1 and type(pieces[0]) is not list:
        return pieces[0]
    merged: list[RichText] = []
    run: list[str] = []
    for piece in pieces:
        for part in piece if type(piece) is list else (piece,):
            if type(part) is str:
                run.append(part)
            else:
                _end_run(run, merged)
                merged.append(part)
    _end_run(run, merged)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else merged


def _end_run(run: list[str], merged: list[RichText]) -> None:
    if text := "".join(run):
        merged.append(text)
    run.clear()


def plain(text: RichText) -> str:
    """The characters of a RichText, formulas as their source."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(map(plain, text))
    return plain(text.get("text", text.get("expression", "")))


def _first(text: RichText) -> str:
    return (text if type(text) is str else plain(text))[:1] or " "


def _is_code(text: RichText) -> bool:
    return type(text) is dict and text["type"] == "code"


def _last(text: RichText) -> str:
    return (text if type(text) is str else plain(text))[-1:] or " "

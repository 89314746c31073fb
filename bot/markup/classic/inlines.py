"""Inlines written onto the ribbon: styles, links, formulas, code, images and note marks."""

import re
from collections.abc import Callable, Collection, Iterable
from copy import copy

from bot.domain.message import Text
from bot.markup.classic.links import is_absolute, sendable
from bot.markup.classic.page import MAX_PICTURES, FormulaPicture, ImagePicture
from bot.markup.classic.ribbon import Ribbon
from bot.markup.classic.words import WORDS, Language
from bot.markup.formulas import MAX_LENGTH, to_unicode
from bot.markup.plain.words import as_shown, inline_text, is_aside, small
from bot.markup.tree import Break, Code, Image, Inline, Link, Math, NoteRef, Styled, Words

ResolveLink = Callable[[str], str | None]

# Telegram has no mark, sub or sup: a mark is bold, the others are spelt in Unicode where they can be.
_ENTITIES = {"bold": "bold", "italic": "italic", "strike": "strikethrough", "underline": "underline", "mark": "bold"}
# Endings that are top-level domains too: Telegram would turn `main.py` into a link.
_FILE_NAME = re.compile(r"[\w+-]+(?:[./][\w+-]+)*\.(?:md|py|sh|rs|pl|so|zip|mov)(?![\w/@-]|\.\w)", re.ASCII)
_FILE_ENDING = re.compile(r"\.(?:md|py|sh|rs|pl|so|zip|mov)\b")


class InlineWriter:
    """Writes inlines of one post; counts its pictures."""

    def __init__(
        self, ribbon: Ribbon, language: Language, resolve_link: ResolveLink, undrawable: Collection[str] = ()
    ) -> None:
        self.ribbon = ribbon
        self.words = WORDS[language]
        self.resolve_link = resolve_link
        self.undrawable = undrawable
        self.formulas = 0
        self.images = 0

    def onto(self, ribbon: Ribbon) -> "InlineWriter":
        """A writer like this one on another ribbon, for text without pictures."""
        other = copy(self)
        other.ribbon = ribbon
        return other

    def write(self, inlines: Iterable[Inline], active: frozenset[str] = frozenset()) -> None:
        """`active` names the entity types around; none is begun inside another of its kind, nothing inside a link."""
        ribbon = self.ribbon
        marked = pictured = False
        for node in inlines:
            if type(node) is Words:
                if marked and node.text[:1].isalnum():
                    ribbon.add(" ")  # `log_dN` would lower the N as well
                marked = pictured = False
                self._text(node.text, active)
                continue
            match node:
                case Styled(style, inner):
                    marked = self._styled(style, inner, active)
                    continue
                case Code(text):
                    self._code(text, active)
                case Math(latex):
                    self._formula(latex, active)
                case Link(url, inner):
                    self._link(url, inner, active)
                case Image():
                    # One that has a line of its own in the source has one here too.
                    ribbon.harden()
                    marked, pictured = self._image(node, active), True
                    continue
                case NoteRef(number):
                    ribbon.add(f"[{number}]")
                case Break(hard):
                    if hard or pictured:
                        ribbon.line()
                    else:
                        ribbon.soften()
            marked = pictured = False

    def _text(self, text: str, active: frozenset[str]) -> None:
        if "." not in text or "text_link" in active or not _FILE_ENDING.search(text):
            self.ribbon.add(text)
            return
        done = 0
        for match in _FILE_NAME.finditer(text):
            if text[match.start() - 1 : match.start()] in ("/", "@", ":", "=", "%"):
                continue
            self.ribbon.add(text[done : match.start()])
            self.ribbon.add_code(match.group())
            done = match.end()
        self.ribbon.add(text[done:])

    def _styled(self, style: str, inner: tuple[Inline, ...], active: frozenset[str]) -> bool:
        """Whether it ends with a letter that only a mark before it lowers or raises."""
        if style in ("sub", "sup"):
            return self._raised(style, inner, active)
        if style == "kbd":
            self._code(inline_text(inner), active)
            return False
        entity = _ENTITIES[style]
        if entity in active:
            self.write(inner, active)
            return False
        start, codes = self._begin()
        self.write(inner, active | {entity})
        self.ribbon.cover(entity, start, codes)
        return False

    def _begin(self) -> tuple[int, int]:
        self.ribbon.settle()
        return self.ribbon.length, len(self.ribbon.code_spans)

    def _raised(self, style: str, inner: tuple[Inline, ...], active: frozenset[str]) -> bool:
        text = inline_text(inner)
        if (letters := small(style, text)) is not None:
            self.ribbon.add(letters)
            return False
        if any(isinstance(node, NoteRef | Link | Image) for node in inner) or is_aside(text):
            self.write(inner, active)
            return False
        self.ribbon.add("_" if style == "sub" else "^")
        single = len(text) == 1
        if not single:
            self.ribbon.add("(")
        self.write(inner, active)
        if not single:
            self.ribbon.add(")")
        return single

    def _code(self, text: str, active: frozenset[str]) -> None:
        if not text.strip() or "text_link" in active:
            self.ribbon.add(text)
        else:
            self.ribbon.add_code(text)

    def _formula(self, latex: str, active: frozenset[str]) -> None:
        shown = to_unicode(latex) if len(latex) <= MAX_LENGTH else None
        if shown is not None:
            self.ribbon.add_atom(shown)
            return
        start = self.ribbon.length
        self._code(latex, active)
        if len(latex) <= MAX_LENGTH // 4:
            self.ribbon.atoms.append((start, self.ribbon.length))

    def _link(self, url: str, inner: tuple[Inline, ...], active: frozenset[str]) -> None:
        address = self.address(url)
        if address is None or "text_link" in active:
            self.write(inner, active)
            return
        start, _ = self._begin()
        self.write(inner, active | {"text_link"})
        self.ribbon.cover("text_link", start, len(self.ribbon.code_spans), address)

    def address(self, url: str) -> str | None:
        """Where a link goes, as Telegram takes it; None when it goes nowhere a reader could follow."""
        if url.startswith("#"):
            return None
        absolute = url if is_absolute(url) else self.resolve_link(url)
        return sendable(absolute) if absolute else None

    def _image(self, image: Image, active: frozenset[str]) -> bool:
        """Whether it ends with a description that what follows would be read as a part of."""
        if not (self.is_local(image.source) and self.may_draw(image.source)):
            self.remote_image(image, active)
            return False
        self.local_image(image, (), active)
        return bool(image.alt)

    def may_draw(self, what: str) -> bool:
        """Whether a formula (by its LaTeX) or an image (by its source) becomes a picture."""
        return self.formulas + self.images < MAX_PICTURES and what not in self.undrawable

    @staticmethod
    def is_local(source: str) -> bool:
        """Whether an image stands beside the post: an address of any scheme does not."""
        return not re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]+:|//)", source)

    def local_image(self, image: Image, caption: tuple[Inline, ...], active: frozenset[str] = frozenset()) -> None:
        """A mark in the text, and the picture after the page."""
        self.images += 1
        ribbon = self.ribbon
        ribbon.settle()
        start = ribbon.length
        ribbon.add_atom(self.words.image.format(self.images))
        title = Text(as_shown(caption) or image.title)
        ribbon.pictures.append((start, ImagePicture(self.images, image.source, title, image.alt)))
        if image.alt and image.alt not in as_shown(caption):
            ribbon.add(" ")
            self._text(image.alt, active)

    def remote_image(self, image: Image, active: frozenset[str] = frozenset()) -> None:
        """A link with the description: the bot fetches no remote address."""
        shown = (
            self.words.described.format(image.alt or image.title) if image.alt or image.title else self.words.picture
        )
        source = f"https:{image.source}" if image.source.startswith("//") else image.source
        address = None if "text_link" in active else self.address(source)
        start, _ = self._begin()
        self.ribbon.add(shown)
        if address is not None:
            self.ribbon.cover("text_link", start, len(self.ribbon.code_spans), address)

    def formula_mark(self, latex: str) -> None:
        """〔式 3〕, and the picture after the page."""
        self.formulas += 1
        self.ribbon.settle()
        start = self.ribbon.length
        self.ribbon.add_atom(self.words.formula.format(self.formulas))
        self.ribbon.pictures.append((start, FormulaPicture(self.formulas, latex)))

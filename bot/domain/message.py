"""What is sent to a chat, free of any library: text with entities, buttons, screens.

Offsets and lengths are UTF-16 code units, as the Bot API counts them.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, Self

from bot.domain.action import Action

# core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing. TDLib counts code points for
# bots while offsets are UTF-16 units; 4096 UTF-16 units are safe under both counts.
MAX_TEXT_UNITS = 4096
# core.telegram.org/bots/api#sendphoto: 0-1024 characters after entities parsing.
MAX_CAPTION_UNITS = 1024
# tdlib/td MessageEntity: the rest are dropped in silence.
MAX_ENTITIES = 100
# core.telegram.org/bots/api#inlinekeyboardbutton: 1-64 bytes.
MAX_CALLBACK_BYTES = 64

_WORD_JOINER: Final = "\u2060"
# What TDLib makes a hashtag, cashtag, mention, e-mail address, command or bare domain of; addresses with a scheme stay.
# The joiner goes after the sign, or before the dot.
_LINKING: Final = re.compile(
    r"""
      (?P<address> \b[a-z][a-z0-9+.-]*://\S+ )
    | (?<!\w) [#$] (?=\w)
    | @ (?=\w)
    | (?<![\w/<>]) / (?=\w)
    | (?P<dot> (?<=\w) \. (?=[^\W\d_]) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MOST_JOINERS: Final = 32
"""In one text, so that a page of five titles and excerpts fits a message whatever they hold."""


def utf16_length(text: str) -> int:
    """UTF-16 code units in `text`; a character outside the basic plane counts two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Entity:
    """A styled span. `type` is the Bot API's name: bold, italic, code, pre, text_link, blockquote, …"""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Text and its entities, sorted by offset, longest first."""

    text: str
    entities: tuple[Entity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)


def unlinked(text: Text) -> Text:
    """The same to the eye; Telegram's apps make no link, mention, hashtag or command of `np.dot`, `@cache`, `#include`.

    Without it a tap on code in a list opens some stranger's site. Word joiners are put in, which are invisible; in a
    text that is all dots, only in its beginning.
    """
    linking = (found for found in _LINKING.finditer(text.text) if not found["address"])
    points = [found.start() if found["dot"] else found.end() for found in islice(linking, _MOST_JOINERS)]
    if not points:
        return text
    pieces = [text.text[start:end] for start, end in zip([0, *points], [*points, None], strict=True)]
    # UTF-16 offsets of the joiners, as the entities know them.
    offsets, units = [], 0
    for piece in pieces[:-1]:
        units += utf16_length(piece)
        offsets.append(units)
    return Text(_WORD_JOINER.join(pieces), tuple(_moved(entity, offsets) for entity in text.entities))


def part(text: Text, start: int, end: int | None = None) -> Text:
    """The characters of `text` from `start` to `end`, with so much of its entities as lies on them."""
    said = text.text[start:end]
    first = utf16_length(text.text[:start])
    last = first + utf16_length(said)
    entities = []
    for entity in text.entities:
        begins, ends = max(entity.offset, first), min(entity.offset + entity.length, last)
        if begins < ends:
            entities.append(replace(entity, offset=begins - first, length=ends - begins))
    return Text(said, tuple(entities))


def fitting(text: Text, units: int) -> Text:
    """`text`, or as much of its beginning as `units` hold, with an ellipsis."""
    if utf16_length(text.text) <= units:
        return text
    cut = text.text.encode("utf-16-le", "surrogatepass")[: 2 * (units - 1)].decode("utf-16-le", "ignore").rstrip()
    return replace(part(text, 0, len(cut)), text=cut + "…")


def _moved(entity: Entity, offsets: list[int]) -> Entity:
    """An entity after one unit was put in at each of these offsets; what was put in at its borders stays outside."""
    start = entity.offset + bisect_right(offsets, entity.offset)
    end = entity.offset + entity.length
    return replace(entity, offset=start, length=end + bisect_left(offsets, end) - start)


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button; exactly one of the last four is set."""

    label: str
    action: Action | None = None
    url: str | None = None
    switch_inline: str | None = None
    switch_inline_here: str | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """One message as a person sees it. `force_reply` holds the input field's placeholder."""

    text: str
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    force_reply: str | None = None


@dataclass
class TextBuilder:
    """Builds a Text piece by piece, keeping UTF-16 offsets.

    Styled spans nest by `open` and `close`; an empty span leaves no entity.
    """

    _pieces: list[str] = field(default_factory=list)
    _entities: list[Entity] = field(default_factory=list)
    _units: int = 0

    @property
    def units(self) -> int:
        """UTF-16 units so far."""
        return self._units

    def add(self, text: str, *types: str, url: str | None = None, language: str | None = None) -> Self:
        """Append `text`, covered by an entity of each of `types` (`url` goes to text_link, `language` to pre)."""
        start = self._units
        self._pieces.append(text)
        self._units += utf16_length(text)
        for kind in types:
            self.cover(kind, start, url=url, language=language)
        return self

    def add_text(self, text: Text) -> Self:
        """Append a built Text with its entities."""
        start = self._units
        self._pieces.append(text.text)
        self._units += utf16_length(text.text)
        self._entities.extend(replace(entity, offset=entity.offset + start) for entity in text.entities)
        return self

    def quote(self, text: str | Text, *types: str) -> Self:
        """Append words of a post, styled, that a person reads and does not tap: no part of them becomes a link."""
        start = self._units
        self.add_text(unlinked(text if isinstance(text, Text) else Text(text)))
        for kind in types:
            self.cover(kind, start)
        return self

    def cover(self, kind: str, start: int, *, url: str | None = None, language: str | None = None) -> Self:
        """Cover what was appended since offset `start` with an entity."""
        if self._units > start:
            self._entities.append(
                Entity(
                    kind,
                    start,
                    self._units - start,
                    url if kind == "text_link" else None,
                    language if kind == "pre" else None,
                )
            )
        return self

    def build(self) -> Text:
        """The Text, entities in the order the Bot API returns them."""
        ordered = sorted(self._entities, key=lambda entity: (entity.offset, -entity.length))
        return Text("".join(self._pieces), tuple(ordered))

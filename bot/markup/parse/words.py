"""Text of the parser turned into inlines: inert formulas decoded, wiki links and embeds found."""

import re
from collections.abc import Mapping

from bot.markup.normalise.characters import CLOSE, DISPLAY, FORMULA, restore
from bot.markup.normalise.definitions import latex_of
from bot.markup.tree import Image, Inline, Link, Math, Words

_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")
_SIZE = re.compile(r"\d+(?:x\d+)?")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|tiff?)$", re.IGNORECASE)


class DisplayMath(Math):
    """A displayed formula met in running text: a paragraph is split around it, anywhere else it is plain Math."""

    __slots__ = ()


class TextReader:
    """Reads text that may hold formulas, each of them made once. `formulas` are sources by inert spelling."""

    def __init__(self, formulas: Mapping[str, str]) -> None:
        self._formulas = formulas
        self._made: dict[str, Math] = {}

    def add(self, text: str, inlines: list[Inline]) -> bool:
        """Add what `text` holds; tell whether a paragraph of it needs a second look.

        Words and inline formulas need none, unless they begin with white space.
        """
        made, formula = self._made, False
        pieces = FORMULA.split(text)  # words, formula, words, …
        marked = special = "[[" in text or 2 * text.count(CLOSE) >= len(pieces)
        for piece in pieces:
            if formula:
                node = made.get(piece) or self._formula(piece)
                if piece[0] == DISPLAY:
                    special = True
                inlines.append(node)
            elif marked:
                _add_words(inlines, piece)
            elif piece:
                inlines.append(Words(piece))
            formula = not formula
        first = inlines[0] if inlines else None
        return special or (type(first) is Words and first.text[0].isspace())

    def _formula(self, spelt: str) -> Math:
        source = self._formulas.get(spelt)
        latex = latex_of(restore(spelt[1:]) if source is None else source)
        node = self._made[spelt] = DisplayMath(latex) if spelt[0] == DISPLAY else Math(latex)
        return node


def _add_words(found: list[Inline], text: str) -> None:
    text = restore(text)
    if "[[" not in text:
        if text:
            found.append(Words(text))
        return
    done = 0
    for match in _WIKI.finditer(text):
        if match.start() > done:
            found.append(Words(text[done : match.start()]))
        found.append(_wiki(bool(match.group(1)), match.group(2).strip(), (match.group(3) or "").strip()))
        done = match.end()
    if done < len(text):
        found.append(Words(text[done:]))


def _wiki(embed: bool, target: str, shown: str) -> Inline:
    target = target.rstrip("\\")
    # The name of a block, as in `Note#^37066d`, says nothing to a reader.
    named = target.partition("#^")[0].lstrip("#").replace("#", " › ") or target.lstrip("#^")
    if embed and _PICTURE.search(target.partition("#")[0]):
        # As Obsidian has it: a picture without a description is described by its name.
        shown = alt_without_size(shown)
        return Image(target, named if not shown or _SIZE.fullmatch(shown) else shown)
    shown = shown or named
    return Link(f"wiki:{target}", (Words(shown),))


def alt_without_size(alt: str) -> str:
    """Obsidian writes the width after a bar: `![description|300](picture.png)`."""
    description, bar, size = alt.rpartition("|")
    return description.strip() if bar and _SIZE.fullmatch(size.strip()) else alt

"""Text of the parser turned into inlines: inert formulas decoded, wiki links and embeds found."""

import re

from bot.markup.normalise.characters import CLOSE, DISPLAY, INLINE, restore, restore_all
from bot.markup.tree import Image, Inline, Link, Math, Words

_TOKEN = re.compile(f"([{INLINE}{DISPLAY}])([^{INLINE}{DISPLAY}{CLOSE}]*{CLOSE})")
_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")
_SIZE = re.compile(r"\d+(?:x\d+)?")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|tiff?)$", re.IGNORECASE)


class DisplayMath(Math):
    """A displayed formula met in running text: a paragraph is split around it, anywhere else it is plain Math."""

    __slots__ = ()


def inlines_of(text: str) -> list[Inline]:
    found: list[Inline] = []
    pieces = _TOKEN.split(text)  # words, kind, formula, words, …
    kinds, formulas = iter(pieces[1::3]), iter(restore_all(pieces[2::3]))
    linked = "[[" in text
    for words in pieces[::3]:
        if linked or CLOSE in words:
            _add_words(found, words)
        elif words:
            found.append(Words(words))
        if kind := next(kinds, ""):
            latex = latex_of(next(formulas))
            found.append(DisplayMath(latex) if kind == DISPLAY else Math(latex))
    return found


def latex_of(source: str) -> str:
    """The formula between its delimiters; an environment keeps its `\\begin` and `\\end`."""
    if source[:1] == "$" == source[-1:] and len(source) > 1 and source[1] != "$":
        return source[1:-1].strip()
    for opener, closer in (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)")):
        if source.startswith(opener) and source.endswith(closer) and len(source) >= len(opener) + len(closer):
            return source[len(opener) : -len(closer)].strip()
    return source.strip()


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
    named = target.lstrip("#").replace("#", " › ")
    if embed and _PICTURE.search(target.partition("#")[0]):
        # As Obsidian has it: a picture without a description is described by its name.
        return Image(target, named if not shown or _SIZE.fullmatch(shown) else shown)
    shown = shown or named
    return Link(f"wiki:{target}", (Words(shown),))


def alt_without_size(alt: str) -> str:
    """Obsidian writes the width after a bar: `![description|300](picture.png)`."""
    description, bar, size = alt.rpartition("|")
    return description.strip() if bar and _SIZE.fullmatch(size.strip()) else alt

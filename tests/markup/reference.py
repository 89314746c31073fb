"""The words a post must keep, by the parser's own events on the untouched source; none of our code takes part."""

import re
import unicodedata
from collections import Counter

import pyromark
from pyromark import Options

from bot.markup.classic import FormulaPicture, Page

_OPTIONS = (
    Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_MATH
    | Options.ENABLE_GFM
    | Options.ENABLE_WIKILINKS
)
_INLINE = {"Emphasis", "Strong", "Strikethrough", "Link", "Image"}
_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_SHORTCODE = re.compile(r"\{\{[<%/].{0,600}?[>%/]\}\}|\{%.{0,400}?%\}", re.DOTALL)


def words(text: str) -> list[str]:
    """Latin words and single Chinese characters, compatibility forms folded: `x²` says what `x2` says."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def words_of_source(source: str) -> list[str]:
    """Text and code in order, footnotes after the rest; formulas, tags, comments and shortcodes left out."""
    body: list[str] = []
    notes: list[str] = []
    target = body
    for event in pyromark.events(source, options=_OPTIONS):
        if isinstance(event, str):
            target.append(" ")
            continue
        ((key, value),) = event.items()
        if key in ("Text", "Code"):
            target.append(value)
        elif key in ("Start", "End"):
            tag = value if isinstance(value, str) else next(iter(value))
            if tag == "FootnoteDefinition":
                target = notes if key == "Start" else body
            if tag not in _INLINE:
                target.append(" ")
        else:
            target.append(" ")
    return words(_SHORTCODE.sub(" ", "".join((*body, " ", *notes))))


def words_of_pages(pages: list[Page]) -> list[str]:
    """Every word a reader gets: the texts, and what the pictures carry."""
    pieces: list[str] = []
    for page in pages:
        pieces.append(page.text.text)
        for picture in page.pictures:
            if isinstance(picture, FormulaPicture):
                pieces.append(picture.latex)
            else:
                pieces += picture.alt, picture.caption.text
    return words("\n".join(pieces))


def lost(source: str, pages: list[Page]) -> Counter[str]:
    """Words of the source a reader does not get, however often."""
    return Counter(words_of_source(source)) - Counter(words_of_pages(pages))


def in_order(wanted: list[str], given: list[str]) -> bool:
    """Whether `wanted` can be read in `given` from start to end, other words between them allowed."""
    remaining = iter(given)
    return all(word in remaining for word in wanted)

"""Categories, tags and other names, in every shape the site generators take."""

import re

from bot.content.block import Value
from bot.content.coerce import Fields
from bot.content.problems import Code
from bot.domain.post import fold_name

# A button carries 16 characters, a card's line some 40; a longer name is a sentence in the wrong place.
MAX_NAME_CHARACTERS = 64

_COMMAS = re.compile(r"[,，、]")
_WIDE_COMMAS = re.compile(r"[，、]")
# Without other signs of Jekyll, `deep learning` could be two names or one; `Deep Learning` is one.
_LOWER_WORDS = re.compile(r"[a-z0-9_#/-]+(?: +[a-z0-9_#/-]+)+")
# In Jekyll too, these take one name whole.
_ONE_NAME_KEYS = frozenset({"category", "tag"})


def category_paths(fields: Fields, *, is_jekyll: bool) -> tuple[tuple[str, ...], ...]:
    """The categories as paths, outermost name first; an inner list is a path (Hexo). The first spelling of two wins."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for key, value, line in fields.found("categories", "category"):
        for entry in _entries(fields, key, value, line, is_jekyll=is_jekyll):
            inner = entry if isinstance(entry, list) else [entry]
            names = [name for item in inner if (name := _name(fields, key, item, line))]
            if names:
                found.setdefault(tuple(map(fold_name, names)), tuple(names))
        if found:
            break
    return tuple(found.values())


def tag_names(fields: Fields, *, is_jekyll: bool) -> tuple[str, ...]:
    """The tags, without Obsidian's `#`; `a/b` stays one tag."""
    found: dict[str, str] = {}
    for key, value, line in fields.found("tags", "tag", "keywords"):
        for entry in _entries(fields, key, value, line, is_jekyll=is_jekyll):
            for item in entry if isinstance(entry, list) else [entry]:
                name = (_name(fields, key, item, line) or "").lstrip("#").strip("/ ")
                if name:
                    found.setdefault(fold_name(name), name)
        if found:
            break
    return tuple(found.values())


def aliases(fields: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Old paths of the post, and its other names (Obsidian): a name without a slash may be either."""
    paths: dict[str, None] = {}
    names: dict[str, None] = {}
    for key, value, line in fields.found("aliases", "alias", "redirect_from"):
        for entry in value if isinstance(value, list) else _COMMAS.split(value) if isinstance(value, str) else [value]:
            if not isinstance(entry, str):
                fields.report(Code.LIST_EXPECTED, line, key=key)
                continue
            text = " ".join(entry.split())
            is_path = key.casefold() == "redirect_from" or "/" in text
            if text and (is_path or " " not in text):
                paths[text] = None
            if text and not is_path:
                names[text] = None
    return tuple(paths), tuple(names)


def _entries(fields: Fields, key: str, value: Value, line: int, *, is_jekyll: bool) -> list[Value]:
    if isinstance(value, str):
        return list(_split(fields, key, " ".join(value.split()), line, is_jekyll=is_jekyll))
    if isinstance(value, list):
        return [part for item in value for part in (_WIDE_COMMAS.split(item) if isinstance(item, str) else [item])]
    fields.report(Code.LIST_EXPECTED, line, key=key)
    return []


def _split(fields: Fields, key: str, text: str, line: int, *, is_jekyll: bool) -> list[str]:
    if _COMMAS.search(text):
        return _COMMAS.split(text)
    folded = key.casefold()
    if folded in _ONE_NAME_KEYS or folded == "keywords" or " " not in text:
        return [text]
    if is_jekyll or text.startswith("#"):
        return text.split()
    if not _LOWER_WORDS.fullmatch(text):
        return [text]
    words = text.split()
    fields.report(Code.WORDS_SPLIT, line, key=key, value=text, count=str(len(words)), listed=", ".join(words))
    return words


def _name(fields: Fields, key: str, item: Value, line: int) -> str | None:
    if item is None:
        return None
    if not isinstance(item, str):
        fields.report(Code.LIST_EXPECTED, line, key=key)
        return None
    return fields.shortened(key, " ".join(item.split()), line, MAX_NAME_CHARACTERS) or None

"""Raw HTML cut into tags and text in one pass, forgiving what browsers forgive."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Tag:
    """`name` in lower case; attribute names too, values with entities resolved."""

    name: str
    closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Comment:
    text: str


_STOP = re.compile(r"[<>\"']")
_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_RAW = ("script", "style")
# A tag that any reader of HTML would end at the same place.
_TIDY = re.compile(
    r"""<(/?(?!(?i:script|style)\b)[A-Za-z][A-Za-z0-9:-]*+)"""
    r"""((?:[ \t\n]++[^\s"'<>/=]++(?:[ \t\n]*+=[ \t\n]*+(?:"[^"<>]*"|'[^'<>]*'|[^\s"'=<>`]++))?+)*+[ \t\n]*+/?)>"""
)


def cut(source: str) -> Iterable[Tag | Comment | str]:
    """Tags, comments and text (entities resolved) in order; the contents of script and style are left out."""
    if source.startswith("<!--") and (end := source.find("-->", 4)) >= 0:
        after = source[end + 3 :]
        if not after or after.isspace():
            return (Comment(source[4:end].strip()), after) if after else (Comment(source[4:end].strip()),)
    pieces = _TIDY.split(source)
    # Text, name, attributes, text, …: most HTML is tidy, and one pattern reads it many times faster.
    if len(pieces) // 3 != source.count("<"):
        return _scanned(source)
    found: list[Tag | Comment | str] = []
    names, attributes = iter(pieces[1::3]), iter(pieces[2::3])
    for text in pieces[::3]:
        if text:
            found.append(html.unescape(text))
        if (name := next(names, None)) is not None:
            found.append(_tidy_tag(name, next(attributes)))
    return found


@lru_cache(maxsize=1024)
def _tidy_tag(name: str, inside: str) -> Tag:
    attributes = _attributes(inside) if inside.strip(" \t\n/") else {}
    return Tag(name.lstrip("/").lower(), name[0] == "/", attributes)


def _scanned(source: str) -> Iterator[Tag | Comment | str]:
    scanner = _Scanner(source)
    position = done = 0
    while (start := source.find("<", position)) >= 0:
        piece, end = scanner.markup_at(start)
        if end < 0:
            position = start + 1
            continue
        if start > done:
            yield html.unescape(source[done:start])
        yield piece
        position = done = end
        if isinstance(piece, Tag) and piece.name in _RAW and not piece.closing:
            position = done = scanner.end_of(f"</{piece.name}", end)
    if done < len(source):
        yield html.unescape(source[done:])


@lru_cache(maxsize=1024)
def one_tag(source: str) -> Tag | Comment | None:
    """The one tag or comment that `source` is; None when it is something else."""
    piece, end = _Scanner(source).markup_at(0)
    return piece if end == len(source) else None


class _Scanner:
    """Remembers which delimiters no longer occur, so that hostile input costs one look for each."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.absent: dict[str, int] = {}

    def markup_at(self, start: int) -> tuple[Tag | Comment, int]:
        """What begins at the `<` at `start`, and where it ends; an end of -1 when it is mere text."""
        source = self.source
        if source.startswith("<!--", start):
            end = self._find("-->", start + 4)
            end = end if end >= 0 else len(source)
            return Comment(source[start + 4 : end].strip()), min(end + 3, len(source))
        if source.startswith(("<!", "<?"), start):
            end = self._find(">", start)
            return Comment(""), end + 1 if end >= 0 else -1
        match = _NAME.match(source, start)
        if match is None:
            return Comment(""), -1
        end = self._tag_end(match.end())
        if end < 0:
            return Comment(""), -1
        inside = source[match.end() : end]
        attributes = _attributes(inside) if inside.strip(" \t\n/") else {}
        return Tag(match.group(2).lower(), bool(match.group(1)), attributes), end + 1

    def end_of(self, closer: str, start: int) -> int:
        """Just past the tag `closer…>`, or the end of the source."""
        if start >= self.absent.get(closer, len(self.source) + 1):
            return len(self.source)
        match = re.compile(re.escape(closer), re.IGNORECASE).search(self.source, start)
        if match is None:
            self.absent[closer] = start
            return len(self.source)
        end = self._find(">", match.start())
        return end + 1 if end >= 0 else len(self.source)

    def _tag_end(self, position: int) -> int:
        source = self.source
        while match := _STOP.search(source, position):
            mark = match.group()
            position = match.end()
            if mark == ">":
                return match.start()
            if mark == "<":
                return -1
            if source[match.start() - 1] in "= \t\n":
                closing = self._find(mark, position)
                position = closing + 1 if closing >= 0 else position
        return -1

    def _find(self, what: str, start: int) -> int:
        if self.absent.get(what, len(self.source) + 1) <= start:
            return -1
        at = self.source.find(what, start)
        if at < 0:
            self.absent[what] = min(start, self.absent.get(what, start))
        return at


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(inside):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found

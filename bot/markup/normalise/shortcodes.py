"""Shortcodes of Hugo, Jekyll and Hexo: what they mean where that is known, otherwise only what they enclose."""

import re
from dataclasses import dataclass

from bot.markup.normalise.characters import JOINER, make_inert
from bot.markup.normalise.shortcode_meanings import (
    CODE,
    SILENT,
    VERBATIM,
    Arguments,
    inline_meaning,
    math_of,
    paired_meaning,
)
from bot.markup.normalise.stash import Stash

_OPENER = re.compile(r"\{\{[<%]|\{\{/\*|\{%-?(?!\})")
_NAME = re.compile(r"\s*(/?)\s*([A-Za-z][\w./-]*)\s*(.*?)\s*(/?)\s*\Z", re.DOTALL)
_ARGUMENT = re.compile(
    r"""(?:([\w-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'=]+(?:=[^\s"']*)?))""", re.DOTALL
)
_LIQUID_BASE = re.compile(r"\{\{-?\s*site\.(?:baseurl|url)\s*-?\}\}")
_LIQUID_URL = re.compile(
    r"""\{\{-?\s*["']([^"'\n]+)["']\s*\|\s*(?:relative_url|absolute_url|prepend:[^}\n]*)\s*-?\}\}"""
)
# Longer than this it is no tag, but an opener somebody wrote about.
_MAX_TAG = 4000
_BLOCK_HTML = ("<aside", "</aside", "<details", "</details", "<blockquote", "</blockquote", "— ", "\ufdd0")
_MAX_REMARKS = 20
# How far a line is looked at around a tag.
_LINE_WINDOW = 200


@dataclass(slots=True)
class _Tag:
    start: int
    end: int
    name: str
    closing: bool
    arguments: Arguments
    partner: int = -1  # index of the closing tag


def expand(text: str, stash: Stash, first_line: int) -> tuple[str, list[str]]:
    """`text` with its shortcodes replaced, and a remark for each kind left out."""
    if "{{" in text:
        text = _LIQUID_URL.sub(r"\1", _LIQUID_BASE.sub("", text))
    tags = _tags(text)
    if not tags:
        return text, []
    _pair(tags)
    return _Expander(text, tags, stash, first_line).run()


def _tags(text: str) -> list[_Tag]:
    tags: list[_Tag] = []
    position = 0
    while match := _OPENER.search(text, position):
        position = match.end()
        opener = match.group()
        closer = {"{{<": ">}}", "{{%": "%}}", "{{/*": "*/}}"}.get(opener, "%}")
        end = text.find(closer, position, position + _MAX_TAG)
        if end < 0:
            continue
        inside = text[position:end]
        after = end + len(closer)
        if inside.startswith("/*") and inside.rstrip().endswith("*/"):
            # Hugo's way to write a shortcode that is to be shown.
            shown = opener + inside[2:].rstrip()[:-2] + closer
            tags.append(_Tag(match.start(), after, "", False, Arguments((shown,), {})))
        elif opener == "{{/*":
            tags.append(_Tag(match.start(), after, "comment", True, Arguments((), {})))
        elif named := _NAME.match(inside.rstrip("-")):
            name, closing = named.group(2).lower(), bool(named.group(1))
            if opener.startswith("{%") and name.startswith("end") and len(name) > 3:
                name, closing = name[3:], True
            tags.append(_Tag(match.start(), after, name, closing, _arguments(named.group(3))))
        else:
            continue
        position = after
    return tags


def _arguments(source: str) -> Arguments:
    named: dict[str, str] = {}
    plain: list[str] = []
    for key, double, single, bare in _ARGUMENT.findall(source):
        value = double.replace('\\"', '"') or single or bare
        if key:
            named[key.lower()] = value
        elif bare and "=" in bare and not bare.startswith(("http://", "https://", "/")):
            name, _, value = bare.partition("=")
            named[name.lower()] = value
        else:
            plain.append(value)
    return Arguments(tuple(plain), named)


def _pair(tags: list[_Tag]) -> None:
    waiting: dict[str, list[int]] = {}
    for index, tag in enumerate(tags):
        if not tag.closing:
            waiting.setdefault(tag.name, []).append(index)
        elif opened := waiting.get(tag.name):
            tags[opened.pop()].partner = index


class _Expander:
    def __init__(self, text: str, tags: list[_Tag], stash: Stash, first_line: int) -> None:
        self.text = text
        self.tags = tags
        self.stash = stash
        self.line = first_line
        self.counted = 0
        self.done = 0
        self.pieces: list[str] = []
        self.remarks: list[str] = []
        self.named: set[str] = set()
        self.closers: dict[int, str] = {}

    def run(self) -> tuple[str, list[str]]:
        skip_to = -1
        for index, tag in enumerate(self.tags):
            if index <= skip_to:
                continue
            if tag.partner >= 0 and (verbatim := self._verbatim(tag)) is not None:
                self._put(tag.start, self.tags[tag.partner].end, verbatim)
                skip_to = tag.partner
            else:
                self._put(tag.start, tag.end, self._replacement(index, tag))
        return "".join((*self.pieces, self.text[self.done :])), self.remarks

    def _put(self, start: int, end: int, replacement: str) -> None:
        self.pieces += self.text[self.done : start], replacement
        self.done = end

    def _verbatim(self, tag: _Tag) -> str | None:
        """What replaces a pair whose contents are no Markdown; None for any other pair."""
        if tag.name not in VERBATIM:
            return None
        content = self.text[tag.end : self.tags[tag.partner].start]
        partner = self.tags[tag.partner]
        if tag.name in ("raw", "verbatim"):
            return self._nothing(tag) + content.replace("{", make_inert("{")) + self._nothing(partner)
        if tag.name == "comment":
            return JOINER
        if math := math_of(tag.name, tag.arguments, content):
            return math
        if tag.name not in CODE or self.stash.get(content.strip()) is not None:
            return None
        code = self.stash.put(CODE[tag.name](tag.arguments, self.stash.fill(content)))
        return self._alone(tag.start, partner.end, code)

    def _replacement(self, index: int, tag: _Tag) -> str:
        if index in self.closers:
            return self._alone(tag.start, tag.end, self.closers[index])
        if not tag.name:
            return make_inert(tag.arguments.plain[0])
        if tag.closing or tag.name in SILENT:
            return self._nothing(tag)
        if tag.partner >= 0 and (pair := paired_meaning(tag.name, tag.arguments, self.stash)) is not None:
            opener, self.closers[tag.partner] = pair
            return self._alone(tag.start, tag.end, opener) if opener.startswith("<") else opener
        meaning = inline_meaning(tag.name, tag.arguments, self.stash)
        if meaning is None:
            self._remark(tag)
            return self._nothing(tag)
        return meaning

    def _nothing(self, tag: _Tag) -> str:
        """An empty line where the tag had one to itself; else a letter that is not there, so that no mark is born."""
        return "" if not self._before(tag.start).strip(" \t>") and not self._after(tag.end) else JOINER

    def _before(self, start: int) -> str:
        return self.text[max(0, start - _LINE_WINDOW) : start].rpartition("\n")[2]

    def _after(self, end: int) -> str:
        """A letter that is not there when words follow on the line, lest they become a mark at its beginning."""
        return JOINER if self.text[end : end + _LINE_WINDOW].partition("\n")[0].strip() else ""

    def _alone(self, start: int, end: int, html: str) -> str:
        """Block HTML or code on a line of its own, in the container its tag stood in."""
        if not html.startswith(_BLOCK_HTML):
            return html
        prefix = self._before(start)
        if prefix.strip(" \t>"):
            return f"\n\n{html}\n\n{self._after(end)}"
        blank = prefix.rstrip(" \t")
        if html[0] == "\ufdd0":
            return f"{html}\n{blank}{self._after(end)}"
        return f"\n{prefix}{html}\n{blank}\n{prefix}{self._after(end)}"

    def _remark(self, tag: _Tag) -> None:
        if tag.name in self.named or len(self.remarks) >= _MAX_REMARKS:
            return
        self.named.add(tag.name)
        self.line += self.stash.fill(self.text[self.counted : tag.start]).count("\n")
        self.counted = tag.start
        self.remarks.append(f"line {self.line}: shortcode “{tag.name}” is not known and was left out")

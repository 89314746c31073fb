"""What is wrong with the text of a post that can be read: images and posts that are not there, formulas. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote

from bot.content.bundle import Attachments, local_path
from bot.content.linked import candidates, names_a_file
from bot.content.naming import path_facts
from bot.content.problems import Code, problem
from bot.domain.post import Document, fold_name
from bot.domain.problem import Problem
from bot.markup.classic.page import MAX_PICTURES
from bot.markup.formulas import to_mathml, to_unicode
from bot.markup.parse import parse
from bot.markup.plain import first_heading
from bot.markup.tree import Image, Link, Math, MathBlock, Tree

_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})(?:(?!^ {0,3}\1).*\n?)*(?: {0,3}\1.*\n?)?", re.MULTILINE)
# What apps call a text that has no name.
_NAMELESS = re.compile(
    r"(?:index|untitled|document|message|text|note|pasted|新建.*|未命名.*|无标题.*)(?:[ _(（-]*\d*[)）]?)?",
    re.IGNORECASE,
)
# Each is looked for in the whole text, which may be a megabyte of nothing else.
MOST_LOCATED = 300
# Some milliseconds each at worst; no post that anybody wrote has so many.
MOST_FORMULAS = 2000
# A formula in a warning is recognised by its beginning.
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Lines:
    """Finds on which line of its file something in a post's text stands; of very much, the first."""

    document: Document
    _asked: list[str] = field(default_factory=list)

    @cached_property
    def _code(self) -> list[tuple[int, int]]:
        return [found.span() for found in _FENCED.finditer(self.document.body)]

    def of(self, *spellings: str) -> int:
        """The line of the first of these that is found, outside of code if it can be; 0 when none is."""
        body = self.document.body
        self._asked.append(spellings[0])
        if len(self._asked) > MOST_LOCATED:
            return 0
        for spelling in filter(None, spellings):
            first = at = body.find(spelling)
            while at >= 0 and (end := next((end for start, end in self._code if start <= at < end), 0)):
                at = body.find(spelling, end)
            place = at if at >= 0 else first
            if place >= 0:
                return self.document.body_line + body.count("\n", 0, place)
        return 0


@dataclass(frozen=True, slots=True)
class ShownImage:
    """An image that a post shows from the folder: its source as written, and its line."""

    source: str
    line: int


def shown_images(document: Document, found: Iterable[object]) -> tuple[ShownImage, ...]:
    """The images of a post that are files, each once; `found` are the nodes of its tree."""
    sources = dict.fromkeys(node.source for node in found if isinstance(node, Image))
    lines = Lines(document)
    local = islice((one for one in sources if local_path(one) is not None), MAX_PICTURES)
    return tuple(ShownImage(one, image_line(lines, one)) for one in local)


def image_line(lines: Lines, source: str) -> int:
    """The line of an image, whose source may be spelled in another way there."""
    name = source.rpartition("/")[2]
    return lines.of(f"]({source}", f"[[{source}", f'"{source}', source, quote(source), name)


def missing_images(path: str, shown: Sequence[ShownImage], there: Attachments) -> list[Problem]:
    """Those images of the post at `path` that are no file of the folder."""
    return [
        problem(Code.IMAGE_NOT_FOUND, path, image.line, source=image.source)
        for image in shown
        if there.resolve(path, image.source) is None
    ]


def untitled(document: Document, tree: Tree, file: str, *, title: str = "") -> list[Problem]:
    """That a post has neither title nor heading, and its file's name says nothing, or is a `title` that nobody chose.

    In a folder a file's name may be a title like any other.
    """
    named = title or path_facts(document.path).title
    if document.title or first_heading(tree) or not (title or _NAMELESS.fullmatch(named)):
        return []
    return [problem(Code.TITLE_MISSING, file, title=named)]


def unread_formulas(document: Document, found: Iterable[object], file: str) -> list[Problem]:
    """The formulas that nothing can read: readers would get their source."""
    formulas = dict.fromkeys(node.latex for node in found if isinstance(node, Math | MathBlock))
    lines = Lines(document)
    return [
        problem(Code.FORMULA_BROKEN, file, _formula_line(lines, latex), formula=_beginning(latex))
        for latex in islice(formulas, MOST_FORMULAS)
        if to_unicode(latex) is None and to_mathml(latex) is None
    ]


def _formula_line(lines: Lines, latex: str) -> int:
    # In a quotation or a list its lines do not follow one another as they do here.
    return lines.of(f"${latex}", f"({latex}", latex, *(line.strip() for line in latex.splitlines()))


def _beginning(latex: str) -> str:
    flat = " ".join(latex.split())
    return flat if len(flat) <= _SHOWN_CHARACTERS else flat[: _SHOWN_CHARACTERS - 1] + "…"


@dataclass(frozen=True, slots=True)
class FileLink:
    """A link to a post's file: its address as written, its line, and the names under which that post may be known."""

    url: str
    line: int
    names: tuple[str, ...]


def file_links(document: Document, found: Iterable[object], path: str) -> list[FileLink]:
    """The links of the post at `path` that name a post's file."""
    urls = dict.fromkeys(node.url for node in found if isinstance(node, Link) and names_a_file(node.url))
    lines = Lines(document)
    return [FileLink(url, lines.of(f"]({url}", url, unquote(url)), tuple(candidates(path, url))) for url in urls]


def lost_link(link: FileLink, file: str) -> Problem:
    """That a link leads to no post."""
    return problem(Code.LINK_LOST, file, link.line, target=link.url)


def stem_names(paths: Iterable[str]) -> set[str]:
    """The names of files without extension, folded: by these links may call them from anywhere."""
    return {fold_name(path.rpartition("/")[2].rpartition(".")[0]) for path in paths}


@dataclass
class Proofreader:
    """Reads the posts of a folder one by one. `paths` are all of its files; without `is_whole` it may be a part.

    What lies above a part is not known, so nothing is said of it.
    """

    paths: Collection[str]
    is_whole: bool = True
    _names: set[str] = field(default_factory=set)
    _links: list[tuple[str, FileLink]] = field(default_factory=list)

    def read(self, document: Document) -> list[Problem]:
        """What is wrong with the text of a post, but for its links to posts."""
        path, tree = document.path, parse(document.body, first_line=document.body_line)
        found = list(nodes(tree))
        self._names |= {fold_name(name) for name in _names_of(document, tree)}
        self._links += [
            (path, link)
            for link in file_links(document, found, path)
            if self._there.isdisjoint(link.names) and self._is_inside(link.url)
        ]
        images = [image for image in shown_images(document, found) if self._is_inside(image.source)]
        return [
            *untitled(document, tree, path),
            *unread_formulas(document, found, path),
            *missing_images(path, images, self._attachments),
        ]

    def lost_links(self) -> list[Problem]:
        """The links that lead to none of the posts, when all of them were read."""
        if not self._links:
            return []
        # A post that could not be read is there all the same.
        known = self._names | stem_names(self.paths)
        return [lost_link(link, path) for path, link in self._links if known.isdisjoint(link.names)]

    @cached_property
    def _there(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def _attachments(self) -> Attachments:
        return Attachments(self.paths)

    def _is_inside(self, address: str) -> bool:
        return self.is_whole or not address.strip().startswith(("/", ".."))


def _names_of(document: Document, tree: Tree) -> Iterator[str]:
    yield from (document.path.rpartition("/")[2].rpartition(".")[0], document.slug, *document.other_names)
    if title := document.title or first_heading(tree):
        yield title


def nodes(node: object) -> Iterator[object]:
    """Every node below `node`, in the order of the text."""
    waiting: list[Any] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, tuple):
            waiting.extend(reversed(current))
        elif not isinstance(current, str | int | None):
            yield current
            waiting.extend([getattr(current, name) for name in reversed(current.__slots__)])

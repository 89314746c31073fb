"""A post as it would be published: read, named, completed, compared with what is there; pure but for the folder."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.content.amending import Amended, amend
from bot.content.bundle import Attachments
from bot.content.dates import written
from bot.content.document import read_document
from bot.content.images import check_image
from bot.content.naming import path_facts
from bot.content.problems import Code, ContentError, problem
from bot.content.writing import content_hash, present
from bot.domain.post import Document, State
from bot.domain.problem import Problem, Severity
from bot.markup.parse import parse
from bot.markup.plain import first_heading
from bot.markup.tree import Math, MathBlock, Tree
from bot.services.authors import placing
from bot.services.authors.differing import Difference, difference
from bot.services.authors.placing import Target
from bot.services.shelf import proofreading, publishing
from bot.services.shelf.folder import Source, language_of
from bot.services.shelf.proofreading import Lines, image_line, nodes
from bot.services.shelf.publishing import Prepared

_OTHER_CATEGORY_KEYS = ("category",)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent; `images` are the upload's by name, `nameless` photos without one."""

    item: int
    name: str
    data: bytes
    images: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    nameless: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a file, once read, wants to be. `document` is None when it is no post, and then `problems` say why."""

    sent: Sent
    problems: tuple[Problem, ...]
    document: Document | None = None
    title: str = ""
    slug: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """What the post would replace; `changes` go from that text to the new one. Readers have it when `is_public`."""

    title: str
    date: datetime | None
    categories: tuple[str, ...]
    content_hash: str
    changes: Difference
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A post that can be published: `data` goes to `path`, `images` to theirs, over those at `changed_images`.

    `translates` is the title of the post that it becomes another edition of.
    """

    path: str
    data: bytes
    document: Document
    prepared: Prepared
    tree: Tree
    images: Mapping[str, bytes]
    image_count: int
    formula_count: int
    present: Present | None = None
    changed_images: tuple[str, ...] = ()
    translates: str = ""

    @property
    def is_unchanged(self) -> bool:
        """Whether all of it is there already as it is."""
        there = self.present is not None and self.present.content_hash == content_hash(self.data)
        return there and not self.changed_images


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one file; without `ready` it cannot be published, and `problems` say why."""

    item: int
    name: str
    problems: tuple[Problem, ...]
    ready: Ready | None = None

    @property
    def is_opened(self) -> bool:
        """Whether this is a post of the folder as it is, opened to be changed."""
        return self.ready is not None and self.name == self.ready.path and self.ready.is_unchanged

    def count(self, severity: Severity) -> int:
        return sum(one.severity is severity for one in self.problems)


def read(source: Source, sent: Sent) -> Wish:
    """What a file wants to be. Blocks for some milliseconds."""
    path = placing.reading_path(sent.name)
    document, found = read_document(path, sent.data, zone=source.zone, zone_is_assumed=source.zone_is_assumed)
    # In a folder an empty file is no matter; sent to be published it stops.
    problems = tuple(replace(one, file=sent.name, severity=_severity(one)) for one in found)
    if document is None or any(one.severity is Severity.ERROR for one in problems):
        return Wish(sent, problems)
    facts = path_facts(path)
    tree = parse(document.body)
    title = document.title or first_heading(tree) or ""
    # In a folder the name of a file may be chosen as its title; the name of one that is sent often is an app's.
    named = "" if "/" in sent.name else facts.title
    problems += tuple(proofreading.untitled(document, tree, sent.name, title=named))
    slug = document.slug if document.slug_line else placing.wished_slug(sent.name, title)
    return Wish(sent, problems, document, title or facts.title, slug, language_of(document, source.language))


def _severity(found: Problem) -> Severity:
    return Severity.ERROR if found.code in (Code.FILE_EMPTY, Code.BODY_EMPTY) else found.severity


def prove(source: Source, wish: Wish, target: Target, paths: Collection[str], *, now: datetime) -> Proof:
    """The post at its place. `paths` are the files of the content folder. Blocks."""
    sent = wish.sent
    try:
        before = present(source.root, target.path)
        data = _completed(source, wish, target, now)
    except ContentError as error:
        return Proof(sent.item, sent.name, (*wish.problems, replace(error.problem, file=sent.name)))
    document = _read_at(source, target.path, data)
    if document is None:
        return Proof(sent.item, sent.name, wish.problems)
    tree = parse(document.body, first_line=document.body_line)
    sources = placing.image_sources(tree)
    images, wrong = _images(wish, target.path, sources, document.cover, paths)
    prepared = publishing.prepare(document, slug=wish.slug, language=wish.language, now=now, first_seen=now)
    ready = Ready(
        target.path,
        data,
        document,
        prepared,
        tree,
        images,
        len(sources),
        placing.count(tree, Math, MathBlock),
        _present(source, target, before, data) if before is not None else None,
        _changed(source, images),
        target.translates.title if target.translates else "",
    )
    assert wish.document is not None
    problems = (*wish.problems, *proofreading.unread_formulas(wish.document, nodes(tree), sent.name), *wrong)
    is_wrong = any(one.severity is Severity.ERROR for one in problems)
    return Proof(sent.item, sent.name, problems, None if is_wrong else ready)


def _completed(source: Source, wish: Wish, target: Target, now: datetime) -> bytes:
    """The file with everything in it that its old name said and its new place does not."""
    assert wish.document is not None
    # Files end with a line end; one that an app cut off is no change.
    data = wish.sent.data if wish.sent.data.endswith(b"\n") else wish.sent.data + b"\n"
    date = wish.document.date or (target.holder.date if target.holder else now)
    wanted: list[tuple[str, Amended, Callable[[Document], bool], Sequence[str]]] = [
        ("title", wish.title, lambda one: _title(one) == wish.title, ()),
        ("date", written(date, source.zone), lambda one: one.date is not None, ()),
        ("slug", wish.slug, lambda one: one.slug == wish.slug, ()),
        ("lang", wish.language, lambda one: language_of(one, source.language) == wish.language, ("language",)),
    ]
    if wish.document.categories and target.holder is None:
        # One category is said as a list; of several paths the file itself has told already.
        names = wish.document.categories[0]
        wanted.append(("categories", names, lambda one: bool(one.categories), _OTHER_CATEGORY_KEYS))
    for key, value, is_said, aliases in wanted:
        document = _read_at(source, target.path, data)
        if document is not None and not is_said(document):
            data = amend(target.path, data, key, value, aliases=aliases)
    return data


def _title(document: Document) -> str:
    return document.title or first_heading(parse(document.body)) or path_facts(document.path).title


def _read_at(source: Source, path: str, data: bytes) -> Document | None:
    return read_document(path, data, zone=source.zone, zone_is_assumed=source.zone_is_assumed)[0]


def _images(
    wish: Wish, path: str, sources: Sequence[str], cover: str | None, paths: Collection[str]
) -> tuple[dict[str, bytes], list[Problem]]:
    """The images to be written with the post, by path, and what is wrong with them; a cover may lie elsewhere."""
    sent = wish.sent
    there = Attachments(paths)
    assert wish.document is not None
    # As it was sent: what is added to its front matter moves the lines of its text.
    lines = Lines(wish.document)
    given = placing.assign(sources, sent.name, sent.images, sent.nameless)
    covers = placing.assign([cover], sent.name, sent.images, ()) if cover else {}
    given = covers | given
    placed: dict[str, bytes] = {}
    problems: list[Problem] = []
    for source in dict.fromkeys((*sources, *covers)):
        if source in given:
            place = placing.place_image(source, path, [*paths, *placed])
            if place is not None:
                try:
                    check_image(source, given[source])
                except ContentError as error:
                    problems.append(error.problem)
                placed[place] = given[source]
                continue
        if placing.is_local(source) and there.resolve(path, source) is None:
            problems.append(problem(Code.IMAGE_MISSING, sent.name, image_line(lines, source), source=source))
    return placed, problems


def _changed(source: Source, images: Mapping[str, bytes]) -> tuple[str, ...]:
    """Which of these images would take the place of others."""
    there = {path: present(source.root, path) for path in images}
    return tuple(path for path, data in there.items() if data is not None and data != images[path])


def _present(source: Source, target: Target, before: bytes, after: bytes) -> Present:
    document = _read_at(source, target.path, before)
    return Present(
        _title(document) if document else target.path,
        document.date if document else None,
        tuple(names[-1] for names in document.categories) if document else (),
        content_hash(before),
        difference(_text(before), _text(after)),
        target.holder is not None and target.holder.state == State.PUBLISHED,
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")

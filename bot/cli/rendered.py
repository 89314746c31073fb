"""One Markdown file in every form readers may see it, made without a database: what `render` and `preview` show."""

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from bot.cli.sources import Source
from bot.content.decode import decode
from bot.content.document import read_document
from bot.content.images import MAX_IMAGE_BYTES, check_image
from bot.content.language import detect
from bot.content.naming import path_facts
from bot.content.opening import read_file
from bot.content.problems import ContentError
from bot.domain.message import Text
from bot.domain.post import Document
from bot.markup import classic, html, rich
from bot.markup.classic import FormulaPicture, ImagePicture, Language, Page, Picture
from bot.markup.classic.words import WORDS
from bot.markup.formulas import to_mathml
from bot.markup.parse import parse
from bot.markup.plain import excerpt, first_heading, search_text, shown_title
from bot.markup.tree import Image, Tree
from bot.services.readers.illustrating import formula_key
from bot.services.readers.links import Links

# So much of a formula tells which one it is.
_SHOWN_CHARACTERS = 40


@dataclass
class Rendered:
    """A post's outputs. `notes` say what was changed or refused, a sentence each; `ms` is the time all of it took."""

    source: Source
    language: Language
    tree: Tree
    title: str
    excerpt: str = ""
    search_text: str = ""
    pages: list[Page] = field(default_factory=list)
    messages: list[list[dict[str, Any]]] = field(default_factory=list)
    html: str = ""
    notes: list[str] = field(default_factory=list)
    ms: float = 0.0

    def image_path(self, source: str) -> str | None:
        """The file of the folder that an image's source means."""
        return self.source.folder.attachments.resolve(self.source.path, source)

    def images(self) -> Iterator[Image]:
        """Every image of the post, footnotes included."""
        waiting: list[object] = [self.tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Image):
                yield node
            elif isinstance(node, tuple):
                waiting.extend(node)
            elif is_dataclass(node):
                waiting.extend(getattr(node, one.name) for one in fields(node))

    def as_json(self) -> dict[str, Any]:
        """The object that `render --json` prints."""
        return {
            "path": self.source.shown,
            "title": self.title,
            "excerpt": self.excerpt,
            "search_text": self.search_text,
            "classic": [item for page in self.pages for item in self._items(page)],
            "rich": [{"blocks": blocks} for blocks in self.messages],
            "html": self.html,
            "notes": self.notes,
            "ms": round(self.ms, 3),
        }

    def _items(self, page: Page) -> Iterator[dict[str, Any]]:
        if page.text.text:
            yield {"text": page.text.text, "entities": _entities(page.text)}
        for picture in page.pictures:
            caption = caption_of(picture, self.language)
            item = {"photo": self._photo(picture), "caption": caption.text, "caption_entities": _entities(caption)}
            yield item | {"latex": picture.latex} if isinstance(picture, FormulaPicture) else item

    def _photo(self, picture: Picture) -> str:
        if isinstance(picture, FormulaPicture):
            return f"formula:{formula_key(picture.latex)}.png"
        return self.image_path(picture.source) or picture.source


def render(source: Source, *, images: Mapping[str, str] | None = None, undrawable: Collection[str] = ()) -> Rendered:
    """All outputs of one file. `images` maps paths of the folder to what stands for them (`data:` URIs).

    `undrawable` are formulas of which no picture could be had.

    Never raises for what is in the file: a note says what was wrong.
    """
    start = time.perf_counter()
    document, notes = _document(source)
    tree = parse(document.body, first_line=document.body_line)
    tag = document.language or detect(document.body)
    made = Rendered(
        source,
        "zh" if tag.startswith("zh") else "en",
        tree,
        shown_title(document.title or "") or first_heading(tree) or path_facts(source.path).title,
        notes=[*notes, *tree.remarks],
    )
    _fill(made, document, images or {}, undrawable)
    made.ms = (time.perf_counter() - start) * 1000
    return made


def _document(source: Source) -> tuple[Document, list[str]]:
    """The file as a Document; one that is refused, or is no post, is shown as far as it can be read."""
    bare = Document(path=source.path, slug="", body="", body_line=1, content_hash="")
    try:
        data = read_file(source.folder.root, source.path)
        document, problems = read_document(source.path, data, zone=source.folder.zone)
        notes = [str(problem) for problem in problems]
        return document or replace(bare, body=decode(source.path, data).text), notes
    except ContentError as error:
        return bare, [str(error.problem)]


def _fill(made: Rendered, document: Document, images: Mapping[str, str], undrawable: Collection[str]) -> None:
    links = Links(made.source.path, made.source.folder.site_url)

    def media(written: str) -> str | None:
        path = made.image_path(written)
        return images.get(path, f"attach://{path}") if path and photo_fault(made.source, path) is None else None

    def shown(written: str) -> str | None:
        return images.get(made.image_path(written) or "") or links.resolve(written)

    if document.summary:
        made.excerpt = excerpt(parse(document.summary), language=made.language)
    else:
        made.excerpt = excerpt(made.tree, language=made.language, title=made.title)
    found = search_text(made.tree)
    made.search_text = "\n".join(filter(None, (made.title, found.headings, found.body)))
    made.pages = _pages(made, links, undrawable)
    made.messages = rich.build(made.tree, language=made.language, resolve_link=links.resolve, image=media)
    made.html = html.render(made.tree, language=made.language, resolve_link=links.resolve, resolve_image=shown)


def _pages(made: Rendered, links: Links, undrawable: Collection[str]) -> list[Page]:
    """Classic pages; pictures that cannot be had are text, and a note tells why."""
    pages = classic.paginate(made.tree, language=made.language, resolve_link=links.resolve)
    faults: dict[str, str] = {}
    for picture in (picture for page in pages for picture in page.pictures):
        if isinstance(picture, ImagePicture):
            path = made.image_path(picture.source)
            fault = photo_fault(made.source, path) if path else "is not in the folder"
            if fault:
                faults[picture.source] = f"image {picture.source} {fault}; its description stands for it"
        elif picture.latex in undrawable or to_mathml(picture.latex, display=True) is None:
            start = " ".join(picture.latex.split())[:_SHOWN_CHARACTERS]
            faults[picture.latex] = f"formula “{start}” cannot be drawn; its source stands for it"
    if not faults:
        return pages
    made.notes += faults.values()
    return classic.paginate(made.tree, language=made.language, resolve_link=links.resolve, undrawable=frozenset(faults))


def photo_fault(source: Source, path: str) -> str | None:
    """Why the image at `path` of the folder cannot be sent, None when it can."""
    try:
        check_image(path, read_file(source.folder.root, path, limit=MAX_IMAGE_BYTES))
    except ContentError as error:
        return error.problem.what
    return None


def caption_of(picture: Picture, language: Language) -> Text:
    """The words under a picture: its number in the text, and an image's own caption."""
    words = WORDS[language]
    if isinstance(picture, FormulaPicture):
        return Text(words.formula.format(picture.number))
    own = picture.caption.text or picture.alt
    return Text(" ".join(filter(None, (words.image.format(picture.number), own))))


def _entities(text: Text) -> list[dict[str, Any]]:
    return [{key: value for key, value in _fields(entity) if value is not None} for entity in text.entities]


def _fields(entity: Any) -> Iterator[tuple[str, Any]]:
    for name in ("type", "offset", "length", "url", "language"):
        yield name, getattr(entity, name)

"""One post in one language as pages: classic ones with the pictures after each, or rich ones."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from bot.content.bundle import Attachments
from bot.content.folder import scan_folder
from bot.content.problems import ContentError
from bot.markup import classic, rich
from bot.markup.classic import FormulaPicture, Language, Page, Picture
from bot.markup.tree import Image, Link, Paragraph, Tree, Words
from bot.services.readers.illustrating import Drawing, Illustrator
from bot.services.readers.links import Links

# UTF-16 units and entities that a screen may use on the first page for title, facts and tags.
HEAD_ROOM = (900, 12)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture after a page. `number` is the one in the text; `what` is a formula's LaTeX or an image's source."""

    what: str
    number: int
    is_formula: bool
    caption: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class RichPage:
    """A rich message. `pictures` are by what stands for them in the blocks, `attach://<key>`."""

    blocks: list[dict[str, Any]]
    pictures: Mapping[str, Drawing]


@dataclass
class Rendering:
    """The pages of one post, made when first asked for. `path` is the post's, `root` the content folder."""

    tree: Tree
    path: str
    language: Language
    links: Links
    root: Path
    illustrator: Illustrator
    _undrawable: frozenset[str] = frozenset()
    _pages: list[Page] | None = None
    _rich: list[RichPage] | None = None
    _attachments: Attachments | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def pages(self) -> list[Page]:
        """The classic pages, at least one."""
        if self._pages is None:
            # A post may be a megabyte: the loop must go on answering others meanwhile.
            self._pages = await asyncio.to_thread(
                classic.paginate,
                self.tree,
                language=self.language,
                resolve_link=self.links.resolve,
                first_room=HEAD_ROOM,
                undrawable=self._undrawable,
            )
        return self._pages

    async def illustrated(self, number: int) -> tuple[Page, int, tuple[Shown, ...]]:
        """Page `number` (the last one when there are fewer) with its true number and its pictures.

        What cannot be drawn stays in the text as source, so the pages are made anew without it.
        """
        async with self._turn:
            while True:
                pages = await self.pages()
                place = min(max(number, 0), len(pages) - 1)
                shown = [await self._shown(picture) for picture in pages[place].pictures]
                missing = [what for what, found in shown if found is None]
                if not missing:
                    return pages[place], place, tuple(found for _, found in shown if found is not None)
                self.give_up(missing)

    def give_up(self, what: list[str]) -> None:
        """Formulas and images of which no picture can be had; each is text from now on."""
        self._undrawable |= frozenset(what)
        self._pages = None

    async def rich_pages(self) -> list[RichPage]:
        """The post as rich messages, at least one; the first leaves room for a head."""
        async with self._turn:
            if self._rich is None:
                drawings = {source: await self._photo(source) for source in _image_sources(self.tree)}
                names = {source: f"attach://{found.key[:32]}" for source, found in drawings.items() if found}
                # The words only keep room: the screen puts its own head in their place.
                head = Paragraph((Words("x" * HEAD_ROOM[0]),))
                made = await asyncio.to_thread(
                    rich.build,
                    replace(self.tree, blocks=(head, head, head, *self.tree.blocks)),
                    language=self.language,
                    resolve_link=self.links.resolve,
                    image=names.get,
                )
                made[0] = made[0][3:]
                pictures = {names[source]: found for source, found in drawings.items() if found}
                self._rich = [RichPage(blocks, _used(blocks, pictures)) for blocks in made]
        return self._rich

    async def _shown(self, picture: Picture) -> tuple[str, Shown | None]:
        if isinstance(picture, FormulaPicture):
            drawing = await self.illustrator.draw(picture.latex)
            return picture.latex, Shown(picture.latex, picture.number, True, "", drawing) if drawing else None
        drawing = await self._photo(picture.source)
        caption = picture.caption.text or picture.alt
        return picture.source, Shown(picture.source, picture.number, False, caption, drawing) if drawing else None

    async def _photo(self, source: str) -> Drawing | None:
        if self._attachments is None:
            self._attachments = await asyncio.to_thread(_attachments, self.root)
        path = self._attachments.resolve(self.path, source)
        return await self.illustrator.photo(self.root, path) if path else None


def urls(tree: Tree) -> set[str]:
    """The targets of every link of a post."""
    return {node.url for node in _walk(tree) if isinstance(node, Link)}


def _image_sources(tree: Tree) -> list[str]:
    return sorted({node.source for node in _walk(tree) if isinstance(node, Image)})


def _walk(node: object) -> Iterator[object]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, tuple):
            waiting.extend(current)
        elif is_dataclass(current):
            yield current
            waiting.extend(getattr(current, one.name) for one in fields(current))


def _attachments(root: Path) -> Attachments:
    try:
        return Attachments(entry.path for entry in scan_folder(root))
    except ContentError:
        # A folder that is away for a moment has no pictures; its posts are read all the same.
        return Attachments(())


def _used(blocks: object, pictures: Mapping[str, Drawing]) -> dict[str, Drawing]:
    """Those pictures that a message's blocks name."""
    found: dict[str, Drawing] = {}
    waiting = [blocks]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
        elif isinstance(current, str) and current in pictures:
            found[current] = pictures[current]
    return found

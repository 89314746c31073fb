"""Posts of an upload exactly as readers will get them, before anything is written to the content folder."""

import asyncio
import shutil
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.bundle import Attachments
from bot.content.folder import scan_folder
from bot.content.images import MAX_IMAGE_BYTES
from bot.content.opening import read_file
from bot.content.problems import ContentError
from bot.content.writing import write
from bot.domain.message import Text
from bot.domain.post import category_key, post_key
from bot.domain.preferences import Form
from bot.markup.classic import Language
from bot.markup.plain import without_title
from bot.services.authors import placing
from bot.services.authors.looking import category_name
from bot.services.authors.proving import Ready
from bot.services.readers.browsing import Card, PostView, Topic
from bot.services.readers.links import links_of
from bot.services.readers.reading import Library, OpenedPost
from bot.services.readers.rendering import Rendering, urls
from bot.storage.authors import managing
from bot.storage.shelf.topics import Kind, Place

KEPT = 8


@dataclass
class Previewing:
    """Previews for one publication; `folder` is for their images alone, and emptied at the start."""

    library: Library
    folder: Path
    _kept: "OrderedDict[tuple[str, str], Rendering]" = field(default_factory=OrderedDict)

    async def open(self, name: str, ready: Ready, *, language: str, page: int, form: Form) -> OpenedPost:
        """A page of the post; `name` (`[a-z0-9-]+`) tells this version of it from every other."""
        rendering = await self._rendering(name, ready, language)
        async with self.library.db.read() as connection:
            known = await managing.known_categories(connection, language)
        post = _view(ready, known)
        if form == "rich":
            messages = await rendering.rich_pages()
            number = min(max(page, 0), len(messages) - 1)
            return OpenedPost(post, number, len(messages), Text(""), rich=messages[number])
        shown, number, album = await rendering.illustrated(page)
        return OpenedPost(post, number, len(await rendering.pages()), shown.text, album)

    async def _rendering(self, name: str, ready: Ready, language: str) -> Rendering:
        known = self._kept.get((name, language))
        if known is not None:
            self._kept.move_to_end((name, language))
            return known
        if not self._kept:
            await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
        root = self.folder / name
        await asyncio.to_thread(_lay_out, root, self.library.root, ready)
        links = await links_of(
            self.library.db,
            ready.path,
            urls(ready.tree),
            site_url=self.library.site_url,
            deep_link=self.library.deep_link,
        )
        tongue: Language = "zh" if language == "zh" else "en"
        tree = without_title(ready.tree, ready.prepared.edition.title)
        made = Rendering(tree, ready.path, tongue, links, root, self.library.illustrator)
        self._kept[name, language] = made
        while len(self._kept) > KEPT:
            (old, _), _ = self._kept.popitem(last=False)
            if all(other != old for other, _ in self._kept):
                await asyncio.to_thread(shutil.rmtree, self.folder / old, ignore_errors=True)
        return made


def _lay_out(root: Path, content: Path, ready: Ready) -> None:
    """The post's images where it looks for them: those of the upload, and those that the content folder has."""
    root.mkdir(parents=True, exist_ok=True)
    images = dict(ready.images)
    there = Attachments(entry.path for entry in scan_folder(content))
    for source in placing.image_sources(ready.tree):
        path = there.resolve(ready.path, source)
        if path is not None and path not in images:
            try:
                images[path] = read_file(content, path, limit=MAX_IMAGE_BYTES)
            except ContentError:
                # The reader will not see it either.
                continue
    for path, data in images.items():
        if not (root / path).exists():
            write(root, path, data, expected=None)


def _view(ready: Ready, known: Mapping[str, str]) -> PostView:
    edition = ready.prepared.edition
    categories, tags = (
        tuple(_topic(place, known if kind is Kind.CATEGORY else {}) for place in edition.places if place.kind is kind)
        for kind in (Kind.CATEGORY, Kind.TAG)
    )
    card = Card(
        post_key(edition.slug),
        edition.title,
        categories[0].name if categories else "",
        categories[0].key if categories else "",
        edition.date,
        edition.reading_minutes,
        edition.excerpt,
        edition.language,
        edition.weight > 0,
    )
    return PostView(
        id=0,
        content_hash=edition.content_hash,
        path=ready.path,
        card=card,
        categories=categories,
        tags=tags,
        other_languages=(),
        next_in_category=None,
        updated=edition.updated,
        has_formulas=edition.has_formulas,
        has_tables=edition.has_tables,
        cover=edition.cover,
        body=edition.body,
    )


def _topic(place: Place, known: Mapping[str, str]) -> Topic:
    return Topic(category_key(place.path), category_name(known, place.path) or place.names[-1], 0)

"""Opening posts: at a page, in the reader's language and form; what was read last is kept for a while."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.domain.message import Text
from bot.domain.preferences import Form
from bot.markup.classic import Language
from bot.markup.plain import without_title
from bot.services.readers import browsing
from bot.services.readers.browsing import PostView
from bot.services.readers.illustrating import Illustrator
from bot.services.readers.links import links_of
from bot.services.readers.rendering import Rendering, RichPage, Shown, urls
from bot.storage.border import albums
from bot.storage.engine import Database

KEPT_POSTS = 64


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A heading and the page (from 0) on which it stands."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class OpenedPost:
    """A post at one of its pages (`number` from 0, of `pages`): as `text` with an album, or as one rich message.

    `forced_language` is set when the reader chose a translation.
    """

    post: PostView
    number: int
    pages: int
    text: Text
    album: tuple[Shown, ...] = ()
    rich: RichPage | None = None
    outline: tuple[OutlineLine, ...] = ()
    forced_language: str = ""

    @property
    def form(self) -> Form:
        return "rich" if self.rich else "classic"


@dataclass
class Library:
    """Opens the posts of one publication. `root` is the content folder, where their images are."""

    db: Database
    root: Path
    illustrator: Illustrator
    site_url: str = ""
    deep_link: str = ""
    _refused: set[tuple[int, str]] = field(default_factory=set)
    _kept: "OrderedDict[tuple[int, str, Language], Rendering]" = field(default_factory=OrderedDict)

    async def open(
        self, key: str, *, language: str, page: int = 0, forced_language: str = "", form: Form = "classic"
    ) -> OpenedPost | None:
        """The post with this key in the reader's language; None when it is not (or no longer) on the shelf.

        A page past the end is the last one.
        """
        post = await browsing.post(self.db, key, language=language, forced_language=forced_language or None)
        if post is None:
            return None
        rendering = await self._rendering(post, "zh" if language == "zh" else "en")
        if form == "rich" and (post.id, post.content_hash) not in self._refused:
            messages = await rendering.rich_pages()
            number = min(max(page, 0), len(messages) - 1)
            return OpenedPost(
                post, number, len(messages), Text(""), rich=messages[number], forced_language=forced_language
            )
        shown, number, album = await rendering.illustrated(page)
        pages = await rendering.pages()
        outline = tuple(
            OutlineLine(level, title, place)
            for place, one in enumerate(pages)
            for level, title, _anchor in one.headings
            if title
        )
        return OpenedPost(post, number, len(pages), shown.text, album, outline=outline, forced_language=forced_language)

    async def give_up(self, opened: OpenedPost, what: list[str], *, language: str) -> None:
        """Telegram refuses these pictures of the post: they are text from now on."""
        rendering = await self._rendering(opened.post, "zh" if language == "zh" else "en")
        rendering.give_up(what)

    def refuse_rich(self, post: PostView) -> bool:
        """Telegram refuses the post as a rich message: it is classic until it changes. True the first time."""
        identity = (post.id, post.content_hash)
        is_new = identity not in self._refused
        self._refused.add(identity)
        return is_new

    async def _rendering(self, post: PostView, language: Language) -> Rendering:
        identity = (post.id, post.content_hash, language)
        if (kept := self._kept.get(identity)) is not None:
            self._kept.move_to_end(identity)
            return kept
        links = await links_of(self.db, post.path, urls(post.tree), site_url=self.site_url, deep_link=self.deep_link)
        tree = without_title(post.tree, post.card.title)
        made = Rendering(tree, post.path, language, links, self.root, self.illustrator)
        self._kept[identity] = made
        while len(self._kept) > KEPT_POSTS:
            self._kept.popitem(last=False)
        return made


async def album_of(db: Database, chat_id: int, message_id: int) -> list[int]:
    """The ids of the pictures after a message, empty when there are none."""
    async with db.read() as connection:
        return await albums.of(connection, chat_id, message_id)


async def keep_album(db: Database, chat_id: int, message_id: int, picture_ids: Sequence[int], *, now: datetime) -> None:
    """Remember which pictures follow a message."""
    async with db.write() as connection:
        await albums.put(connection, chat_id, message_id, picture_ids, now=now)

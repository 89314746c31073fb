"""What readers browse: the latest, categories, tags, a post; every view in the reader's language (zh or en)."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.domain.post import best_language
from bot.markup.parse import parse
from bot.markup.tree import Tree
from bot.storage.engine import Database
from bot.storage.index.search_cards import FoundRow
from bot.storage.shelf import listing, published, sections
from bot.storage.shelf.listing import CardRow, TopicRow
from bot.storage.shelf.published import PostRow
from bot.storage.shelf.topics import Kind

PAGE_SIZE = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A post in a list. `date` is aware, in UTC; `category` is empty for a post without one."""

    key: str
    title: str
    category: str
    category_key: str
    date: datetime
    reading_minutes: int
    excerpt: str
    language: str
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list: `number` from 0, of `pages` (at least 1), of `total` posts."""

    cards: tuple[Card, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A category or tag. `depth` is 0 for an outermost one; `count` is of posts, those of the topics below it too."""

    key: str
    name: str
    count: int
    description: str = ""
    depth: int = 0


@dataclass(frozen=True)
class PostView:
    """A post to be read. `other_languages` are those of its translations; `id` and `content_hash` name this text."""

    id: int
    content_hash: str
    path: str
    card: Card
    categories: tuple[Topic, ...]
    tags: tuple[Topic, ...]
    other_languages: tuple[str, ...]
    next_in_category: Card | None
    updated: datetime | None
    has_formulas: bool
    has_tables: bool
    cover: str | None
    body: str

    @cached_property
    def tree(self) -> Tree:
        """The post's tree, parsed when first asked for; a long post takes a tenth of a second."""
        return parse(self.body)


@dataclass(frozen=True, slots=True)
class Overview:
    """The shelf at a glance; `newest` is None when it is empty, `description` is that of the folder's own page."""

    posts: int
    categories: int
    newest: datetime | None
    description: str = ""


async def latest(db: Database, *, language: str, page: int = 0, size: int = PAGE_SIZE) -> Shelf:
    """A page of everything; a page past the end is the last one."""
    async with db.read() as connection:
        rows = await listing.latest(connection, language, size=size, skip=max(page, 0) * size)
        if not rows and page > 0:
            total = await listing.total(connection, language)
            page = _last_page(total, size)
            rows = await listing.latest(connection, language, size=size, skip=page * size)
    return _shelf(rows, page, size)


async def category(
    db: Database, key: str, *, language: str, page: int = 0, size: int = PAGE_SIZE
) -> tuple[Topic, Shelf] | None:
    """A category and a page of its posts, those of categories below it among them; None when there is none."""
    return await _topic_page(db, (Kind.CATEGORY, key), language, page, size)


async def tag(
    db: Database, key: str, *, language: str, page: int = 0, size: int = PAGE_SIZE
) -> tuple[Topic, Shelf] | None:
    """A tag and a page of its posts; None when there is none."""
    return await _topic_page(db, (Kind.TAG, key), language, page, size)


async def _topic_page(
    db: Database, which: tuple[Kind, str], language: str, page: int, size: int
) -> tuple[Topic, Shelf] | None:
    async with db.read() as connection:
        found = await listing.topic(connection, language, *which)
        if found is None:
            return None
        page = min(max(page, 0), _last_page(found.posts, size))
        rows = await listing.of_topic(connection, language, found.id, size=size, skip=page * size)
    return _topic(found), _shelf(rows, page, size)


async def categories(db: Database, *, language: str) -> tuple[Topic, ...]:
    """Categories that have posts: by their weight, then the fullest first, each followed by those below it."""
    async with db.read() as connection:
        rows = await listing.all_topics(connection, language, Kind.CATEGORY)
    ranks = {row.path: (row.weight == 0, row.weight, -row.posts, row.name) for row in rows}

    def place(row: TopicRow) -> list[tuple[bool, int, int, str]]:
        return [ranks[above] for above in _with_parents(row.path) if above in ranks]

    return tuple(_topic(row) for row in sorted(rows, key=place))


async def tags(db: Database, *, language: str) -> tuple[Topic, ...]:
    """Tags that have posts, the most used first."""
    async with db.read() as connection:
        rows = await listing.all_topics(connection, language, Kind.TAG)
    return tuple(_topic(row) for row in sorted(rows, key=lambda row: (-row.posts, row.name)))


async def random_post(db: Database, *, language: str, choose: Callable[[int], int] = secrets.randbelow) -> str | None:
    """The key of any post; None when the shelf is empty."""
    async with db.read() as connection:
        total = await listing.total(connection, language)
        return await listing.nth(connection, language, choose(total)) if total else None


async def overview(db: Database, *, language: str) -> Overview:
    """What /start says of the shelf."""
    async with db.read() as connection:
        return Overview(
            await listing.total(connection, language),
            len(await listing.all_topics(connection, language, Kind.CATEGORY)),
            await listing.newest(connection, language),
            await sections.description(connection, language),
        )


async def post(db: Database, key: str, *, language: str, forced_language: str | None = None) -> PostView | None:
    """The post with this key, in `forced_language` where it has that, else in the reader's best.

    Aliases and former keys are followed. None when it is not, or no longer, on the shelf.
    """
    async with db.read() as connection:
        editions = {tongue: post_id for post_id, tongue in await published.editions(connection, key)}
        if not editions:
            return None
        tongue = forced_language if forced_language in editions else best_language(editions, language)
        row = await published.post(connection, language, editions[tongue])
        if row is None:
            return None
        named = [await listing.topics_of(connection, language, row.id, kind) for kind in (Kind.CATEGORY, Kind.TAG)]
        onward = None
        if row.category_id is not None:
            onward = await listing.following(connection, language, row.category_id, row.id)
    return _post_view(row, named, sorted(set(editions) - {tongue}), onward)


def _post_view(
    row: PostRow, named: Sequence[Sequence[TopicRow]], others: Sequence[str], onward: CardRow | None
) -> PostView:
    categories_, tags_ = (tuple(_topic(one) for one in kind) for kind in named)
    return PostView(
        row.id,
        row.content_hash,
        row.path,
        card_of(row),
        categories_,
        tags_,
        tuple(others),
        card_of(onward) if onward else None,
        row.updated,
        row.has_formulas,
        row.has_tables,
        row.cover,
        row.body,
    )


def _shelf(rows: Sequence[CardRow], page: int, size: int) -> Shelf:
    total = rows[0].total if rows else 0
    return Shelf(tuple(card_of(row) for row in rows), max(page, 0) if rows else 0, _last_page(total, size) + 1, total)


def _last_page(total: int, size: int) -> int:
    return max(0, -(-total // size) - 1)


def card_of(row: CardRow | FoundRow | PostRow) -> Card:
    """What a list of posts or of findings, and the post itself, say of a post."""
    return Card(
        row.key,
        row.title,
        row.category or "",
        row.category_key or "",
        row.date,
        row.reading_minutes,
        row.excerpt,
        row.language,
        row.weight > 0,
    )


def _topic(row: TopicRow) -> Topic:
    return Topic(row.key, row.name, row.posts, row.description or "", row.path.count("/"))


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]

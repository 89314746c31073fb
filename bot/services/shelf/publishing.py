"""Documents onto the shelf: what the tree adds to them, their row and their entry in the index, in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime
from posixpath import splitext

from bot.content.naming import clean_slug, path_facts
from bot.domain.post import Document, State, state_at, topic_path
from bot.domain.problem import Problem
from bot.domain.standing import Push
from bot.markup.parse import parse
from bot.markup.plain import Language, excerpt, first_heading, reading_minutes, search_text, shown_text, shown_title
from bot.markup.tree import Image, Math, MathBlock, Table, Tree
from bot.search.document import IndexRow, SearchFields, index_row
from bot.services.ports import Indexer
from bot.services.shelf.proofreading import ShownImage, nodes, shown_images, untitled
from bot.storage.engine import Connection
from bot.storage.operators import restorations
from bot.storage.shelf import posts, visibility
from bot.storage.shelf.edition import Edition, read_edition
from bot.storage.shelf.topics import UNCATEGORISED, UNCATEGORISED_ZH, Kind, Place
from bot.storage.shelf.visibility import Turned

_UNCATEGORISED_SPELLINGS = frozenset(
    topic_path((name,)) for name in (UNCATEGORISED, UNCATEGORISED_ZH, "Uncategorized", "未分類")
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A post ready for the shelf, and what a search may find it by; `row` is that as the index keeps it.

    `images` are those that it shows from the folder; `problems` are of its text alone.
    """

    edition: Edition
    fields: SearchFields
    row: IndexRow | None = None
    images: tuple[ShownImage, ...] = ()
    problems: tuple[Problem, ...] = ()


def prepare(
    document: Document,
    *,
    slug: str,
    language: str,
    now: datetime,
    first_seen: datetime,
    category_names: Mapping[str, str] | None = None,
    indexed: bool = False,
) -> Prepared:
    """Everything that is made from a post's text; pure, some milliseconds for a long post.

    `first_seen` stands in for a date that is not given; `category_names` are those of `sections.category_names`.
    With `indexed` the index's row is made too.
    """
    tree = parse(document.body, first_line=document.body_line)
    title = shown_title(document.title or "") or first_heading(tree) or path_facts(document.path).title
    date = document.date or first_seen
    publish_at = max(date, document.not_before or date)
    found = list(nodes(tree))
    kinds = set(map(type, found))
    edition = Edition(
        slug=slug,
        slug_written=bool(document.slug_line),
        language=language,
        path=document.path,
        content_hash=document.content_hash,
        state=state_at(now, date=publish_at, expires=document.expires, draft=document.draft),
        title=title,
        excerpt=_excerpt(document, tree, title, "zh" if language.startswith("zh") else "en"),
        body=document.body,
        date=date,
        publish_at=publish_at,
        places=_places(document, category_names or {}),
        reading_minutes=reading_minutes(tree),
        updated=document.updated,
        expires=document.expires,
        weight=document.weight,
        aliases=_alias_slugs(document.aliases),
        other_names=document.other_names,
        cover=document.cover,
        has_formulas=bool(kinds & {Math, MathBlock}),
        has_tables=Table in kinds,
        extra={key: _plain(value) for key, value in document.extra.items()},
    )
    fields = search_fields(edition, tree)
    images = shown_images(document, found) if Image in kinds else ()
    wrong = untitled(document, tree, document.path)
    return Prepared(edition, fields, index_row(fields) if indexed else None, images, tuple(wrong))


async def put(
    connection: Connection, prepared: Sequence[Prepared], *, now: datetime, indexer: Indexer | None
) -> list[int]:
    """Put posts on the shelf and into the search index; gives their row ids."""
    post_ids = await posts.put(connection, [one.edition for one in prepared], now=now)
    if indexer:
        for post_id, one in zip(post_ids, prepared, strict=True):
            await _index(connection, indexer, post_id, one)
    return post_ids


async def withdraw(
    connection: Connection, post_ids: Collection[int], *, now: datetime, indexer: Indexer | None
) -> None:
    """Take posts off every list and out of the index; their rows stay, should they come back."""
    await posts.change_state(connection, post_ids, State.WITHDRAWN, now=now)
    if indexer:
        for post_id in post_ids:
            await indexer.drop_post(connection, post_id)


async def turn_due(connection: Connection, *, now: datetime, indexer: Indexer | None) -> list[Turned]:
    """Publish and expire what the clock says; what appears for the first time may be pushed.

    After a restore that waits for the first look at the folder, which knows what readers were told of before.
    """
    turned = await visibility.turn_due(connection, now=now)
    if indexer:
        for one in turned:
            edition = await read_edition(connection, one.post_id)
            fields = search_fields(edition, parse(edition.body))
            await _index(connection, indexer, one.post_id, Prepared(edition, fields))
    appeared = {one.key for one in turned if one.state is State.PUBLISHED}
    if appeared and await restorations.read(connection):
        return turned
    waiting = await visibility.waiting(connection, Push.PENDING)
    await visibility.open_pushes(connection, [key for key in waiting if key in appeared], Push.PENDING)
    return turned


async def settle_pushes(connection: Connection, *, first_load: bool, hold: int) -> int:
    """Decide, when a sync ends, whether what appeared in it is pushed: gives how many posts are held for an admin.

    The first load pushes nothing; more than `hold` posts at once wait for `release_pushes`.
    """
    keys = await visibility.waiting(connection, Push.PENDING)
    if first_load:
        await visibility.set_push(connection, Push.PENDING, Push.NONE)
    elif len(keys) > hold:
        await visibility.set_push(connection, Push.PENDING, Push.HELD)
        return len(keys)
    else:
        await visibility.open_pushes(connection, keys, Push.PENDING)
    return 0


async def release_pushes(connection: Connection, *, send: bool) -> int:
    """What an admin decides about held posts: push them now, or never; gives how many there were."""
    keys = await visibility.waiting(connection, Push.HELD)
    if send:
        await visibility.open_pushes(connection, keys, Push.HELD)
    else:
        await visibility.set_push(connection, Push.HELD, Push.NONE)
    return len(keys)


async def _index(connection: Connection, indexer: Indexer, post_id: int, prepared: Prepared) -> None:
    edition = prepared.edition
    if edition.state is State.PUBLISHED:
        fields, row = prepared.fields, prepared.row
        await indexer.index_post(connection, post_id=post_id, date=edition.date, fields=fields, row=row)
    else:
        await indexer.drop_post(connection, post_id)


def search_fields(edition: Edition, tree: Tree) -> SearchFields:
    """What a search may find a post by; `tree` is that of its body."""
    text = search_text(tree)
    language: Language = "zh" if edition.language.startswith("zh") else "en"
    shown = shown_text(tree, language=language)
    by_kind: dict[Kind, list[tuple[str, ...]]] = {kind: [] for kind in Kind}
    for place in edition.places:
        by_kind[place.kind].append(place.names)
    return SearchFields(
        title=edition.title,
        body=text.body,
        headings=text.headings.splitlines(),
        categories=by_kind[Kind.CATEGORY],
        tags=by_kind[Kind.TAG],
        other_names=edition.other_names,
        file_name=edition.path.rpartition("/")[2],
        source=edition.body,
        shown=shown,
        summary=edition.excerpt if _is_written(edition, tree, shown, language) else "",
    )


def _is_written(edition: Edition, tree: Tree, shown: str, language: Language) -> bool:
    """Whether the excerpt is a summary of the author's own; what only repeats the text would count twice."""
    if edition.excerpt == excerpt(tree, language=language, title=edition.title):
        return False
    return edition.excerpt.removesuffix("…") not in " ".join(shown.split())


def _excerpt(document: Document, tree: Tree, title: str, language: Language) -> str:
    if document.summary:
        return excerpt(parse(document.summary), language=language)
    return excerpt(tree, language=language, title=title)


def _places(document: Document, category_names: Mapping[str, str]) -> tuple[Place, ...]:
    """Categories, then tags, each once; a post without a category goes to the one for those.

    A category that has a page may be called by any title that stands there: “大模型” and “Large Model” are one.
    """
    categories = [names for names in document.categories if topic_path(names) not in _UNCATEGORISED_SPELLINGS]
    called = [(category_names.get(topic_path(names[:1]), names[0]), *names[1:]) for names in categories]
    places = [Place(Kind.CATEGORY, names) for names in called or [(UNCATEGORISED,)]]
    places += [Place(Kind.TAG, (tag,)) for tag in document.tags]
    return tuple({(place.kind, place.path): place for place in reversed(places) if place.path}.values())[::-1]


def _alias_slugs(aliases: Iterable[str]) -> tuple[str, ...]:
    """An old path leads to the post by all of its words and by its last part alone."""
    slugs: dict[str, None] = {}
    for alias in aliases:
        path = splitext(alias.partition("#")[0].partition("?")[0].strip("/"))[0]
        slugs |= dict.fromkeys(filter(None, (clean_slug(path), clean_slug(path.rpartition("/")[2]))))
    return tuple(slugs)


def _plain(value: object) -> object:
    """Front matter as JSON keeps it: TOML has dates of its own."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if isinstance(value, calendar_date) else str(value)

"""What readers search for: results as cards with the reason in bold, page by page, in the reader's language."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from bot.domain.message import Text
from bot.search.filters import Filters, TypedFilter, typed_filters
from bot.search.query import Query, as_typed, parse, readable
from bot.services.readers import browsing
from bot.services.readers.browsing import PAGE_SIZE, Card, card_of
from bot.services.readers.relating import near
from bot.services.search.advising import Advice, advice
from bot.services.search.explaining import Result
from bot.services.search.explaining import results as results_of
from bot.services.search.matching import Match, match
from bot.storage.engine import Connection, Database
from bot.storage.index import search as index
from bot.storage.index import search_cards
from bot.storage.index.search_cards import FoundRow

# A reader waits, and so does everybody whose search is behind this one.
TIME_LIMIT = timedelta(milliseconds=300)
FACETS = 4


@dataclass(frozen=True, slots=True)
class Facet:
    """A category or tag (`kind`) of some of the results, to narrow them by."""

    kind: str
    key: str
    name: str
    posts: int


@dataclass(frozen=True, slots=True)
class SearchView:
    """One page of results: `number` from 0, of `pages` (at least 1), of `total` posts: all, or the best if `is_capped`.

    `query` and `filters` are what was asked, as it was typed. `corrected` is what was searched for in place of `query`,
    None when that is the query itself. `is_partial`: no post holds all of it. `unread` are typed filters whose value is
    no date, `nameless` those without a value. `advice` is for a query that found nothing. `leaves_no_day`: its dates
    exclude each other. `is_too_slow`: the search was stopped.
    """

    query: str
    filters: tuple[TypedFilter, ...] = ()
    results: tuple[Result, ...] = ()
    number: int = 0
    pages: int = 1
    total: int = 0
    is_capped: bool = False
    corrected: str | None = None
    is_partial: bool = False
    facets: tuple[Facet, ...] = ()
    unread: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    advice: Advice = field(default_factory=Advice)
    leaves_no_day: bool = False
    is_too_slow: bool = False


@dataclass(frozen=True, slots=True)
class TypedView:
    """Results while a person types; `next_offset` is None after the last.

    `unread` are typed filters whose value is no date.
    """

    results: tuple[Result, ...]
    next_offset: int | None
    unread: tuple[str, ...] = ()


async def search(
    db: Database,
    text: str,
    *,
    language: str,
    page: int = 0,
    size: int = PAGE_SIZE,
    exact: bool = False,
    category: str | None = None,
    tag: str | None = None,
    zone: tzinfo = UTC,
) -> SearchView:
    """A page of what `text` finds; a page past the end is the last one. With `exact` nothing is corrected.

    `category` and `tag` are keys that every result must have, besides the filters in `text`. Typed days are those of
    the publication's `zone`.
    """
    query = _narrowed(parse(text), category, tag)
    try:
        async with db.read() as conn, index.time_limit(conn, TIME_LIMIT):
            found = await match(conn, query, exact=exact)
            rows = await _rows(conn, language, found, zone)
            view = _view(query, found, len(rows), page, size)
            start = view.number * size
            results = await _results(conn, language, found, rows[start : start + size])
            facets = await _facets(conn, language, rows, found.query.filters) if rows else ()
            is_advised = not rows and not query.filters.leaves_no_day
            help_ = await advice(conn, language, text, query, found.query) if is_advised else Advice()
    except index.SearchTooSlowError:
        return SearchView(
            as_typed(text), _asked_within(text), unread=query.unread, nameless=query.nameless, is_too_slow=True
        )
    asked = replace(view, query=as_typed(text), filters=_asked_within(text))
    return replace(asked, results=results, facets=facets, advice=help_)


async def search_as_typed(
    db: Database, text: str, *, language: str, offset: int = 0, limit: int = PAGE_SIZE, zone: tzinfo = UTC
) -> TypedView:
    """What an unfinished query finds, from `offset` on; the latest posts when it is empty."""
    query = parse(text)
    if not query.units and query.filters == Filters():
        # Who typed `after:` and no date yet, or a sign, asked for something: the latest posts are no answer to it.
        is_asked = query.unread or any(unicodedata.category(one)[0] == "S" for one in query.text)
        return TypedView((), None, query.unread) if is_asked else await _latest(db, language, offset, limit)
    try:
        async with db.read() as conn, index.time_limit(conn, TIME_LIMIT):
            found = await match(conn, query)
            rows = await _rows(conn, language, found, zone)
            results = await _results(conn, language, found, rows[offset : offset + limit])
    except index.SearchTooSlowError:
        return TypedView((), None, query.unread)
    return TypedView(results, offset + limit if offset + limit < len(rows) else None, query.unread)


async def number_of_posts(db: Database) -> int:
    """How many posts can be found at all."""
    async with db.read() as conn:
        return len(await search_cards.published(conn))


async def paths(db: Database, text: str, *, limit: int, zone: tzinfo = UTC) -> list[str]:
    """The files of what `text` finds, best first, translations each for themselves."""
    try:
        async with db.read() as conn, index.time_limit(conn, TIME_LIMIT):
            rows = await _known(conn, "en", await match(conn, parse(text)), zone)
    except index.SearchTooSlowError:
        return []
    return [row.path for row in rows[:limit]]


async def related(db: Database, post_id: int, *, language: str, limit: int = 3) -> tuple[Card, ...]:
    """Posts near this one by what its title, categories and tags say, nearest first; translations left out."""
    try:
        async with db.read() as conn, index.time_limit(conn, TIME_LIMIT):
            near_ids = await near(conn, post_id)
            known = await search_cards.found(conn, language, [post_id, *near_ids])
    except index.SearchTooSlowError:
        return ()
    own_key = known[post_id].key if post_id in known else ""
    rows = [row for row in _once(known[one] for one in near_ids if one in known) if row.key != own_key]
    return tuple(map(card_of, rows[:limit]))


def _asked_within(text: str) -> tuple[TypedFilter, ...]:
    return tuple(typed_filters(readable(text)))


def _narrowed(query: Query, category: str | None, tag: str | None) -> Query:
    filters = replace(
        query.filters,
        categories=(*query.filters.categories, *([(category,)] if category else [])),
        tags=(*query.filters.tags, *([(tag,)] if tag else [])),
    )
    return replace(query, filters=filters)


def _view(query: Query, found: Match, total: int, page: int, size: int) -> SearchView:
    pages = max(1, -(-total // size))
    return SearchView(
        query.text,
        number=min(max(page, 0), pages - 1),
        pages=pages,
        total=total,
        is_capped=found.is_capped,
        corrected=found.query.text if found.corrected else None,
        is_partial=found.is_partial,
        unread=query.unread,
        nameless=query.nameless,
        leaves_no_day=query.filters.leaves_no_day,
    )


async def _rows(conn: Connection, language: str, match_: Match, zone: tzinfo) -> list[FoundRow]:
    """The posts on the shelf, best first, each in one translation."""
    return _once(await _known(conn, language, match_, zone))


async def _known(conn: Connection, language: str, match_: Match, zone: tzinfo) -> list[FoundRow]:
    ids = [one.candidate.post_id for one in match_.found]
    known = await search_cards.found(conn, language, ids) if ids else {}
    filters = match_.query.filters
    return [known[one] for one in ids if one in known and _is_within(known[one].date, filters, zone)]


def _is_within(moment: datetime, filters: Filters, zone: tzinfo) -> bool:
    """Whether it was on a day that the filters let through; the index knows days in UTC only."""
    day = moment.astimezone(zone).date()
    return (not filters.after or day >= filters.after) and (not filters.before or day < filters.before)


def _once(rows: Iterable[FoundRow]) -> list[FoundRow]:
    """Each post at the place of its best translation, in the reader's where that was found too.

    One that holds the words only in another language is shown in that: there the reader finds what was asked for.
    """
    chosen: dict[str, FoundRow] = {}
    for row in rows:
        if row.key not in chosen or (row.is_shown and not chosen[row.key].is_shown):
            chosen[row.key] = row
    return list(chosen.values())


async def _results(conn: Connection, language: str, found: Match, rows: Sequence[FoundRow]) -> tuple[Result, ...]:
    return await results_of(conn, language, found, rows, {row.id: card_of(row) for row in rows})


async def _facets(conn: Connection, language: str, rows: Sequence[FoundRow], filters: Filters) -> tuple[Facet, ...]:
    """Categories, then tags, that some of the results have and others have not."""
    counts = await search_cards.topic_counts(conn, language, [row.id for row in rows])
    chosen = {key for keys in (*filters.categories, *filters.tags) for key in keys}
    useful = [one for one in counts if one.posts < len(rows) and one.key not in chosen]
    return tuple(sorted((Facet(*one) for one in useful[:FACETS]), key=lambda facet: facet.kind))


async def _latest(db: Database, language: str, offset: int, limit: int) -> TypedView:
    shelf = await browsing.latest(db, language=language, page=offset // limit, size=limit)
    if shelf.number < offset // limit:
        # Past the end the shelf gives its last page again, which the person has seen.
        return TypedView((), None)
    results = tuple(Result(0, "", card, Text(card.excerpt), Text(card.title)) for card in shelf.cards)
    return TypedView(results, offset + limit if shelf.number + 1 < shelf.pages else None)

"""Finds the posts that answer a query: those that hold all of it, else all of a correction, else most of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.lookup import Lookup
from bot.search import plan
from bot.search.document import typed_key
from bot.search.query import Query
from bot.search.rank import Candidate, Ranked, held, phrases, phrases_of, rank, rarities
from bot.search.units import are_numbers, letter_runs
from bot.services.search.correcting import apart, kindred
from bot.services.search.correcting import corrected as correction
from bot.storage.engine import Connection
from bot.storage.index import search, search_cards

# More are not read: the texts of so many posts are a megabyte or two.
MAX_CANDIDATES = 60
# Among this many posts that hold every word, the phrase itself is looked for, unless so many titles hold every word.
PHRASE_CHECKED = 400
ENOUGH_TITLED = 20
NEARLY_TITLED = 10
# A post that holds less of the query than this, or than half of what the best does, is no answer to it.
MIN_HELD, SHARE_OF_BEST = 0.15, 0.5
# With fewer answers to one word, others of its family are looked for too: quantization for quantize.
FEW = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Match:
    """What a query found, best first.

    `query` is what was searched for in the end; it is not the one asked when `corrected`. `is_capped` when there may
    be more than were looked at; `is_partial` when no post holds all of the query.
    """

    query: Query
    found: tuple[Ranked, ...]
    corrected: bool = False
    is_capped: bool = False
    is_partial: bool = False


async def match(conn: Connection, query: Query, *, exact: bool = False) -> Match:
    """Search; with `exact` nothing is corrected and nothing left out."""
    query = await _with_names(conn, query)
    result = await _all_of(conn, query)
    # A post that holds several words as they were typed is likelier the one that was meant.
    if exact or (result.found and (len(query.core) > 1 or len(result.found) >= FEW)):
        return result
    for wider in (apart(query), await kindred(conn, query)):
        if wider and (more := await _all_of(conn, wider)).found:
            result = _joined(result, more)
    if result.found:
        return result
    corrected = await correction(conn, query)
    if corrected:
        result = await _all_of(conn, corrected)
        if result.found:
            return replace(result, corrected=True)
    result = await _most_of(conn, corrected or query)
    return replace(result, corrected=corrected is not None and bool(result.found))


def _joined(first: Match, more: Match) -> Match:
    """What two queries found, first what the first did; the words of both are marked."""
    known = {found.candidate.id for found in first.found}
    others = tuple(found for found in more.found if found.candidate.id not in known)
    return replace(more, found=(*first.found, *others), is_partial=more.is_partial and not first.found)


async def _with_names(conn: Connection, query: Query) -> Query:
    """The query with the names that categories have in either language; the index knows those in the posts alone."""
    if not query.filters.categories:
        return query
    called: dict[str, list[str]] = {}
    for key, name in await search_cards.translated_names(conn):
        called.setdefault(typed_key(name), []).append(key)
    categories = tuple(
        tuple(dict.fromkeys((*keys, *(found for key in keys for found in called.get(key, ())))))
        for keys in query.filters.categories
    )
    return replace(query, filters=replace(query.filters, categories=categories))


async def _all_of(conn: Connection, query: Query) -> Match:
    widest = plan.widest(query)
    if widest is None:
        return Match(query, ())
    lists = _lists_of_one_unit if len(query.core) == 1 else _lists_of_many
    documents, is_capped = await lists(conn, query, widest)
    candidates = await _candidates(conn, query, list(dict.fromkeys(documents))[:MAX_CANDIDATES])
    return _in_order(Match(query, tuple(rank(query, candidates)), is_capped=is_capped))


def _in_order(result: Match) -> Match:
    """Of a query in single letters the posts that hold them together; where none does, all, which hold it in part.

    Numbers that stand apart are no part of an answer.
    """
    units = result.query.core
    if not units or sum(map(len, letter_runs(units))) < len(units):
        return result
    shares = held(result.query, [found.candidate for found in result.found], {})
    together = tuple(found for found, share in zip(result.found, shares, strict=True) if share >= 1)
    if together or are_numbers(units):
        return replace(result, found=together)
    return replace(result, is_partial=bool(result.found))


async def _lists_of_one_unit(conn: Connection, query: Query, widest: Lookup) -> tuple[list[int], bool]:
    """Titles first, and texts only when titles do not suffice: a common word stands in most texts.

    Gives documents, the best lists first, and whether there may be more.
    """
    lists = await _newest(conn, query, plan.titles(query))
    titled = [document for documents in lists for document in documents]
    if len(lists[0]) >= plan.LIST_LIMIT:
        return titled, True
    is_prefix_common = len(lists[-1]) >= plan.LIST_LIMIT
    anywhere = plan.exact(query, plan.LIST_LIMIT) if is_prefix_common else widest
    (found,) = await _newest(conn, query, [anywhere])
    if not titled and not found and (begun := plan.begun_anywhere(query)):
        anywhere = begun
        (found,) = await _newest(conn, query, [begun])
    return [*titled, *found], is_prefix_common or len(found) >= anywhere.limit


async def _lists_of_many(conn: Connection, query: Query, widest: Lookup) -> tuple[list[int], bool]:
    """The widest list and, when it is not whole, the best of it. Gives what `_lists_of_one_unit` does."""
    (found,) = await _newest(conn, query, [widest])
    is_capped = len(found) >= widest.limit
    if not query.units or not (is_capped or plan.leaves_prefix_out(query)):
        return [*found, *(await _nearly_titled(conn, query) if found else ())], is_capped
    titled, *others = await _narrower(conn, query, widest, found)
    in_one_piece = await _with_phrase(conn, query) if is_capped and len(titled) < ENOUGH_TITLED else []
    if not titled:
        titled = await _nearly_titled(conn, query)
    best = [*titled, *in_one_piece, *(document for documents in others for document in documents)]
    return ([*best, *found] if is_capped else [*found, *best]), is_capped


async def _narrower(conn: Connection, query: Query, widest: Lookup, found: list[int]) -> list[list[int]]:
    """The lists of `plan.narrower`, without asking again for what the widest list told."""
    lookups = plan.narrower(query)
    # Of runs of characters there are no other forms: what is asked for as typed was asked for already.
    known = {replace(widest, limit=plan.LIST_LIMIT): found[: plan.LIST_LIMIT]}
    asked = [lookup for lookup in lookups if lookup not in known]
    known |= dict(zip(asked, await _newest(conn, query, asked), strict=True))
    return [known[lookup] for lookup in lookups]


async def _nearly_titled(conn: Connection, query: Query) -> list[int]:
    """Posts whose titles hold all but one unit: likelier meant than a long text that happens to hold every word."""
    lists = await _newest(conn, query, plan.nearly_titles(query))
    return [document for documents in lists for document in documents[:NEARLY_TITLED]]


async def _with_phrase(conn: Connection, query: Query) -> list[int]:
    """The newest posts in which the query stands in one piece."""
    # A compound written as one word is a token, and has a list of its own.
    wanted = [phrase for phrase in phrases(query.core, query.core_joins) if " " in phrase.strip()]
    if not wanted:
        return []
    lookup = replace(plan.exact(query, PHRASE_CHECKED), without=query.filters.without)
    after, before = _days(query)
    return await search.with_phrase(conn, lookup, wanted, plan.LIST_LIMIT, after=after, before=before)


async def _most_of(conn: Connection, query: Query) -> Match:
    """Posts that hold some of the query, those with its rarest parts first."""
    asked = plan.parts(query)
    lists = await _newest(conn, query, asked)
    rarity = _rarity(asked, lists)
    worth = _worth(asked, lists, rarity)
    pieces = plan.pieces_of(query.core)
    # Joins count units, of which there are now others; a query with none to cut keeps them.
    joins = query.core_joins if pieces == query.core else ()
    in_pieces = replace(query, core=pieces, core_joins=joins)
    candidates = await _candidates(conn, query, _best(worth)[: plan.LIST_LIMIT])
    shares = {one.id: share for one, share in zip(candidates, held(query, candidates, rarity), strict=True)}
    least = max(MIN_HELD, SHARE_OF_BEST * max(shares.values(), default=0.0))
    ranked = rank(in_pieces, [one for one in candidates if shares[one.id] >= least], rarity)
    return Match(query, tuple(ranked), is_partial=True)


def _rarity(asked: Sequence[Lookup], lists: Sequence[Sequence[int]]) -> dict[str, float]:
    """The weight of the tokens that were asked for alone, by how many posts hold them."""
    pairs = zip(asked, lists, strict=True)
    return rarities(
        (lookup.clauses[0][0], len(found))
        for lookup, found in pairs
        if len(lookup.clauses) == 1 and not lookup.title_only
    )


def _worth(asked: Sequence[Lookup], lists: Sequence[Sequence[int]], rarity: Mapping[str, float]) -> dict[int, float]:
    """For each document the rarity of all that it was found by; those that share numbers alone are left out."""
    telling = {
        document for lookup, found in zip(asked, lists, strict=True) if plan.is_telling(lookup) for document in found
    }
    worth: dict[int, float] = {}
    for lookup, documents in zip(asked, lists, strict=True):
        weight = sum(rarity.get(clause[0], 0.0) for clause in lookup.clauses)
        for document in telling.intersection(documents):
            worth[document] = worth.get(document, 0.0) + weight
    return worth


def _best(worth: Mapping[int, float]) -> list[int]:
    """Documents by their worth, the newest of equals first."""
    return sorted(worth, key=lambda document: (-round(worth[document], 6), -document))


async def _newest(conn: Connection, query: Query, lookups: Sequence[Lookup]) -> list[list[int]]:
    after, before = _days(query)
    without = query.filters.without
    asked = [replace(lookup, without=without) for lookup in lookups] if without else lookups
    return await search.newest(conn, asked, after=after, before=before)


def _days(query: Query) -> tuple[date | None, date | None]:
    """The days of the query's filters with a day to spare: in UTC a post's day may be the one before, or after."""
    after, before = query.filters.after, query.filters.before
    first = after and max(after, date.min + DAY) - DAY
    return first, before and min(before, date.max - DAY) + DAY


async def _candidates(conn: Connection, query: Query, documents: Sequence[int]) -> list[Candidate]:
    """Those of the documents that hold none of the phrases that the query excludes."""
    found = [Candidate(*tokens) for tokens in await search.tokens(conn, documents)] if documents else []
    unwanted = [phrase for text in query.filters.without_phrases for phrase in phrases_of(text)]
    return [one for one in found if not any(phrase in f"{one.title}{one.labels}{one.body}" for phrase in unwanted)]

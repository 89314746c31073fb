"""What may help when a search finds nothing: words that posts are called by, filters that are, a look without them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.lookup import Lookup
from bot.search import correct
from bot.search.document import category_token, tag_token
from bot.search.filters import Filters, TypedFilter, typed_filters, with_value
from bot.search.fold import fold
from bot.search.plan import LIST_LIMIT
from bot.search.query import Query, readable
from bot.search.tokens import Kind
from bot.services.search.correcting import MAX_ALIKE
from bot.services.search.matching import match
from bot.storage.engine import Connection
from bot.storage.index import search, search_cards, search_words

NEAREST_TERMS = 5
NEAREST_NAMES = 3
# Of the most alike words so many are looked up: most of a shelf's words are names out of code, which nobody means.
MAX_LOOKED_UP = 20


@dataclass(frozen=True, slots=True)
class Advice:
    """`nearest` are queries to try instead. `outside` is how many posts there are without the filters, at least.

    `is_outside_capped` when there may be more of them. `unknown` are filters by a category or tag that no post has.
    """

    nearest: tuple[str, ...] = ()
    outside: int = 0
    is_outside_capped: bool = False
    unknown: tuple[TypedFilter, ...] = ()


async def advice(conn: Connection, language: str, text: str, asked: Query, named: Query) -> Advice:
    """For the query `asked`, typed as `text`, that found nothing; `named` is it with the names of its categories."""
    unfiltered = Filters(without=asked.filters.without, without_phrases=asked.filters.without_phrases)
    if asked.filters == unfiltered:
        return Advice(await _nearest_words(conn, asked))
    unknown = await _unknown(conn, text, named)
    nearest = [query for one in unknown for query in await _renamed(conn, text, one)]
    found = await match(conn, replace(asked, filters=unfiltered), exact=True) if asked.core else None
    posts = [one.candidate.post_id for one in found.found] if found and not found.is_partial else []
    outside = {row.key for row in (await search_cards.found(conn, language, posts)).values()} if posts else set()
    if not outside and not nearest:
        nearest = list(await _nearest_words(conn, asked))
    is_capped = bool(outside) and found is not None and found.is_capped
    return Advice(tuple(dict.fromkeys(nearest)), len(outside), is_capped, tuple(unknown))


async def _nearest_words(conn: Connection, query: Query) -> tuple[str, ...]:
    """Words of titles, headings and tags that begin or end as one of the query's does, the most alike first."""
    words = [unit.text for unit in query.core if unit.kind is Kind.CHAIN and correct.is_correctable(unit.text)]
    if not words:
        return ()
    word = max(words, key=len)
    start, end = correct.thirds(word)
    known = await search_words.alike(conn, start, end, shortest=3, longest=len(word) + 3, limit=MAX_ALIKE)
    alike = correct.most_alike(word, known, MAX_LOOKED_UP)
    naming = await _naming(conn, alike) if alike else set()
    return tuple(one for one in alike if one in naming)[:NEAREST_TERMS]


async def _naming(conn: Connection, words: Sequence[str]) -> set[str]:
    """Those of the words that stand in a title, heading or tag of the newest posts with them."""
    clauses = [((word,),) for word in words]
    titled = await search.newest(conn, [Lookup(one, 1, title_only=True) for one in clauses])
    naming = {word for word, posts in zip(words, titled, strict=True) if posts}
    lists = await search.newest(conn, [Lookup(one, LIST_LIMIT) for one in clauses])
    fields = await search.fields(conn, {document for posts in lists for document in posts})
    return naming | {word for word in words if any(f" {word} " in tokens for tokens in fields)}


async def _unknown(conn: Connection, text: str, named: Query) -> list[TypedFilter]:
    """The typed filters by a category or tag that no post has."""
    typed = typed_filters(readable(text))
    asked = [
        *zip(
            [one for one in typed if one.kind == "category"], map(_categories, named.filters.categories), strict=False
        ),
        *zip([one for one in typed if one.kind == "tag"], map(_tags, named.filters.tags), strict=False),
    ]
    known = await search.newest(conn, [Lookup((tokens,), 1) for _, tokens in asked])
    return [one for (one, _), posts in zip(asked, known, strict=True) if not posts]


def _categories(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(category_token, keys))


def _tags(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(tag_token, keys))


async def _renamed(conn: Connection, text: str, wrong: TypedFilter) -> list[str]:
    """The text with names that there are in the place of one that there is not, the most alike first."""
    value = _spelled(wrong.value)
    limit = -(-len(value) // 3)
    near = []
    # A category is known by its key and its names, which may differ in letter case and hyphens alone.
    names = {_spelled(name): name for name in sorted(await search_cards.all_names(conn, wrong.kind), reverse=True)}
    for other, name in names.items():
        errors = 0 if value in other or other in value else correct.distance(value, other, limit)
        if errors <= limit:
            near.append((errors, name))
    return [with_value(readable(text), wrong, name) for _, name in sorted(near)[:NEAREST_NAMES]]


def _spelled(name: str) -> str:
    return fold(name).casefold().replace("-", " ")

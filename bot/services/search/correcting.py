"""What a query that no post has whole was meant to be: its unknown words and runs replaced by known ones like them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from bot.domain.lookup import Lookup
from bot.search import correct, kin, plan, slips
from bot.search.filters import Filters
from bot.search.query import Query, parse
from bot.search.tokens import Kind
from bot.search.units import Unit
from bot.storage.engine import Connection
from bot.storage.index import search, search_words

# Words that begin or end alike, the commonest of them: comparing so many takes a few milliseconds.
MAX_ALIKE = 1_000
# Words of a query whose families are looked up, and letters that the longest ending adds to a stem.
MAX_FAMILIES, MAX_ENDING = 4, 6
# The commonest words that begin as a family does: the others say little.
MAX_KNOWN = 200
# Names and versions are written with a space or without: llama3.1, gpt4o, yolov8.
_NUMBERED = re.compile(r"([a-z]{2,}?)(v?\d[\d.]*[a-z]?)")
# Posts that are read for what a run of characters was meant to be.
MAX_READ = 60


async def corrected(conn: Connection, query: Query) -> Query | None:
    """The query with what no post holds replaced by what is known; None when there is nothing to replace."""
    meant = await _meant_words(conn, query) | await _undotted(conn, query) | await _meant_runs(conn, query)
    if not meant:
        return None
    equals = {first: tuple(others) for first, *others in meant.values()}
    changed = _reworded(query, {word: first for word, (first, *_) in meant.items()})
    units = tuple(replace(unit, equals=(*unit.equals, *equals.get(unit.text, ()))) for unit in changed.units)
    return replace(changed, units=units, core=units)


def apart(query: Query) -> Query | None:
    """The query with numbers apart from the words that they were typed behind; None when there are none.

    Written as one they are found still: `llama 3` is also llama3.
    """
    words = {unit.text: " ".join(match.groups()) for unit in query.core if (match := _NUMBERED.fullmatch(unit.text))}
    return _reworded(query, words) if words else None


def _reworded(query: Query, words: Mapping[str, str]) -> Query:
    changed = parse(" ".join(words.get(unit.text, unit.text) for unit in query.core))
    return replace(changed, core=changed.units, core_joins=changed.joins, filters=query.filters)


async def kindred(conn: Connection, query: Query) -> Query | None:
    """The query in which known words of one family are as good as those typed; None when there are none."""
    words = [unit.text for unit in query.core if unit.kind is Kind.CHAIN and kin.has_family(unit.text)][:MAX_FAMILIES]
    if not words:
        return None
    starts, longest = {kin.beginning(word) for word in words}, max(map(len, words)) + MAX_ENDING
    known = await search_words.beginning(conn, starts, longest=longest, limit=MAX_KNOWN)
    families = {word: found for word in words if (found := kin.family(word, known))}
    if not families:
        return None
    units = tuple(replace(unit, equals=(*unit.equals, *families.get(unit.text, ()))) for unit in query.core)
    return replace(query, core=units)


async def _meant_words(conn: Connection, query: Query) -> dict[str, list[str]]:
    words = [unit.text for unit in query.core if unit.kind is Kind.CHAIN and correct.is_correctable(unit.text)]
    known = {word.text for word in await search_words.find(conn, words)} if words else set()
    return {word: likely for word in words if word not in known and (likely := await _likely(conn, word))}


async def _undotted(conn: Connection, query: Query) -> dict[str, list[str]]:
    """Words with a dot before them, as no post has them, without it."""
    words = [unit.text for unit in query.core if unit.text.startswith(".")]
    known = await search.newest(conn, [Lookup(((word,),), 1) for word in words])
    return {word: [word[1:]] for word, posts in zip(words, known, strict=True) if not posts}


async def _likely(conn: Connection, word: str) -> list[str]:
    """What `word` was meant to be: known words that are equally near, or two words written as one."""
    errors, near = correct.best_matches(word, await _alike(conn, word, *correct.halves(word)))
    if near and errors == 1:
        return near
    parts = {part for pair in correct.splits(word) for part in pair}
    if split := correct.best_split(word, dict(await search_words.find(conn, parts))):
        return [" ".join(split)]
    if not near and correct.errors_allowed(word) > 1:
        _, near = correct.best_matches(word, await _alike(conn, word, *correct.thirds(word)))
    return near


async def _alike(conn: Connection, word: str, start: str, end: str) -> list[search_words.Word]:
    errors = correct.errors_allowed(word)
    return await search_words.alike(
        conn, start, end, shortest=len(word) - errors, longest=len(word) + errors, limit=MAX_ALIKE
    )


async def _meant_runs(conn: Connection, query: Query) -> dict[str, list[str]]:
    runs = [unit for unit in dict.fromkeys(query.core) if slips.may_have_slipped(unit)][: plan.MAX_PARTS]
    if len(runs) > 1 or query.filters != Filters():
        # Of several, those that stand somewhere are right; one alone was looked for everywhere just now.
        known = await search.newest(conn, [Lookup(tuple((token,) for token in unit.tokens), 1) for unit in runs])
        runs = [unit for unit, posts in zip(runs, known, strict=True) if not posts]
    found = {unit.text: await _meant_run(conn, unit, query) for unit in runs[:1]}
    return {run: [meant] for run, meant in found.items() if meant}


async def _meant_run(conn: Connection, unit: Unit, query: Query) -> str | None:
    ways = slips.respellings(unit.text)
    having = plan.filter_clauses(query.filters)
    lookups = [Lookup(way.clauses(), MAX_READ, having=having) for way in ways]
    documents = _in_turn(await search.newest(conn, lookups))[:MAX_READ]
    posts = await search.tokens(conn, documents) if documents else []
    fields = [(post.title, post.labels, post.body if len(unit.text) >= slips.MIN_IN_TEXT else "") for post in posts]
    return slips.likeliest(ways, list(map("|".join, fields)))


def _in_turn(lists: Sequence[Sequence[int]]) -> list[int]:
    """The first of each list, then the second of each."""
    turns = chain.from_iterable(zip_longest(*lists))
    return list(dict.fromkeys(document for document in turns if document is not None))

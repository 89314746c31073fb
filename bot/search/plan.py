"""Which lists of posts a query asks the index for: all of what was typed first, parts of it when no post has it all."""

from collections.abc import Sequence

from bot.domain.lookup import Clauses, Lookup
from bot.search.document import EVERY_POST, category_token, tag_token
from bot.search.filters import Filters
from bot.search.query import Query
from bot.search.question import little_words
from bot.search.tokens import Kind
from bot.search.units import Join, Unit, as_begun, cjk_unit, is_short_number, may_go_on

# Enough to rank; a reader who turns twelve pages needs another query.
LIST_LIMIT = 60
# Beyond it a token is simply common.
TOKEN_LIMIT = 400
# Conditions of one lookup, and lists for parts of a query: more cost time and say nothing new.
MAX_CLAUSES = 24
MAX_PARTS = 12
# A title is seldom typed with a word too many when it is this long.
MAX_TITLE_UNITS = 6
# One letter begins too many words; two too many for whole texts, where they would cost 100 ms and say nothing.
MIN_PREFIX = 2
MIN_PREFIX_ANYWHERE = 3
# Four characters in a row are rarely chance.
WINDOW = 4
MAX_TOPICS = 6


def widest(query: Query) -> Lookup | None:
    """Posts that hold all of the query, in any form of its words; no list of `narrower` has a post beyond these.

    None when there is nothing to look for. One more than the limit is asked for, to see whether the list is whole.
    """
    having = filter_clauses(query.filters)
    clauses = _clauses(query.core, query.core_joins)
    if not clauses:
        is_asked = having or query.filters.after or query.filters.before
        return Lookup(having or ((EVERY_POST,),), LIST_LIMIT + 1) if is_asked else None
    return Lookup(_loosened(query.core, query.core_joins, clauses, MIN_PREFIX_ANYWHERE), LIST_LIMIT + 1, having=having)


def leaves_prefix_out(query: Query) -> bool:
    """Whether the query ends in a prefix too short for `widest`, so that titles must be looked at besides."""
    return may_go_on(query.core) and MIN_PREFIX <= len(query.core[-1].text) < MIN_PREFIX_ANYWHERE


def begun_anywhere(query: Query) -> Lookup | None:
    """For two letters that no title begins with and that are no word: posts that hold a word they begin.

    None for any other query. It costs what `MIN_PREFIX_ANYWHERE` says, so it is asked only when nothing else is found.
    """
    if len(query.core) != 1 or not leaves_prefix_out(query):
        return None
    loose = _loosened(query.core, query.core_joins, _clauses(query.core, query.core_joins), MIN_PREFIX)
    return Lookup(loose, LIST_LIMIT + 1, having=filter_clauses(query.filters))


def titles(query: Query) -> list[Lookup]:
    """Posts whose titles hold all of the query: its words, then any forms and beginnings of them."""
    having = filter_clauses(query.filters)
    core = _clauses(query.core, query.core_joins)
    asked = (core, _loosened(query.core, query.core_joins, core, MIN_PREFIX))
    return list(dict.fromkeys(Lookup(clauses, LIST_LIMIT, title_only=True, having=having) for clauses in asked))


def narrower(query: Query) -> list[Lookup]:
    """The best of a long list, best first: titles, compounds, exact words; the question as typed in a title.

    Nothing for a query without words.
    """
    if not query.core:
        return []
    having = filter_clauses(query.filters)
    lookups = titles(query)
    if whole := compounds(query.core, query.core_joins):
        lookups.append(Lookup((whole,), LIST_LIMIT, having=having))
    lookups.append(exact(query, LIST_LIMIT))
    if query.units != query.core:
        lookups.append(Lookup(_clauses(query.units, query.joins), LIST_LIMIT, title_only=True, having=having))
    return lookups


def nearly_titles(query: Query) -> list[Lookup]:
    """Posts whose titles hold all of the query but one unit: a word too many, as in a title with `pdf` after it."""
    having = filter_clauses(query.filters)
    few = len(telling_units(query)) <= MAX_TITLE_UNITS
    return [Lookup(clauses, LIST_LIMIT, title_only=True, having=having) for clauses in _all_but_one(query) if few]


def exact(query: Query, limit: int) -> Lookup:
    """Posts that hold all of the query as typed."""
    return Lookup(_clauses(query.core, query.core_joins), limit, having=filter_clauses(query.filters))


def parts(query: Query) -> list[Lookup]:
    """For a query that no post holds whole: each token, four characters in a row, all units but one."""
    having = filter_clauses(query.filters)
    tokens = _thinned(_telling(query), MAX_PARTS)
    asked: list[tuple[Clauses, int]] = [((clause,), TOKEN_LIMIT) for clause in tokens]
    windows = [unit for unit in pieces_of(query.core) if unit not in query.core]
    asked += [(tuple((token,) for token in unit.tokens), LIST_LIMIT) for unit in windows[:MAX_PARTS]]
    asked += [(clauses, LIST_LIMIT) for clauses in _all_but_one(query)]
    return list(dict.fromkeys(Lookup(clauses, limit, having=having) for clauses, limit in asked))


def is_telling(lookup: Lookup) -> bool:
    """Whether posts of a part of a query say something of what was asked: numbers such as 7 and 45 do not."""
    return not all(is_short_number(clause[0]) for clause in lookup.clauses)


def pieces_of(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The units with long runs cut into overlapping windows of four characters, of which a post may hold some."""
    pieces: list[Unit] = []
    for unit in units:
        if unit.kind is Kind.CJK and len(unit.text) > WINDOW:
            starts = [*range(0, len(unit.text) - WINDOW, 2), len(unit.text) - WINDOW]
            pieces += [cjk_unit(unit.text[start : start + WINDOW]) for start in starts]
        else:
            pieces.append(unit)
    return tuple(pieces)


def telling_parts(title: Sequence[str], topics: Sequence[str]) -> tuple[list[Lookup], list[Lookup]]:
    """What tells what a post is about, each in a list of its own: words in titles; words and topics anywhere."""
    words = _thinned(tuple((word,) for word in title), MAX_PARTS)
    tokens = (*words, *((topic,) for topic in topics[:MAX_TOPICS]))
    return (
        [Lookup((word,), LIST_LIMIT, title_only=True) for word in words],
        [Lookup((token,), TOKEN_LIMIT) for token in tokens],
    )


def telling_units(query: Query) -> tuple[Unit, ...]:
    """The units without those that only hold a sentence together; all when there are no others."""
    little = little_words(query.core, query.core_joins)
    return tuple(unit for number, unit in enumerate(query.core) if number not in little) or query.core


def _telling(query: Query) -> Clauses:
    little = little_words(query.core, query.core_joins)
    words = {query.core[number].text for number in little}
    clauses = _clauses(query.core, query.core_joins, thin=False)
    return tuple(clause for clause in clauses if clause[0] not in words) or clauses


def filter_clauses(filters: Filters) -> Clauses:
    """What the categories and tags of a query ask of every post."""
    categories = (tuple(map(category_token, keys)) for keys in filters.categories)
    return (*categories, *(tuple(map(tag_token, keys)) for keys in filters.tags))


def compounds(units: tuple[Unit, ...], joins: tuple[Join, ...]) -> tuple[str, ...]:
    """The query written as one word, and compounds that were typed whole within it."""
    typed = [join for join in joins if join.typed]
    longest = [
        join
        for join in typed
        if not any(other is not join and other.start <= join.start and join.end <= other.end for other in typed)
    ]
    whole = [join for join in joins if join.end - join.start == len(units)]
    return tuple(dict.fromkeys(join.token for join in (*whole, *longest)))


def plurals(word: str) -> tuple[str, ...]:
    """The other number of an English noun: what it may be, not what it must be."""
    if not (word.isascii() and word.isalpha() and len(word) > 2):
        return ()
    if word.endswith("ies") and len(word) > 4:
        return (word[:-3] + "y",)
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return (word[:-2], word[:-1])
    if word.endswith("s") and not word.endswith("ss"):
        return (word[:-1],)
    if word.endswith(("ss", "x", "z", "ch", "sh")):
        return (word + "es",)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies",)
    return (word + "s",)


def _clauses(units: tuple[Unit, ...], joins: tuple[Join, ...], *, thin: bool = True) -> Clauses:
    """What every post must hold; a word may stand in it alone or in a compound.

    A lone CJK character beside other units is no condition: it says little, and costs much to look up. Nor is one
    letter at the end: it is the beginning of a word yet to be typed.
    """
    clauses: list[tuple[str, ...]] = []
    only_singles = all(unit.is_single for unit in units)
    if len(units) > 1 and may_go_on(units) and len(units[-1].text) < MIN_PREFIX:
        units = units[:-1]
    for number, unit in enumerate(units):
        if unit.is_single:
            clauses += [(unit.text + "*",)] if only_singles else []
        elif unit.kind is Kind.CJK:
            clauses += [(token,) for token in unit.tokens]
        else:
            compound = (join.token for join in joins if join.start <= number < join.end)
            clauses.append((unit.text, *unit.equals, *compound))
    unique = tuple(dict.fromkeys(clauses))
    return _thinned(unique, MAX_CLAUSES) if thin else unique


def _loosened(units: tuple[Unit, ...], joins: tuple[Join, ...], clauses: Clauses, min_prefix: int) -> Clauses:
    """`clauses` with words in the other number, and the last one as the beginning of a word."""
    words = {unit.text for unit in units if unit.kind is Kind.CHAIN}
    unfinished = {join.token for join in joins if join.end == len(units)}
    if may_go_on(units):
        unfinished.add(units[-1].text)
    loose = []
    for clause in clauses:
        begun = (as_begun(token) + "*" for token in clause if token in unfinished and len(token) >= min_prefix)
        loose.append((*begun, *clause, *plurals(clause[0])) if clause[0] in words else clause)
    return tuple(loose)


def _all_but_one(query: Query) -> list[Clauses]:
    units = telling_units(query)
    if not 2 < len(units) <= MAX_PARTS:
        return []
    without = ((*units[:left_out], *units[left_out + 1 :]) for left_out in range(len(units)))
    return [clauses for rest in without if (clauses := _clauses(rest, ()))]


def _thinned(clauses: Clauses, limit: int) -> Clauses:
    """At most `limit` of the clauses, evenly spaced."""
    if len(clauses) <= limit:
        return clauses
    return tuple(clauses[index * len(clauses) // limit] for index in range(limit))

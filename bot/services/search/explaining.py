"""Found posts as results: why each was found, marked in its text and its title, else told where."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.message import Text
from bot.search.query import Query
from bot.search.snippet import marked, names, snippet
from bot.services.readers.browsing import Card
from bot.services.search.matching import Match
from bot.storage.engine import Connection
from bot.storage.index import search as index
from bot.storage.index import search_cards
from bot.storage.index.search_cards import FoundRow


@dataclass(frozen=True, slots=True)
class Where:
    """What holds the query when neither title nor text show it.

    `kind` is tag or category (`name` is its name), file (its path), name (another name of the post), or source: an
    address, a parameter, or what stands far down.
    """

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A found post; `snippet` has what was looked for in bold, `title` underlined; `where` is None when either does."""

    post_id: int
    path: str
    card: Card
    snippet: Text
    title: Text
    where: Where | None = None


async def results(
    conn: Connection, language: str, match: Match, rows: Sequence[FoundRow], cards: Mapping[int, Card]
) -> tuple[Result, ...]:
    """The posts of a page of what a query found, in their order."""
    query = match.query
    beginnings = await index.texts(conn, [row.id for row in rows]) if rows else {}
    shown = {
        row.id: (_snippet(row, beginnings.get(row.id, ""), query), marked(row.title, query, "underline"))
        for row in rows
    }
    hidden = [row for row in rows if query.core and not any(text.entities for text in shown[row.id])]
    where = await _places(conn, language, match, hidden) if hidden else {}
    return tuple(Result(row.id, row.path, cards[row.id], *shown[row.id], where.get(row.id)) for row in rows)


def _snippet(row: FoundRow, beginning: str, query: Query) -> Text:
    """Where the text matches; of a post whose title says it all what cards say of it."""
    if row.excerpt and names(row.title, query):
        return snippet(row.excerpt, query, from_start=True)
    return snippet(beginning, query)


async def _places(conn: Connection, language: str, match: Match, rows: Collection[FoundRow]) -> dict[int, Where]:
    topics: dict[int, list[Where]] = {}
    for post_id, kind, name in await search_cards.topic_names(conn, language, [row.id for row in rows]):
        topics.setdefault(post_id, []).append(Where(kind, name))
    titles = {found.candidate.post_id: found.candidate.title for found in match.found}
    return {row.id: _place(match.query, row, topics.get(row.id, []), titles.get(row.id, "")) for row in rows}


def _place(query: Query, row: FoundRow, topics: Sequence[Where], title_tokens: str) -> Where:
    named = (*topics, Where("file", row.path))
    found = next((one for one in named if marked(one.name, query, "bold").entities), None)
    if found:
        return found
    in_title = any(f" {token} " in title_tokens for unit in query.core for token in unit.tokens)
    return Where("name" if in_title else "source")

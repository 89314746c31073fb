"""What looks tokens up, in the languages of both databases, and the numbers that documents have in the index."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.domain.lookup import Clauses, Lookup

# posts.id has 31 bits: a document's number is its day, then its post.
_POST_BITS = 31


_SQLITE_LIST = """SELECT {n} AS n, id FROM (
    SELECT rowid AS id FROM search_index WHERE search_index MATCH :q{n} AND {range} ORDER BY rowid DESC LIMIT :l{n})"""
# The fence keeps PostgreSQL from walking all posts, newest first, in search of a rare word.
_POSTGRESQL_LIST = """SELECT {n} AS n, id FROM (SELECT id FROM (
    SELECT id FROM search_doc WHERE {holds} AND {range} OFFSET 0
    ) AS found{n} ORDER BY id DESC LIMIT :l{n}) AS list{n}"""
_TITLE = "CAST(title_tok AS tsvector)"
_ALL = "CAST(title_tok || labels_tok || body_tok AS tsvector)"


def document_id(day: date, post_id: int) -> int:
    """The number of a post in the index: it grows with the day, and within a day with the post's own number."""
    return day.toordinal() << _POST_BITS | post_id


def post_of(document: int) -> int:
    """The post's own number in its number in the index."""
    return document & ((1 << _POST_BITS) - 1)


def lists(
    dialect: str, lookups: Sequence[Lookup], after: date | None, before: date | None
) -> tuple[str, dict[str, object]]:
    """One statement for all lookups; its rows are the number of the lookup and a document."""
    column = "rowid" if dialect == "sqlite" else "id"
    parameters: dict[str, object] = {}
    conditions = []
    for name, sign, day in (("low", ">=", after), ("high", "<", before)):
        if day:
            conditions.append(f"{column} {sign} :{name}")
            parameters[name] = document_id(day, 0)
    within = " AND ".join(conditions) or "TRUE"
    statements = []
    for n, lookup in enumerate(lookups):
        parameters[f"l{n}"] = lookup.limit
        if dialect == "sqlite":
            parameters[f"q{n}"] = _fts_match(lookup)
            statements.append(_SQLITE_LIST.format(n=n, range=within))
        else:
            holds, queries = _tsqueries(lookup, n)
            parameters |= queries
            statements.append(_POSTGRESQL_LIST.format(n=n, holds=holds, range=within))
    return " UNION ALL ".join(statements), parameters


def _fts_match(lookup: Lookup) -> str:
    """FTS5's language; every token is quoted, so that none is an operator."""

    def written(token: str) -> str:
        return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'

    def conjunction(clauses: Clauses) -> str:
        return _conjunction(clauses, written, either=" OR ", both=" AND ")

    if lookup.title_only:
        wanted = f"({{title_tok}} : ({conjunction(lookup.clauses)}))"
        wanted += f" AND {conjunction(lookup.having)}" if lookup.having else ""
    else:
        wanted = conjunction(lookup.clauses + lookup.having)
    unwanted = " OR ".join(f"({' AND '.join(map(written, tokens))})" for tokens in lookup.without)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _tsqueries(lookup: Lookup, n: int) -> tuple[str, dict[str, object]]:
    """The condition in PostgreSQL, and its parameters; every token is quoted."""

    def written(token: str) -> str:
        return f"'{token[:-1]}':*" if token.endswith("*") else f"'{token}'"

    def conjunction(clauses: Clauses) -> str:
        return _conjunction(clauses, written, either=" | ", both=" & ")

    unwanted = "".join(f" & !({' & '.join(map(written, tokens))})" for tokens in lookup.without)
    if not lookup.title_only:
        return f"{_ALL} @@ CAST(:q{n} AS tsquery)", {f"q{n}": conjunction(lookup.clauses + lookup.having) + unwanted}
    holds, parameters = f"{_TITLE} @@ CAST(:q{n} AS tsquery)", {f"q{n}": conjunction(lookup.clauses)}
    if lookup.having or unwanted:
        holds += f" AND {_ALL} @@ CAST(:h{n} AS tsquery)"
        # What is unwanted alone would be looked for in every post.
        parameters[f"h{n}"] = conjunction(lookup.having or lookup.clauses) + unwanted
    return holds, dict(parameters)


def _conjunction(clauses: Clauses, written: Callable[[str], str], *, either: str, both: str) -> str:
    return both.join(f"({either.join(map(written, clause))})" for clause in clauses)

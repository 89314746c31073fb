"""`heliograph search` and `heliograph reindex`."""

import asyncio
import json as json_module
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from bot.domain.message import Text
    from bot.services.searching import SearchView

Asked: TypeAlias = tuple[object, str]
"""What a query is called by its asker, and the query."""


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")] = "",
    queries: Annotated[
        Path | None,
        typer.Option("--queries", help="Answer a file of JSON lines with `id` and `q`; - for standard input."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=60, help="How many results at most.")] = 10,
) -> None:
    """Search the posts on the shelf, best first.

    With --json, and for each line of --queries, the answer is `{"id", "results": [paths of posts], "ms"}`.
    """
    if queries is not None:
        asyncio.run(_answer(_read(queries), limit))
    elif not query.strip():
        raise typer.BadParameter("say what to look for, or name a file with --queries")
    elif json:
        asyncio.run(_answer([(None, query)], limit))
    else:
        asyncio.run(_show(query, limit))


def reindex() -> None:
    """Make the search index anew from the posts on the shelf; the bot may go on running."""
    from bot.app import open_database_of
    from bot.services.reindexing import reindex as make_anew
    from bot.settings import load

    def tell(done: int, total: int) -> None:
        print(f"{done} of {total} posts", file=sys.stderr)

    async def work() -> int:
        async with open_database_of(load()) as db:
            return await make_anew(db, tell)

    number = asyncio.run(work())
    print(f"{number} {'post' if number == 1 else 'posts'} indexed.")


def _read(file: Path) -> Iterator[Asked]:
    """The queries of a file; a line that is none is named on standard error, and the others go on."""
    try:
        lines = (sys.stdin if str(file) == "-" else file.open(encoding="utf-8")).readlines()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = json_module.loads(line)
            yield asked["id"], str(asked["q"])
        except (ValueError, KeyError, TypeError):
            print(f'{file}:{number}: no query; write {{"id": "1", "q": "words"}}', file=sys.stderr)


async def _answer(asked: Iterable[Asked], limit: int) -> None:
    from bot.app import open_database_of
    from bot.services.searching import paths
    from bot.settings import load

    settings = load()
    async with open_database_of(settings) as db:
        for name, query in asked:
            start = perf_counter()
            found = await paths(db, query, limit=limit, zone=settings.zone)
            ms = round((perf_counter() - start) * 1000, 2)
            line = json_module.dumps({"id": name, "results": found, "ms": ms}, ensure_ascii=False)
            # An id may hold half a character, which JSON can write and UTF-8 cannot.
            sys.stdout.buffer.write(line.encode(errors="backslashreplace") + b"\n")
    sys.stdout.flush()


async def _show(query: str, limit: int) -> None:
    from bot.app import open_database_of
    from bot.services.searching import search as find
    from bot.settings import load

    settings = load()
    async with open_database_of(settings) as db:
        view = await find(db, query, language=settings.language, size=limit, zone=settings.zone)
    for value in view.unread:
        print(f"{value} is no date; write after:2025-06 or before:2025-06-30.")
    if view.query or view.filters or not view.unread:
        print(_headline(view))
    for number, result in enumerate(view.results, 1):
        facts = (result.card.category, f"{result.card.date:%Y-%m-%d}", result.path)
        print(f"\n{number}. {result.card.title}")
        print(f"   {' · '.join(filter(None, facts))}")
        print(f"   {_marked(result.snippet)}")


def _headline(view: "SearchView") -> str:
    if view.is_too_slow:
        return "This search takes too long: use fewer or rarer words."
    asked = " · ".join(filter(None, (view.query, *(f"{one.kind} {one.value}" for one in view.filters))))
    if not view.total:
        nearest = f" Known words like it: {', '.join(view.nearest)}." if view.nearest else ""
        return f"Nothing for “{asked}”.{nearest}"
    number = f"{view.total}{'+' if view.is_capped else ''} {'post' if view.total == 1 else 'posts'}"
    if view.corrected:
        return f"Nothing for “{asked}”; {view.corrected} instead: {number}"
    if view.is_partial:
        return f"Nothing holds all of “{asked}”; {number} come{'s' if view.total == 1 else ''} closest"
    return f"{asked}: {number}" if asked else number


def _marked(text: "Text") -> str:
    """Matches between asterisks; offsets are in UTF-16 units."""
    units = text.text.encode("utf-16-le", errors="replace")
    pieces, position = [], 0
    for entity in text.entities:
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        pieces += [units[position:start], "*".encode("utf-16-le"), units[start:end], "*".encode("utf-16-le")]
        position = end
    return b"".join([*pieces, units[position:]]).decode("utf-16-le")

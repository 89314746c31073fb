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
    from bot.services.search.searching import SearchView

MAX_RESULTS = 60

_WHERE = {
    "tag": "found in the tag {name}",
    "category": "found in the category {name}",
    "file": "found in the file name {name}",
    "name": "found in another name of the post",
    "source": "found in a link, or further down in the post",
}

Asked: TypeAlias = tuple[object, str]
"""What a query is called by its asker, and the query."""


def _within(limit: int) -> int:
    if not 1 <= limit <= MAX_RESULTS:
        raise typer.BadParameter(f"write a number from 1 to {MAX_RESULTS}")
    return limit


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")] = "",
    queries: Annotated[
        Path | None,
        typer.Option("--queries", help="Answer a file of JSON lines with `id` and `q`; - for standard input."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", callback=_within, help=f"How many results at most, 1 to {MAX_RESULTS}.")
    ] = 10,
) -> None:
    """Search the posts on the shelf, best first.

    With --json, and for each line of --queries, the answer is `{"id", "results": [paths of posts], "ms"}`. A line
    that is no query makes the exit code 1; the others are answered.
    """
    if queries is not None:
        if query.strip():
            raise typer.BadParameter("give words, or a file with --queries, not both")
        asked, faults = _read(queries)
        asyncio.run(_answer(asked, limit))
        if faults:
            raise typer.Exit(1)
    elif not query.strip():
        raise typer.BadParameter("say what to look for, or name a file with --queries")
    elif json:
        asyncio.run(_answer([(None, query)], limit))
    else:
        asyncio.run(_show(query, limit))


def reindex() -> None:
    """Make the search index anew from the posts on the shelf; the bot may go on running."""
    from bot.app import open_database_of
    from bot.services.shelf.reindexing import reindex as make_anew
    from bot.settings import load

    def tell(done: int, total: int) -> None:
        print(f"{done} of {total} posts", file=sys.stderr)

    async def work() -> int:
        async with open_database_of(load()) as db:
            return await make_anew(db, tell)

    number = asyncio.run(work())
    print(f"{number} {'post' if number == 1 else 'posts'} indexed.")


def _read(file: Path) -> tuple[list[Asked], int]:
    """The queries of a file, and how many lines are none: each is named on standard error."""
    try:
        # As bytes: a line that is no text in UTF-8 is no query, and costs the others nothing.
        lines = (sys.stdin.buffer if str(file) == "-" else file.open("rb")).readlines()
    except FileNotFoundError:
        raise typer.BadParameter(f"there is no file {file}") from None
    except IsADirectoryError:
        raise typer.BadParameter(f"{file} is a folder; name a file of JSON lines") from None
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None
    queries: list[Asked] = []
    faults = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            # Editors may put a byte order mark before the first line.
            asked = json_module.loads(line.decode("utf-8-sig"))
            queries.append((asked["id"], str(asked["q"])))
        except UnicodeDecodeError:
            faults += 1
            print(f"{file}:{number}: no text in UTF-8", file=sys.stderr)
        except (ValueError, KeyError, TypeError):
            faults += 1
            print(f'{file}:{number}: no query; write {{"id": "1", "q": "words"}}', file=sys.stderr)
    return queries, faults


def _say_if_empty(posts: int) -> None:
    if not posts:
        print("No post is on the shelf yet; load the folder with `heliograph sync`.", file=sys.stderr)


async def _answer(asked: Iterable[Asked], limit: int) -> None:
    from bot.app import open_database_of
    from bot.search.query import parse
    from bot.services.search.searching import number_of_posts, paths
    from bot.services.shelf.reindexing import require_own_index
    from bot.settings import load

    settings = load()
    async with open_database_of(settings, only_reads=True) as db:
        await require_own_index(db)
        _say_if_empty(await number_of_posts(db))
        for name, query in asked:
            for value in parse(query).unread:
                print(f"{value} is no date; write after:2025-06 or before:2025-06-30.", file=sys.stderr)
            start = perf_counter()
            found = await paths(db, query, limit=limit, zone=settings.zone)
            ms = round((perf_counter() - start) * 1000, 2)
            line = json_module.dumps({"id": name, "results": found, "ms": ms}, ensure_ascii=False)
            # An id may hold half a character, which JSON can write and UTF-8 cannot.
            print(line.encode(errors="backslashreplace").decode())


async def _show(query: str, limit: int) -> None:
    from bot.app import open_database_of
    from bot.services.search.searching import number_of_posts
    from bot.services.search.searching import search as find
    from bot.services.shelf.reindexing import require_own_index
    from bot.settings import load

    settings = load()
    async with open_database_of(settings, only_reads=True) as db:
        await require_own_index(db)
        _say_if_empty(await number_of_posts(db))
        view = await find(db, query, language=settings.language, size=limit, zone=settings.zone)
    for line in _notes(view):
        print(line)
    if view.query or view.filters or not (view.unread or view.nameless):
        print(_headline(view))
    for number, result in enumerate(view.results, 1):
        facts = (result.card.category, f"{result.card.date:%Y-%m-%d}", result.path)
        print(f"\n{number}. {_marked(result.title)}")
        print(f"   {' · '.join(filter(None, facts))}")
        if result.where:
            print(f"   {_WHERE[result.where.kind].format(name=result.where.name)}")
        print(f"   {_marked(result.snippet)}")


def _notes(view: "SearchView") -> "Iterator[str]":
    """Filters that cannot be read."""
    for value in view.unread:
        yield f"{value} is no date; write after:2025-06 or before:2025-06-30."
    for value in view.nameless:
        yield f"{value} has no name; write category:NLP or tag:lora."


def _headline(view: "SearchView") -> str:
    if view.is_too_slow:
        return "This search takes too long: use fewer or rarer words."
    asked = " · ".join(filter(None, (view.query, *(f"{one.kind} {one.value}" for one in view.filters))))
    if not view.total:
        unknown = " ".join(f"There is no {one.kind} “{one.value}”." for one in view.advice.unknown)
        return (unknown or f"Nothing for “{asked}”.") + _hint(view)
    number = f"{view.total}{'+' if view.is_capped else ''} {'post' if view.total == 1 else 'posts'}"
    if view.corrected:
        return f"Nothing for “{asked}”; {view.corrected} instead: {number}"
    if view.is_partial:
        return f"Nothing holds all of “{asked}”; {number} come{'s' if view.total == 1 else ''} closest"
    return f"{asked}: {number}" if asked else number


def _hint(view: "SearchView") -> str:
    if view.leaves_no_day:
        return " These dates leave no day: “after” must be earlier than “before”."
    hints = []
    if view.advice.outside:
        hints.append(f" Without these limits: {view.advice.outside}{'+' if view.advice.is_outside_capped else ''}.")
    if view.advice.nearest:
        hints.append(f" Perhaps: {', '.join(view.advice.nearest)}.")
    return "".join(hints)


def _marked(text: "Text") -> str:
    """Matches between asterisks; offsets are in UTF-16 units."""
    units = text.text.encode("utf-16-le", errors="replace")
    pieces, position = [], 0
    for entity in text.entities:
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        pieces += [units[position:start], "*".encode("utf-16-le"), units[start:end], "*".encode("utf-16-le")]
        position = end
    return b"".join([*pieces, units[position:]]).decode("utf-16-le")

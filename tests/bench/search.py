"""Search on SQLite and PostgreSQL against FTS5 over bigrams, on a corpus and on 100,000 documents made from it.

Documents are written by the product's own way, `publishing.put`; quality is that of the queries beside the corpus, and
a made document that happens to hold a query in one piece is no wrong answer. Inputs beside it (`edge*.jsonl`) do no
harm.
`python -m tests.bench search --corpus corpus.jsonl.gz` takes half an hour or so.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from bot.domain.post import Document
from bot.services.search import searching
from bot.services.shelf import indexing, publishing
from bot.storage.engine import Database, open_database
from tests.bench._search_corpus import (
    Asked,
    Doc,
    also_right,
    documents,
    hostile,
    keystrokes,
    made,
    queries,
    score,
)
from tests.bench._search_floor import Floor

Others: TypeAlias = Mapping[str, Collection[str]]
"""For each query the made documents that are right answers too."""

LARGE = 100_000
BATCH = 200
TYPED = 70
# A query that more made documents answer names no document any more.
KNOWN = 5
NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
SERVER = os.environ.get("HELIOGRAPH_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@dataclass
class Figures:
    """What one engine did: its answers, how long each took, and what writing cost, in milliseconds."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    typed: list[float] = field(default_factory=list)
    hostile: list[float] = field(default_factory=list)
    raised: int = 0
    written: float = 0.0
    size: str = ""


def run(corpus: Path) -> list[str]:
    """The figures, a line each."""
    docs = documents(corpus)
    asked, edge = queries(corpus, docs), hostile(corpus)
    lines = [f"{len(docs)} documents, {sum(len(doc.body) for doc in docs) / 1e6:.1f}M characters, {len(asked)} queries"]
    for number in (len(docs), LARGE):
        lines.append(f"{number} documents")
        every = lambda: islice(chain(docs, made(docs, LARGE)), number)  # noqa: B023, E731 - read anew by each engine
        others = also_right(islice(made(docs, LARGE), number - len(docs)), asked)
        lines += asyncio.run(_compare(every, asked, edge, others))
    return lines


async def _compare(
    every: Callable[[], Iterable[Doc]], asked: Sequence[Asked], edge: Sequence[str], others: Others
) -> list[str]:
    figures = {"floor": _floor(every(), asked)}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        figures["SQLite"] = await _engine(f"sqlite:///{file}", every(), asked, edge)
    async with _postgres() as url:
        if url:
            figures["PostgreSQL"] = await _engine(url, every(), asked, edge)
    known = [one for one in asked if len(others.get(one.name, ())) < KNOWN]
    lines = [f"{len(known)} queries that few made documents answer too"] if len(known) < len(asked) else []
    lines += [line for name, one in figures.items() for line in _told(name, one, figures["floor"], known, others)]
    lines += _by_class(figures, known, others)
    if "PostgreSQL" in figures:
        lines.append(f"same ten results on both databases: {_agreement(figures, asked):.3f}")
    return lines


def _floor(docs: Iterable[Doc], asked: Sequence[Asked]) -> Figures:
    figures = Figures()
    with Floor() as floor:
        start = time.perf_counter()
        number = floor.write(docs)
        figures.written = (time.perf_counter() - start) * 1000 / number
        figures.size = f"{floor.size / 1e6:.0f} MB"
        for _ in range(2):
            figures.times = []
            for one in asked:
                start = time.perf_counter()
                figures.answers[one.name] = floor.search(one.text)
                figures.times.append((time.perf_counter() - start) * 1000)
        for typed in keystrokes(asked, TYPED):
            start = time.perf_counter()
            floor.search(typed)
            figures.typed.append((time.perf_counter() - start) * 1000)
    return figures


async def _engine(url: str, docs: Iterable[Doc], asked: Sequence[Asked], edge: Sequence[str]) -> Figures:
    db = await open_database(url)
    try:
        figures = Figures(written=await _write(db, docs))
        await indexing.tidy(db)
        await _settle(db)
        figures.size = await _size(db)

        async def find(query: str) -> list[str]:
            return await searching.paths(db, query, limit=10)

        # The first round warms the caches.
        for _ in range(2):
            figures.times = []
            for one in asked:
                figures.answers[one.name] = [_name(path) for path in await _timed(figures.times, find(one.text))]
        for typed in keystrokes(asked, TYPED):
            await _timed(figures.typed, find(typed))
        for text_ in edge:
            try:
                await _timed(figures.hostile, find(text_))
            except Exception:  # noqa: BLE001 - what raises is what is counted
                figures.raised += 1
        return figures
    finally:
        await db.close()


async def _timed(times: list[float], work: Awaitable[list[str]]) -> list[str]:
    start = time.perf_counter()
    found = await work
    times.append((time.perf_counter() - start) * 1000)
    return found


async def _write(db: Database, docs: Iterable[Doc]) -> float:
    """Shelve and index every document; gives the milliseconds in which each held the transaction."""
    held, number = 0.0, 0
    source = iter(docs)
    while batch := [
        publishing.prepare(_document(doc), slug=doc.name, language="zh", now=NOW, first_seen=NOW, indexed=True)
        for doc in islice(source, BATCH)
    ]:
        start = time.perf_counter()
        async with db.write() as conn:
            await publishing.put(conn, batch, now=NOW, indexer=indexing)
        held += time.perf_counter() - start
        number += len(batch)
    return held * 1000 / max(number, 1)


def _document(doc: Doc) -> Document:
    return Document(
        path=f"{doc.name}.md", slug=doc.name, body=doc.body, body_line=1, content_hash="0" * 64, title=doc.title,
        tags=doc.tags, date=NOW,
    )  # fmt: skip


def _name(path: str) -> str:
    return path.removesuffix(".md")


async def _settle(db: Database) -> None:
    """What PostgreSQL does by itself after a while."""
    if db.dialect == "postgresql":
        async with db.session() as conn:
            await conn.execute(text("VACUUM ANALYZE"))


async def _size(db: Database) -> str:
    """The index: tokens, lists of tokens, words and beginnings of texts."""
    tables = "'search_doc', 'search_text', 'search_term'"
    query = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%search!_%' ESCAPE '!'",
        "postgresql": f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ({tables})",
    }
    async with db.read() as conn:
        try:
            size = (await conn.execute(text(query[db.dialect]))).scalar_one()
        except OperationalError:
            return "unknown size"
    return f"{float(size) / 1e6:.0f} MB"


@asynccontextmanager
async def _postgres() -> AsyncIterator[str]:
    """A database of the bench's own, dropped after; an empty address where no server answers."""
    admin = create_engine(
        make_url(SERVER).set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    name = f"heliograph_bench_{uuid4().hex}"
    try:
        with admin.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        yield ""
        return
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as conn:
            conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _told(name: str, one: Figures, floor: Figures, asked: Sequence[Asked], others: Others) -> list[str]:
    got = score(asked, one.answers, others)
    lines = [f"{name:10} s@1 {got.first:.3f}  s@5 {got.five:.3f}  mrr {got.mrr:.3f}  none {got.none:.3f}"]
    for what, times, base in (("a query", one.times, floor.times), ("a keystroke", one.typed, floor.typed)):
        half, most = _percentiles(times)
        base_half, base_most = _percentiles(base)
        ratio = "" if one is floor else f"  ({half / base_half:.2f} and {most / base_most:.2f} of the floor)"
        lines.append(f"{name:10} {what}: p50 {half:.2f} ms, p95 {most:.2f} ms, max {max(times):.1f} ms{ratio}")
    if one.hostile or one.raised:
        slowest = max(one.hostile, default=0.0)
        lines.append(
            f"{name:10} hostile inputs: {len(one.hostile)} answered, {one.raised} raised, max {slowest:.1f} ms"
        )
    lines.append(f"{name:10} index {one.size}, write {one.written:.1f} ms a post")
    return lines


def _by_class(figures: Mapping[str, Figures], asked: Sequence[Asked], others: Others) -> list[str]:
    lines = ["by class: s@1 s@5 mrr none"]
    for kind in dict.fromkeys(one.kind for one in asked):
        some = [one for one in asked if one.kind == kind]
        scores = {name: score(some, one.answers, others) for name, one in figures.items()}
        shown = "   ".join(
            f"{name} {got.first:.2f} {got.five:.2f} {got.mrr:.2f} {got.none:.2f}" for name, got in scores.items()
        )
        lines.append(f"{kind:14} n {len(some):4}   {shown}")
    return lines


def _agreement(figures: Mapping[str, Figures], asked: Sequence[Asked]) -> float:
    left, right = figures["SQLite"].answers, figures["PostgreSQL"].answers
    return sum(left[one.name] == right[one.name] for one in asked) / max(len(asked), 1)


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)]

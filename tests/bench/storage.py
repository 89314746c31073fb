"""The shelf against its floors in one run: lists against bare Core, a rescan against a walk, the write lock held.

`python -m tests.bench.storage` prints the figures; they are never asserted.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.post import category_key, post_key
from bot.services.readers import browsing
from bot.services.shelf import indexing, syncing
from bot.services.shelf.sync_report import SyncReport
from bot.storage.engine import Database, open_database
from bot.storage.tables import counters, post_topics, posts, topics

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
POSTS, TOPICS, FILES, ROUNDS = 100_000, 20, 10_000, 300
PARAGRAPH = "A gradient checkpoint keeps some activations and computes the others anew. 用算力换显存。\n\n"


def run() -> list[str]:
    """The figures, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        return [*asyncio.run(_lists(Path(folder))), *asyncio.run(_folder(Path(folder)))]


async def _lists(folder: Path) -> list[str]:
    file = folder / "lists.db"
    database = await open_database(f"sqlite:///{file}")
    await _fill(database)
    stock = create_async_engine(f"sqlite+aiosqlite:///{file}")
    bare = (
        select(
            posts.c.key, posts.c.title, posts.c.excerpt, posts.c.date, posts.c.reading_minutes, posts.c.language,
            posts.c.weight, topics.c.name, topics.c.key,
        )
        .select_from(posts.outerjoin(topics, topics.c.id == posts.c.category_id))
        .where(posts.c.shown_en)
        .order_by(posts.c.weight.desc(), posts.c.date.desc(), posts.c.id.desc())
        .limit(5)
    )  # fmt: skip

    async def core() -> None:
        async with stock.connect() as connection:
            assert len((await connection.execute(bare)).all()) == 5

    key = category_key("topic 7")
    cases: dict[str, Callable[[], Awaitable[object]]] = {
        "latest five": lambda: browsing.latest(database, language="en"),
        "a category's first five": lambda: browsing.category(database, key, language="en"),
        "all categories": lambda: browsing.categories(database, language="en"),
        "a post": lambda: browsing.post(database, post_key("post-500"), language="en"),
        "a random post": lambda: browsing.random_post(database, language="en"),
    }
    lines = []
    for name, case in cases.items():
        taken, floor = await _compare(case, core)
        lines.append(f"{name}, {POSTS:,} posts: {taken / floor:.2f} x bare Core's latest five ({taken * 1e3:.2f} ms)")
    await stock.dispose()
    await database.close()
    return lines


async def _compare(
    case: Callable[[], Awaitable[object]], floor: Callable[[], Awaitable[object]]
) -> tuple[float, float]:
    """Medians of both, taken in turns, so that a busy machine slows both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for one, kept in zip((case, floor), times, strict=True):
            started = time.perf_counter()
            await one()
            kept.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


async def _fill(database: Database) -> None:
    rows = [_row(number) for number in range(1, POSTS + 1)]
    async with database.write() as connection:
        names = [f"Topic {number}" for number in range(1, TOPICS + 1)]
        each = POSTS // TOPICS
        await connection.execute(
            insert(topics),
            [
                {"kind": "category", "key": category_key(name.lower()), "path": name.lower(), "name": name}
                | {"count_zh": each, "count_en": each}
                for name in names
            ],
        )
        await connection.execute(insert(posts), rows)
        await connection.execute(
            insert(post_topics),
            [
                {"post_id": number, "topic_id": row["category_id"], "direct": True, "position": 0, "spelling": "x"}
                | {name: row[name] for name in ("shown_zh", "shown_en", "weight", "date")}
                for number, row in enumerate(rows, 1)
            ],
        )
        await connection.execute(
            insert(counters), [{"name": f"shown_{reader}", "value": POSTS} for reader in ("zh", "en")]
        )


def _row(number: int) -> dict[str, Any]:
    slug = f"post-{number}"
    return {
        "key": post_key(slug), "slug": slug, "slug_written": False, "language": "en", "state": "published",
        "path": f"{slug}.md", "content_hash": str(number), "title": f"Post {number}", "excerpt": PARAGRAPH * 3,
        "date": NOW - timedelta(minutes=number * 7919 % POSTS), "publish_at": NOW, "weight": 0,
        "category_id": number % TOPICS + 1, "reading_minutes": 3, "has_formulas": False, "has_tables": False,
        "shown_zh": True, "shown_en": True, "first_seen": NOW, "other_names": [], "extra": {}, "body": PARAGRAPH * 10,
    }  # fmt: skip


async def _folder(folder: Path) -> list[str]:
    root = folder / "content"
    for number in range(FILES):
        file = root / f"part-{number % 50}" / f"post-{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        head = f"---\ntitle: Post {number}\ndate: 2026-01-01T00:00Z\ntags: [tag {number % 40}]\n---\n\n"
        file.write_text(head + f"Words of {number}. " + PARAGRAPH * 8)
    database = await open_database(f"sqlite:///{folder / 'folder.db'}")
    held = _watch_write_lock()

    async def sync(**options: Any) -> SyncReport:
        return await syncing.sync(database, root, now=NOW, zone=ZoneInfo("UTC"), language="en", **options)

    started = time.perf_counter()
    report = await sync()
    seconds = time.perf_counter() - started
    assert len(report.added) == FILES
    batches = sorted(held)
    lines = [
        f"first load of {FILES:,} files: {FILES / seconds:,.0f} files/s; write lock held {_spread(batches)}",
    ]
    rescan, walk = await _compare_rescan(sync, root)
    lines.append(f"rescan of {FILES:,} unchanged files: {rescan / walk:.2f} x a stat walk ({rescan * 1e3:.0f} ms)")
    edit = await _edit(sync, root)
    lines.append(f"an edit among {FILES:,} files: visible after {edit * 1e3:.0f} ms, {edit / walk:.1f} x a stat walk")
    held.clear()
    touched = [root / f"part-{number % 50}" / f"post-{number}.md" for number in range(1000)]
    for file in touched:
        file.write_text(file.read_text() + "\nMore.\n")
    await sync(indexer=indexing)
    lines.append(f"1,000 edits with the search index: write lock held {_spread(sorted(held))}")
    await database.close()
    return lines


async def _compare_rescan(sync: Callable[[], Awaitable[Any]], root: Path) -> tuple[float, float]:
    rescans, walks = [], []
    for _ in range(15):
        started = time.perf_counter()
        assert (await sync()).unchanged == FILES
        rescans.append(time.perf_counter() - started)
        started = time.perf_counter()
        assert _walk(root) == FILES
        walks.append(time.perf_counter() - started)
    return statistics.median(rescans), statistics.median(walks)


def _walk(root: Path) -> int:
    """The floor: every file's facts, and nothing done with them."""
    # Path would cost more than the walk.
    return sum(
        1
        for top, _, names in os.walk(root)
        for name in names
        if os.stat(os.path.join(top, name)).st_size  # noqa: PTH116, PTH118
    )


async def _edit(sync: Callable[[], Awaitable[Any]], root: Path) -> float:
    times = []
    for number in range(9):
        file = root / "part-3" / "post-3.md"
        file.write_text(file.read_text() + f"\nEdit {number}.\n")
        started = time.perf_counter()
        assert (await sync()).changed == ("part-3/post-3.md",)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _watch_write_lock() -> list[float]:
    """Seconds between BEGIN IMMEDIATE and the end of its COMMIT, one number a transaction."""
    held: list[float] = []
    began: list[float] = []

    @event.listens_for(Engine, "after_cursor_execute")
    def begin(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            began.append(time.perf_counter())

    @event.listens_for(Engine, "checkin")
    def end(_connection: Any, _record: Any) -> None:
        if began:
            held.append(time.perf_counter() - began.pop())

    return held


def _spread(seconds: list[float]) -> str:
    middle, late = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    return f"{middle * 1e3:.0f} ms (99 %: {late * 1e3:.0f} ms, at most {seconds[-1] * 1e3:.0f} ms)"


if __name__ == "__main__":
    sys.stdout.write("\n".join(run()) + "\n")

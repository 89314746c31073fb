"""One publication with 100,000 posts and 1,000,000 subscribers, on SQLite and on PostgreSQL: time, memory, disk.

Some thousand posts are files made of the sample posts' paragraphs and loaded as the program loads them; their rows,
those of the search index too, are then copied under other names until there are enough. All of them count as news once,
as after years of publishing. Each phase is a process of its own, so that its memory is its own. The queue is drained by
the whole sender, in front of a server that is 80 ms away, for ten seconds at each of two speeds.
`HELIOGRAPH_BENCH_POSTS` and `HELIOGRAPH_BENCH_PEOPLE` set other numbers; `HELIOGRAPH_TEST_POSTGRES_URL` names another
PostgreSQL server than that of 127.0.0.1:5432.
"""

import asyncio
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry
from sqlalchemy import (
    NullPool,
    String,
    Table,
    case,
    cast,
    create_engine,
    insert,
    literal,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError

from bot.app.parts import make_courier, make_pacer
from bot.chat.transport.wire import make_bot
from bot.cli.collecting import spare_what_is_loaded
from bot.domain.post import State as PostState
from bot.domain.standing import Push
from bot.services.readers import browsing
from bot.services.search import searching
from bot.services.shelf import indexing, syncing
from bot.settings import Settings
from bot.storage import facts
from bot.storage.columns import Instant
from bot.storage.delivery import planning
from bot.storage.delivery.digest_tables import deliveries, slots, subscribers, subscriptions
from bot.storage.engine import Database, open_database
from bot.storage.index.search_tables import search_doc, search_term, search_text
from bot.storage.operators import overview
from bot.storage.operators import statistics as statistics_
from bot.storage.shelf import posts, visibility
from bot.storage.shelf.edition import Edition
from bot.storage.shelf.topics import Kind, Place
from bot.storage.tables import chats, files, post_topics, topics
from bot.storage.tables import posts as post_rows
from bot.web.measures import Measures
from tests.bench._send_server import send_server
from tests.conftest import own_database

POSTS = int(os.environ.get("HELIOGRAPH_BENCH_POSTS", "100000"))
LOADED = min(POSTS, 2000)
PEOPLE = int(os.environ.get("HELIOGRAPH_BENCH_PEOPLE", "1000000"))
# The share that is due together at the busiest half hour, if hours and zones are chosen as people live.
PEAK = PEOPLE * 54_445 // 1_000_000
SLOTS, ROUNDS, PARAGRAPHS = 350, 5, 6
SPEEDS = {"30/s": (28.0, 30, 280), "paid, 1,000/s": (940.0, 1000, 9400)}
"""Messages a second as set, as the server allows, and how many are sent."""
PATIENCE = 150.0
SAMPLES = Path(__file__).parents[2] / "content"
SERVER = os.environ.get("HELIOGRAPH_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)
TOKEN = "123456789:" + "A" * 35


def run() -> list[str]:
    """The figures, a line each."""
    lines = [f"{POSTS:,} posts, {PEOPLE:,} subscribers, {PEAK:,} of them due together; each phase a process of its own"]
    with tempfile.TemporaryDirectory() as home:
        root = Path(home) / "content"
        size = _write_posts(root)
        lines.append(f"a post has {size / LOADED / 1000:.1f} kB")
        lines += _on(f"sqlite:///{home}/scale.db", root)
        try:
            with _postgres() as url:
                lines += _on(url, root)
        except OperationalError:
            lines.append("no PostgreSQL server: not measured there")
    return lines


def _on(url: str, root: Path) -> list[str]:
    said: list[str] = []
    for phase in (_load, _follow, _plan, _drain, _everybody):
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        with pool:
            said += pool.submit(_phase, phase, url, root).result()
    return said


def _phase(phase: Callable[[Database, Path], Awaitable[list[str]]], url: str, root: Path) -> list[str]:
    async def opened() -> list[str]:
        db = await open_database(url)
        try:
            async with db.read() as connection:
                name, _ = await overview.engine_and_size(connection)
            return [f"{name}: {line}" for line in await phase(db, root)]
        finally:
            await db.close()

    return asyncio.run(opened())


async def _load(db: Database, root: Path) -> list[str]:
    before, began = _memory(), time.perf_counter()
    await syncing.sync(db, root, now=BEFORE, zone=ZoneInfo("UTC"), language="en", indexer=indexing)
    taken, most = time.perf_counter() - began, _memory()
    for number in range(1, POSTS // LOADED):
        await _copy(db, LOADED * number)
    await indexing.tidy(db)
    await statistics_.renew(db)
    async with db.write() as connection:
        if db.dialect == "postgresql":
            last = "SELECT setval(pg_get_serial_sequence('posts', 'id'), (SELECT max(id) FROM posts))"
            await connection.execute(text(last))
        for reader in ("zh", "en"):
            column = topics.c[f"count_{reader}"]
            await connection.execute(update(topics).values({column.name: column * (POSTS // LOADED)}))
        await connection.execute(update(search_term).values(posts=search_term.c.posts * (POSTS // LOADED)))
        # What the first load finds is news to nobody; after years, all of it was news once.
        await connection.execute(update(post_rows).values(push=Push.OPEN, visible_seq=post_rows.c.id))
        await facts.raise_counter(connection, visibility.VISIBLE_SEQ, POSTS)
    size = await _size(db)
    latest = await _median(lambda: browsing.latest(db, language="en"))
    found = await _median(lambda: searching.search(db, "gradient descent", language="en"), 30)
    return [
        f"{LOADED:,} posts loaded and indexed at {LOADED / taken:,.0f}/s, memory {before} MB + {most - before} MB",
        f"database with {POSTS:,} posts: {size}",
        f"the latest five: {latest * 1e3:.1f} ms; a search: {found * 1e3:.1f} ms",
    ]


async def _copy(db: Database, offset: int) -> None:
    """The loaded posts once more, each with a number, a key and a path of its own."""
    changed: dict[Table, dict[str, Any]] = {
        post_rows: {
            "id": post_rows.c.id + offset,
            "key": literal("k") + cast(post_rows.c.id + offset, String),
            **{name: post_rows.c[name] + f"-{offset}" for name in ("slug", "path")},
        },
        post_topics: {"post_id": post_topics.c.post_id + offset},
        files: {"post_id": files.c.post_id + offset, "path": files.c.path + f"-{offset}"},
        search_doc: {"id": search_doc.c.id + offset, "post_id": search_doc.c.post_id + offset},
        search_text: {"post_id": search_text.c.post_id + offset},
    }
    async with db.write() as connection:
        for table, values in changed.items():
            number = table.c.id if table is post_rows else table.c.post_id
            columns = [values.get(column.name, column).label(column.name) for column in table.c]
            chosen = select(*columns).where(number <= LOADED)
            await connection.execute(insert(table).from_select([column.name for column in table.c], chosen))


async def _follow(db: Database, _: Path) -> list[str]:
    """A million who follow everything or, one in four, a category; the peak's in slot 0, the rest in the others."""
    await _publish(db, 0)
    numbers = select(literal(1).label("n")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < PEOPLE))
    n, at = numbers.c.n, literal(BEFORE, Instant)
    everything = n % 4 != 0
    slot = 1 + n % (SLOTS - 1)
    async with db.write() as connection:
        key = (await connection.execute(select(topics.c.key).where(topics.c.name == "News"))).scalar_one()
        newest = await facts.count(connection, visibility.VISIBLE_SEQ)
        later = [
            {"id": one, "days": 127, "minute": one, "zone": "UTC", "planned_seq": newest,
             "next_due_at": NOW + timedelta(hours=bool(one), minutes=one)}
            for one in range(SLOTS)
        ]  # fmt: skip
        await connection.execute(insert(slots), later)
        for table, row in (
            (chats, {"chat_id": n, "kind": literal("private"), "created_at": at}),
            (subscribers, {"id": n, "chat_id": n, "thread_id": literal(0), "created_at": at}),
            (
                subscriptions,
                {"id": n, "subscriber_id": n, "kind": _either(everything, "all", "category"),
                 "key": _either(everything, "", key), "name": literal(""), "cursor": literal(newest),
                 "not_before": at, "slot_id": _either(n <= PEAK, 0, slot), "created_at": at},
            ),
        ):  # fmt: skip
            chosen = select(*(value.label(name) for name, value in row.items()))
            await connection.execute(insert(table).from_select(list(row), chosen))
    await _analyze(db)
    return [f"database with its subscribers too: {await _size(db)}"]


async def _plan(db: Database, _: Path) -> list[str]:
    async def idle() -> None:
        async with db.read() as connection:
            assert not await planning.is_due(connection, now=NOW - timedelta(minutes=1))

    before = _memory()
    tick = await _median(idle)
    taken = []
    for number in range(1, ROUNDS + 1):
        await _publish(db, number)
        await _again(db, only=0)
        began = time.perf_counter()
        async with db.write() as connection:
            assert await planning.plan(connection, now=NOW, gather=timedelta(0)) == PEAK
        taken.append(time.perf_counter() - began)
    return [
        (
            f"is anything due: {tick * 1e6:.0f} µs; {PEAK:,} planned in {statistics.median(taken) * 1e3:.0f} ms "
            f"(at most {max(taken) * 1e3:.0f} ms), memory {before} MB + {_memory() - before} MB"
        )
    ]


async def _drain(db: Database, _: Path) -> list[str]:
    lines = []
    for name, (set_to, allowed, wanted) in SPEEDS.items():
        many = min(wanted, PEAK)
        await _publish(db, ROUNDS + allowed)
        await _again(db, only=0)
        async with db.write() as connection:
            await planning.plan(connection, now=NOW, gather=timedelta(0))
            kept = select(deliveries.c.id).order_by(deliveries.c.id).limit(many)
            await connection.execute(deliveries.delete().where(deliveries.c.id.not_in(kept)))
        before = _memory()
        with send_server(allowed) as server:
            pacer_settings = Settings(token=TOKEN, sends_per_second=set_to)  # type: ignore[arg-type]
            pacer = make_pacer(pacer_settings, db, Measures(CollectorRegistry()))
            bot = make_bot(TOKEN, pacer, api_url=server.url)
            await bot.initialize()
            opened = time.perf_counter()

            def now(opened: float = opened) -> datetime:
                return NOW + timedelta(seconds=time.perf_counter() - opened)

            courier = make_courier(pacer_settings, db, bot, pacer, now)
            spare_what_is_loaded()
            cpu, began = time.process_time(), time.perf_counter()
            async with asyncio.timeout(PATIENCE):
                await courier.drain()
                while len((seen := server.seen()).sends) < many:
                    await asyncio.sleep(0.25)
                    await courier.drain()
            cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
            await bot.shutdown()
        rate = (len(seen.sends) - 1) / (seen.sends[-1] - seen.sends[0])
        lines.append(
            f"{name}: {many:,} sent at {rate:.1f} a second on {cpu / seconds * 100:.0f} % of a core, {seen.refused} "
            f"refused, memory {before} MB + {_memory() - before} MB; so {PEAK:,} take {_span(PEAK / rate)}, "
            f"{PEOPLE:,} take {_span(PEOPLE / rate)}"
        )
    return lines


async def _everybody(db: Database, _: Path) -> list[str]:
    """The worst minute that there can be."""
    before = _memory()
    await _publish(db, ROUNDS + 5000)
    await _again(db, only=None)
    began = time.perf_counter()
    async with db.write() as connection:
        planned = await planning.plan(connection, now=NOW, gather=timedelta(0))
    taken = time.perf_counter() - began
    assert planned == PEOPLE
    return [
        (
            f"everybody due in one minute: {planned:,} planned in {taken:.1f} s, memory {before} MB + "
            f"{_memory() - before} MB; database with a day's queue too: {await _size(db)}"
        )
    ]


async def _publish(db: Database, number: int) -> None:
    edition = Edition(
        slug=f"news-{number}", language="en", path=f"news-{number}.md", content_hash=f"{number:064}",
        state=PostState.PUBLISHED, title=f"News {number}", excerpt="Something new.", body="Words.", date=NOW,
        publish_at=NOW, reading_minutes=1, places=(Place(Kind.CATEGORY, ("News",)),),
    )  # fmt: skip
    async with db.write() as connection:
        await posts.put(connection, [edition], now=NOW)
        await visibility.open_pushes(connection, await visibility.waiting(connection, Push.PENDING), Push.PENDING)


async def _again(db: Database, *, only: int | None) -> None:
    """Empty the outbox; the slot (or all) is due, and everybody has had what there was before the newest post."""
    async with db.write() as connection:
        await connection.execute(deliveries.delete())
        newest = await facts.count(connection, visibility.VISIBLE_SEQ)
        await connection.execute(subscriptions.update().values(cursor=newest - 1))
        due = slots.update().values(next_due_at=NOW)
        await connection.execute(due if only is None else due.where(slots.c.id == only))
    await _analyze(db)


async def _analyze(db: Database) -> None:
    """What autovacuum does within a minute of such changes."""
    if db.dialect == "postgresql":
        async with db.session() as connection:
            await connection.execute(text("VACUUM ANALYZE"))


async def _size(db: Database) -> str:
    await _analyze(db)
    async with db.read() as connection:
        return _mb((await overview.engine_and_size(connection))[1])


async def _median(work: Callable[[], Awaitable[object]], rounds: int = 300) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _write_posts(root: Path) -> int:
    """Files of some paragraphs of the sample posts each, always the same; gives their bytes."""
    texts = [path.read_text().partition("\n---\n")[2] for path in sorted(SAMPLES.rglob("*.md"))]
    pieces = [piece for one in texts for piece in one.split("\n\n") if 40 < len(piece) < 1500 and "[" not in piece]
    chosen, size = random.Random(7), 0
    for number in range(LOADED):
        head = f"---\ntitle: Post {number}\ndate: {(NOW - timedelta(hours=number + 2)).isoformat()}\n"
        head += f"categories: [Topic {number % 40}]\ntags: [tag {number % 200}]\n---\n\n"
        file = root / f"part-{number % 100}" / f"post-{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        size += file.write_text(head + "\n\n".join(chosen.sample(pieces, PARAGRAPHS)) + "\n")
    return size


@contextmanager
def _postgres() -> Iterator[str]:
    with own_database(SERVER) as url:
        name = make_url(url).database
        engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            # A database of the tests does not wait for its disk; an operator's does.
            connection.execute(text(f"ALTER DATABASE {name} RESET synchronous_commit"))
        yield url


def _either(condition: Any, yes: Any, no: Any) -> Any:
    return case((condition, yes), else_=no)


def _memory() -> int:
    """The most that this process has had at any time, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _mb(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"

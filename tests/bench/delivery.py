"""Digests: planning for a million subscribers against the bare INSERT … SELECT, claims, memory."""

import asyncio
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from bot.domain.delivery import State
from bot.domain.post import State as PostState
from bot.domain.standing import Push
from bot.storage.delivery import outbox, planning
from bot.storage.delivery.digest_tables import slots, subscribers, subscriptions
from bot.storage.engine import Database, open_database
from bot.storage.shelf import posts, visibility
from bot.storage.shelf.edition import Edition
from bot.storage.shelf.topics import Kind as TopicKind
from bot.storage.shelf.topics import Place as TopicPlace
from bot.storage.tables import chats

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SUBSCRIBERS, DUE, SLOTS = 1_000_000, 54_445, 350
ROUNDS = 5
CHUNK = 20_000


def run() -> list[str]:
    """The figures, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_planning(Path(folder)))


async def _planning(folder: Path) -> list[str]:
    db = await open_database(f"sqlite:///{folder / 'million.db'}")
    await _fill(db)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    idle = await _timed(db, _idle)
    floor_idle = await _timed(db, _bare_idle)
    bare, planned = [], []
    for _ in range(ROUNDS):
        bare.append(await _once(db, bare=True))
        planned.append(await _once(db, bare=False))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await _claims(db)
    claimed = await _claims(db)
    await db.close()
    floor, ours = statistics.median(bare), statistics.median(planned)
    return [
        f"idle tick: {idle * 1e6:.0f} µs, {idle / floor_idle:.2f} x the bare SELECT",
        f"{DUE:,} of {SUBSCRIBERS:,} due: {ours * 1e3:.0f} ms, {ours / floor:.2f} x the bare INSERT … SELECT",
        f"memory while planning: + {(after - before) / 1024:.0f} MB",
        f"claimed and given back, in batches of 30: {claimed:,.0f} a second",
    ]


async def _fill(db: Database) -> None:
    """A million followers of everything in shared slots, one post that is new to all."""
    async with db.write() as connection:
        await connection.execute(
            insert(slots),
            [
                {"id": n, "days": 127, "minute": n, "zone": "UTC", "planned_seq": 0,
                 "next_due_at": NOW if n == 0 else NOW + timedelta(hours=1 + n)}
                for n in range(SLOTS)
            ],
        )  # fmt: skip
        for start in range(1, SUBSCRIBERS + 1, CHUNK):
            ids = range(start, min(start + CHUNK, SUBSCRIBERS + 1))
            await connection.execute(insert(chats), [{"chat_id": n, "kind": "private", "created_at": NOW} for n in ids])
            await connection.execute(
                insert(subscribers), [{"id": n, "chat_id": n, "thread_id": 0, "created_at": NOW} for n in ids]
            )
            await connection.execute(
                insert(subscriptions),
                [
                    {"id": n, "subscriber_id": n, "kind": "all", "key": "", "name": "", "cursor": 0, "not_before": NOW,
                     "slot_id": 0 if n <= DUE else 1 + n % (SLOTS - 1), "created_at": NOW}
                    for n in ids
                ],
            )  # fmt: skip
    await publish(db)


async def publish(db: Database) -> None:
    edition = Edition(
        slug="news", language="en", path="news.md", content_hash="0" * 64, state=PostState.PUBLISHED, title="News",
        excerpt="Something new.", body="Words.", date=NOW, publish_at=NOW, reading_minutes=1,
        places=(TopicPlace(TopicKind.CATEGORY, ("NLP",)),),
    )  # fmt: skip
    async with db.write() as connection:
        await posts.put(connection, [edition], now=NOW)
        await visibility.open_pushes(connection, await visibility.waiting(connection, Push.PENDING), Push.PENDING)


async def _idle(db: Database) -> None:
    async with db.read() as connection:
        await planning.is_due(connection, now=NOW - timedelta(minutes=1))


async def _bare_idle(db: Database) -> None:
    async with db.read() as connection:
        await connection.execute(text("SELECT min(next_due_at) FROM slots"))


async def _timed(db: Database, work) -> float:  # type: ignore[no-untyped-def]
    times = []
    for _ in range(300):
        began = time.perf_counter()
        await work(db)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


_BARE = text(
    "INSERT INTO deliveries (subscriber_id, due_at, state, available_at) "
    "SELECT subscriber_id, :now, 'planned', :now FROM subscriptions WHERE slot_id = 0"
)


async def _once(db: Database, *, bare: bool) -> float:
    async with db.write() as connection:
        await connection.execute(text("DELETE FROM deliveries"))
        await connection.execute(slots.update().where(slots.c.id == 0).values(next_due_at=NOW))
    began = time.perf_counter()
    async with db.write() as connection:
        if bare:
            await connection.execute(_BARE, {"now": "2026-11-20 09:00:00.000000"})
        else:
            assert await planning.plan(connection, now=NOW, gather=timedelta(0)) == DUE
    return time.perf_counter() - began


async def _claims(db: Database, batches: int = 100) -> float:
    began = time.perf_counter()
    for _ in range(batches):
        async with db.write() as connection:
            claimed = await outbox.claim(connection, "bench", most=30, now=NOW, until=NOW + timedelta(hours=1))
        async with db.write() as connection:
            settled = [outbox.Settled(one.id, State.SENT) for one in claimed]
            await outbox.settle(connection, settled, now=NOW)
    return 30 * batches / (time.perf_counter() - began)

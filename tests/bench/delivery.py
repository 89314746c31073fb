"""Digests: planning for a million subscribers against the bare INSERT … SELECT, the drain against the limit, memory.

`python -m tests.bench delivery` prints the figures; they are never asserted.
"""

import asyncio
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from bot.chat.messenger import TelegramMessenger
from bot.chat.pacing import Pacer
from bot.chat.rates import Limits
from bot.chat.wire import make_bot
from bot.domain.delivery import State
from bot.domain.post import State as PostState
from bot.domain.standing import Push
from bot.domain.subscription import Followed, Kind
from bot.sandbox.server import TOKEN, SandboxServer
from bot.sandbox.world import Person
from bot.services import subscribing
from bot.services.delivering import Courier
from bot.services.subscribing import Place
from bot.storage import outbox, planning, posts, visibility
from bot.storage.digest_tables import slots, subscribers, subscriptions
from bot.storage.edition import Edition
from bot.storage.engine import Database, open_database
from bot.storage.tables import chats
from bot.storage.topics import Kind as TopicKind
from bot.storage.topics import Place as TopicPlace

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SUBSCRIBERS, DUE, SLOTS = 1_000_000, 54_445, 350
ROUNDS = 5
CHUNK = 20_000
DRAINED = 280
LIMIT = 30.0
PAID, PAID_LIMIT, PAID_DRAINED = 950.0, 1000.0, 4000


def run() -> list[str]:
    """The figures, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        lines = asyncio.run(_planning(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        lines += asyncio.run(_drain(Path(folder), DRAINED, Limits(), LIMIT, "30/s"))
    with tempfile.TemporaryDirectory() as folder:
        lines += asyncio.run(_drain(Path(folder), PAID_DRAINED, Limits(per_second=PAID), PAID_LIMIT, "paid, 1,000/s"))
    return lines


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
    await _publish(db)


async def _publish(db: Database) -> None:
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


async def _drain(folder: Path, people: int, limits: Limits, allowed: float, name: str) -> list[str]:
    """Digests to so many people through the whole sender, against a server that counts."""
    db = await open_database(f"sqlite:///{folder / 'drain.db'}")
    async with SandboxServer() as server:
        moment = NOW - timedelta(hours=1)
        for number in range(1, people + 1):
            server.world.add_person(Person(number, str(number), started=True))
            place = Place(number, "private", user_id=number)
            await subscribing.follow(db, place, Followed(Kind.ALL), zone="UTC", now=moment)
        await _publish(db)
        pacer = Pacer(limits, asyncio.get_running_loop())
        bot = make_bot(TOKEN, pacer, api_url=server.base_url)
        await bot.initialize()
        courier = Courier(
            db, TelegramMessenger(bot, pacer, "Bench"), lambda: NOW, owner="bench", fallback_language="en", zone="UTC"
        )
        await courier.plan()
        cpu, began = time.process_time(), time.perf_counter()
        await courier.drain()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        sends = [call.started for call in server.world.calls.since(0, "sendMessage")]
        await bot.shutdown()
    await db.close()
    most = max(sum(1 for other in sends if at <= other < at + 1.0) for at in sends)
    rate = (people - 1) / seconds
    return [
        (
            f"{name}: {rate:.1f} a second, {rate / allowed:.3f} of the limit, at most {most} in any second, "
            f"{cpu / seconds * 100:.0f} % of a core with the server in the same process"
        )
    ]

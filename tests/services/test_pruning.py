"""A year goes by, and the database does not grow with it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from bot.domain.delivery import State
from bot.domain.message import Text
from bot.services.delivery.planning import tidy
from bot.services.operators.pruning import prune
from bot.storage.authors.upload_tables import changes
from bot.storage.border import albums, asked, chats, updates
from bot.storage.delivery import broadcasts, outbox
from bot.storage.delivery.digest_tables import deliveries, subscribers
from bot.storage.engine import Connection, Database
from bot.storage.index import searches
from bot.storage.operators.pruning import AGED

START = datetime(2026, 1, 1, tzinfo=UTC)
KEEP = timedelta(days=90)
DAILY = 2
ENDED = (State.SENT, State.FAILED, State.DROPPED)


async def live_a_day(connection: Connection, day: int) -> None:
    """What some readers and an admin leave behind on one day."""
    now = START + timedelta(days=day)
    await chats.remember(connection, 7, kind="private", now=now)
    for number in range(DAILY):
        key = day * DAILY + number
        assert await updates.claim(connection, 1, key, now=now)
        await albums.put(connection, 7, key, [key + 1], now=now)
        await asked.put(connection, 7, f"{key:08}", "query", now=now)
    await searches.remember(connection, 7, f"q{day}", f"q{day}", now=now)
    await searches.count(connection, now.date(), "found")
    row = {
        "nonce": f"{day}",
        "at": now,
        "admin_id": 1,
        "action": "publish",
        "path": "a.md",
        "title": "A",
        "state": "done",
    }
    await connection.execute(insert(changes).values(row))
    await broadcasts.keep(connection, f"{day}", 1, Text("Hello"), now=now)
    for number, state in enumerate(ENDED):
        sent = {"subscriber_id": 1, "due_at": now + timedelta(hours=number), "state": state, "available_at": now}
        await connection.execute(insert(deliveries).values(**sent, settled_at=now))


async def follow(database: Database) -> None:
    """Somebody who gets a digest a day."""
    async with database.write() as connection:
        await chats.remember(connection, 7, kind="private", now=START)
        await connection.execute(insert(subscribers).values(id=1, chat_id=7, thread_id=0, created_at=START))


async def sizes(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        counted: Sequence[Any] = [
            (table.name, (await connection.execute(select(func.count()).select_from(table))).scalar_one())
            for table in (*AGED, deliveries)
        ]
        return dict(counted)


async def test_a_simulated_year_leaves_no_more_than_what_is_kept(database: Database) -> None:
    await follow(database)
    for fortnight in range(0, 365, 14):
        async with database.write() as connection:
            for day in range(fortnight, min(fortnight + 14, 365)):
                await live_a_day(connection, day)
        now = START + timedelta(days=fortnight)
        await prune(database, now=now, keep=KEEP, batch=20)
        await tidy(database, now=now, kept=KEEP)

    now = START + timedelta(days=364)
    await prune(database, now=now, keep=KEEP, batch=7)
    await tidy(database, now=now, kept=KEEP)

    assert await sizes(database) == {
        "handled_updates": 91 * DAILY,
        "albums": 91 * DAILY,
        "asked": 91 * DAILY,
        "chat_searches": searches.KEPT_PER_CHAT,
        "search_days": 91,
        "changes": 91,
        "broadcasts": 91,
        "deliveries": 91 * len(ENDED),
    }
    assert await prune(database, now=now, keep=KEEP) == 0


async def test_what_is_dropped_goes_a_few_rows_at_a_time(database: Database) -> None:
    await follow(database)
    async with database.write() as connection:
        for day in range(20):
            await live_a_day(connection, day)
    before = sum((await sizes(database)).values())

    dropped = await prune(database, now=START + timedelta(days=500), keep=KEEP, batch=4)

    left = await sizes(database)
    assert left.pop("deliveries") == 20 * len(ENDED)
    assert (dropped, sum(left.values())) == (before - 20 * len(ENDED), 0)
    async with database.write() as connection:
        assert await outbox.prune(connection, before=START + timedelta(days=500), limit=4) == 4

"""What every replica does by the clock happens once, and the counters of the shelf stay true."""

import asyncio
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from bot.services.delivery.planning import plan, tidy
from bot.services.operators.pruning import prune
from bot.services.readers import browsing
from bot.services.shelf import syncing
from bot.storage.border import updates
from bot.storage.delivery.digest_tables import deliveries
from bot.storage.engine import Database
from bot.storage.tables import posts
from tests.services.conftest import NOON, Folder
from tests.services.newsstand import Newsstand

POSTS, REPLICAS = 12, 4


async def _counts(folder: Folder) -> tuple[int, dict[str, int]]:
    shelf = await browsing.latest(folder.database, language="en", size=100)
    topics = await browsing.categories(folder.database, language="en")
    return len(shelf.cards), {topic.name: topic.count for topic in topics}


async def test_scheduled_posts_are_published_by_one_replica_and_counted_once(folder: Folder) -> None:
    for number in range(POSTS):
        folder.post(f"{number}.md", date="2026-01-12T09:00Z", categories="[Vision]")
    await folder.sync()
    folder.pass_time(days=2)

    found = await asyncio.gather(*(syncing.turn_due(folder.database, now=folder.now) for _ in range(REPLICAS)))

    published = Counter(one.key for turned in found for one in turned)
    assert set(published.values()) == {1}
    assert await _counts(folder) == (POSTS, {"Vision": POSTS})
    numbers = [row.visible_seq for row in (await folder.rows()).values()]
    assert sorted(numbers) == list(range(1, POSTS + 1))


async def test_posts_are_loaded_once_while_the_clock_publishes_others(folder: Folder) -> None:
    folder.post("first.md")
    await folder.sync()
    for number in range(POSTS):
        folder.post(f"due-{number}.md", date="2026-01-11T12:00:30Z", categories="[Vision]")
    await folder.sync()
    folder.pass_time(minutes=1)
    for number in range(POSTS):
        folder.post(f"new-{number}.md", date="2026-01-10", categories="[Vision]")

    reports, _ = await asyncio.gather(
        asyncio.gather(*(folder.sync() for _ in range(REPLICAS))),
        asyncio.gather(*(syncing.turn_due(folder.database, now=folder.now) for _ in range(REPLICAS))),
    )

    assert sum(len(report.added) for report in reports) == POSTS
    shown, topics = await _counts(folder)
    assert (shown, topics["Vision"]) == (2 * POSTS + 1, 2 * POSTS)
    async with folder.database.read() as connection:
        seqs = (await connection.execute(select(posts.c.visible_seq).where(posts.c.push == "open"))).scalars().all()
    assert sorted(seqs) == list(range(1, len(seqs) + 1))


async def test_digests_are_planned_once_whoever_plans_them(database: Database) -> None:
    stand = Newsstand(database)
    for chat in range(1, 31):
        await stand.follow(chat)
    await stand.publish("news")
    stand.now += timedelta(hours=1)

    planned = await asyncio.gather(
        *(plan(database, now=stand.now, gather=timedelta(0), hurry=n % 2 == 0) for n in range(REPLICAS))
    )

    async with database.read() as connection:
        rows = (await connection.execute(select(deliveries.c.subscriber_id))).scalars().all()
    assert (sum(planned), len(rows), len(set(rows))) == (30, 30, 30)


async def test_old_rows_are_dropped_by_all_of_them_at_once(database: Database) -> None:
    async with database.write() as connection:
        for number in range(100):
            await updates.claim(connection, 1, number, now=NOON)
    later = NOON + timedelta(days=100)

    await asyncio.gather(
        *(prune(database, now=later, keep=timedelta(days=90), batch=7) for _ in range(REPLICAS)),
        *(tidy(database, now=later) for _ in range(REPLICAS)),
    )

    async with database.write() as connection:
        assert all([await updates.claim(connection, 1, number, now=later) for number in range(100)])

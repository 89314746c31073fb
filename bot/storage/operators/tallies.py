"""Counts by day (UTC): posts opened, searches, subscriptions. Functions take the caller's connection."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.delivery.digest_tables import subscribers, subscriptions
from bot.storage.index.search_tables import search_days
from bot.storage.operators.tally_tables import read_days
from bot.storage.tables import posts
from bot.storage.upsert import insert_or


async def add_reads(connection: AsyncConnection, reads: Mapping[tuple[date, str], int]) -> None:
    """Add to how often posts were opened, by day and key."""
    if not reads:
        return
    adding = insert_or(connection, read_days)
    raised = {"times": read_days.c.times + adding.excluded.times}
    rows = [{"day": day, "post_key": key, "times": times} for (day, key), times in sorted(reads.items())]
    await connection.execute(adding.on_conflict_do_update(index_elements=["day", "post_key"], set_=raised), rows)


async def reads_by_day(connection: AsyncConnection, since: date) -> dict[date, int]:
    """How often any post was opened, by day."""
    query = select(read_days.c.day, func.sum(read_days.c.times)).where(read_days.c.day >= since)
    return await _by_day(connection, query.group_by(read_days.c.day))


async def searches_by_day(connection: AsyncConnection, since: date, name: str) -> dict[date, int]:
    """How many searches of a kind there were, by day."""
    kind = (search_days.c.day >= since) & (search_days.c.name == name)
    return await _by_day(connection, select(search_days.c.day, search_days.c.times).where(kind))


async def subscribed(connection: AsyncConnection, since: date, *, but: Collection[int] = ()) -> int:
    """How many of the subscriptions that there are were made since that day, but for those of these chats."""
    start = datetime.combine(since, time(), UTC)
    query = select(func.count()).select_from(subscriptions.join(subscribers))
    theirs = subscriptions.c.created_at >= start, subscribers.c.chat_id.not_in(sorted(but))
    number: int = (await connection.execute(query.where(*theirs))).scalar_one()
    return number


async def most_read(connection: AsyncConnection, since: date, *, size: int) -> list[tuple[str, int]]:
    """Titles of the posts that were opened most, and how often."""
    times = func.sum(read_days.c.times).label("times")
    top = (
        select(read_days.c.post_key, times)
        .where(read_days.c.day >= since)
        .group_by(read_days.c.post_key)
        .order_by(times.desc(), read_days.c.post_key)
        .limit(size)
    )
    found = [(row.post_key, int(row.times)) for row in await connection.execute(top)]
    titled = select(posts.c.key, func.min(posts.c.title)).where(posts.c.key.in_([key for key, _ in found]))
    titles = {row[0]: row[1] for row in await connection.execute(titled.group_by(posts.c.key))}
    return [(titles[key], number) for key, number in found if key in titles]


async def _by_day(connection: AsyncConnection, query: Select[Any]) -> dict[date, int]:
    return {row[0]: int(row[1]) for row in await connection.execute(query)}

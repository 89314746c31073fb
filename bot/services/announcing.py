"""Announce an updated post: it is news once more, marked as updated, for everybody who follows it."""

from datetime import datetime

from bot.storage import news
from bot.storage.engine import Database


async def announce(db: Database, key: str, *, now: datetime) -> bool:
    """False when the post is not on the shelf."""
    async with db.write() as connection:
        return await news.announce(connection, key, now=now)

"""Announce an updated post: it is news once more, marked as updated, for everybody who follows it, until called off."""

from datetime import datetime

from bot.storage import changes, news, supervision
from bot.storage.engine import Database


async def announce(db: Database, key: str, *, now: datetime, nonce: str = "") -> bool:
    """Make it news; `nonce` is the change that says so. False when the post is not on the shelf."""
    async with db.write() as connection:
        return await news.announce(connection, key, nonce=nonce, now=now)


async def call_off(db: Database, nonce: str) -> int | None:
    """Tell nobody else of what the change `nonce` made; gives how many chats were sent it before.

    None when it was not announced, and no chat has heard of it: a new post is news by itself.
    """
    async with db.write() as connection:
        found = await changes.get(connection, nonce)
        told = await changes.announcement_of(connection, nonce)
        if told is not None:
            seq = await news.call_off(connection, told.nonce)
            await changes.settle(connection, told.nonce, was="done", becomes="undone")
        elif found is not None and found[0].action == "publish":
            seq = await news.number_of(connection, found[0].path)
        else:
            seq = None
        reached = await supervision.reached(connection, seq, since=found[0].at) if seq and found is not None else 0
    return reached if reached or told is not None else None

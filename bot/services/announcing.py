"""Announce an updated post: it is news once more, marked as updated, for everybody who follows it, until called off."""

from dataclasses import dataclass
from datetime import datetime

from bot.services.digests import fold_words, holds
from bot.storage import changes, managing, news, supervision
from bot.storage.engine import Connection, Database


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement, and how many chats were sent it until now."""

    at: datetime
    chats: int


async def announce(db: Database, key: str, *, now: datetime, nonce: str = "") -> bool:
    """Make it news; `nonce` is the change that says so. False when the post is not on the shelf."""
    async with db.write() as connection:
        return await news.announce(connection, key, nonce=nonce, now=now)


async def to_tell(connection: Connection, key: str) -> int:
    """How many chats an announcement of this post reaches, as things are."""
    number = await managing.followers(connection, key)
    others = await managing.other_keywords(connection, key)
    if others:
        text = fold_words((await news.texts(connection, {key})).get(key, ""))
        number += len({subscriber for subscriber, word in others if holds(text, word)})
    return number


async def told_of(connection: Connection, path: str) -> Told | None:
    """What became of the last announcement of the post at `path`; None when there was none, or it was called off."""
    change = await changes.last_announcement(connection, path)
    seq = await news.number_of_announcement(connection, change.nonce) if change is not None else None
    if change is None or seq is None:
        return None
    return Told(change.at, await supervision.reached(connection, seq, since=change.at))


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
        elif found is not None and found[0].before_hash is None and found[0].action in ("publish", "schedule"):
            seq = await news.number_of(connection, found[0].path)
        else:
            seq = None
        reached = await supervision.reached(connection, seq, since=found[0].at) if seq and found is not None else 0
    return reached if reached or told is not None else None

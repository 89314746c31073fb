"""Announce an updated post: it is news once more, marked as updated, for everybody who follows it, until called off."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.post import State
from bot.services.authors.journal import Journal
from bot.services.delivery.digests import fold_words, holds
from bot.storage.authors import changes, managing
from bot.storage.authors.changes import Change
from bot.storage.authors.managing import ManagedPost
from bot.storage.delivery import news
from bot.storage.engine import Connection, Database
from bot.storage.operators import supervision
from bot.storage.shelf import visibility


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement, and how many chats were sent it until now; `waiting` more are to get it."""

    nonce: str
    at: datetime
    chats: int
    waiting: int


async def announce(journal: Journal, admin_id: int, post: ManagedPost | None, *, because_of: str = "") -> Change | None:
    """Tell the followers of a post that it is new or updated; gives the line of the log by which it is called off.

    `because_of` is the nonce of the change that it goes with: taking that back calls the announcement off too. None
    when readers do not have the post, or were told of this version before.
    """
    db = journal.db
    if post is None or post.state is not State.PUBLISHED:
        return None
    async with db.read() as connection:
        if await changes.was_done(connection, "announce", post.path, post.content_hash):
            return None
    made = journal.told(admin_id, post.path, post.title, post.content_hash, because_of=because_of)
    told = replace(made, state="done")
    async with db.write() as connection:
        await changes.plan(connection, told, None)
        await news.announce(connection, post.key, nonce=told.nonce, now=journal.now())
    return told


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
    post = await managing.at_path(connection, path)
    if change is None or seq is None or post is None:
        return None
    chats = await supervision.reached(connection, seq, since=change.at)
    return Told(change.nonce, change.at, chats, max(0, await to_tell(connection, post.key) - chats))


async def is_waiting(connection: Connection, change: Change) -> bool:
    """Whether chats are still to be told what this announcement says."""
    told = await told_of(connection, change.path) if change.state == "done" else None
    return told is not None and told.nonce == change.nonce and told.waiting > 0


async def stop(journal: Journal, admin_id: int, nonce: str) -> tuple[Change, int] | None:
    """Tell nobody else of what the announcement `nonce` says; gives its line of the log, and how many chats got it.

    None when `nonce` is no announcement, or that was called off before.
    """
    async with journal.db.write() as connection:
        found = await changes.get(connection, nonce)
        if found is None or found[0].action != "announce":
            return None
        told = found[0]
        if not await changes.settle(connection, nonce, was="done", becomes="undone"):
            return None
        seq = await news.call_off(connection, nonce)
        reached = await supervision.reached(connection, seq, since=told.at) if seq else 0
        stopped = journal.change(admin_id, "call_off", told.path, title=told.title, before=None, after=None)
        await changes.plan(connection, replace(stopped, state="done"), None)
    return stopped, reached


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
        else:
            seq = await _news_made_by(connection, found[0]) if found is not None else None
        reached = await supervision.reached(connection, seq, since=found[0].at) if seq and found is not None else 0
    return reached if reached or told is not None else None


async def unpublish(db: Database, nonce: str) -> None:
    """What readers have no more, after the change `nonce` that gave it to them was taken back, they never had.

    Call it when the shelf shows the file as it was before. Who was told of the post is not told again when it returns;
    when nobody was, it is news then.
    """
    async with db.write() as connection:
        found = await changes.get(connection, nonce)
        if found is None:
            return
        change = found[0]
        seq = await _news_made_by(connection, change)
        reached = await supervision.reached(connection, seq, since=change.at) if seq else 0
        await visibility.take_back(connection, change.path, since=change.at, untold=not reached)


async def _news_made_by(connection: Connection, change: Change) -> int | None:
    """The number under which a post became news by this change, as readers could see it for the first time."""
    first = await visibility.first_seen_by_readers(connection, change.path)
    return await news.number_of(connection, change.path) if first is not None and first >= change.at else None

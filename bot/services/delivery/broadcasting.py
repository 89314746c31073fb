"""Texts of admins to subscribers: kept until the admin has seen them, then sent once, through the outbox."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.delivery import State
from bot.domain.message import Text, utf16_length
from bot.services.readers import browsing
from bot.services.readers.browsing import Topic
from bot.storage.authors import changes
from bot.storage.authors.changes import Change
from bot.storage.delivery import broadcasts
from bot.storage.delivery.broadcasts import Broadcast
from bot.storage.engine import Database

# Room for the publication's name, and for what an admin is told above it, in the 4096 units of a message.
MAX_UNITS = 3500
LOGGED = 80
# A text that is still on its way after so long is told of as it stands.
PATIENCE = timedelta(days=1)
_OPEN = (State.PLANNED, State.CLAIMED, State.SENDING, State.RETRY)


@dataclass(frozen=True, slots=True)
class Said:
    """A text as one chat gets it; `manageable` is false in channels, where nobody can change anything by a tap."""

    text: Text
    language: str
    manageable: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way to `chats` chats: all subscribers, or the followers of `category`."""

    broadcast: Broadcast
    chats: int
    category: Topic | None = None

    @property
    def aim(self) -> str:
        return self.category.key if self.category else ""


@dataclass(frozen=True, slots=True)
class Result:
    """How many chats got a text of this admin, could not be reached, may have got it, and are still to get it."""

    broadcast_id: int
    admin_id: int
    words: str
    got: int
    failed: int
    uncertain: int
    open: int


def fits(text: Text) -> bool:
    """Whether it may be sent: something, and not more than one message holds."""
    return bool(text.text.strip()) and utf16_length(text.text) <= MAX_UNITS


async def begin(db: Database, admin_id: int, text: Text, *, language: str, now: datetime) -> Draft | None:
    """Keep a text, meant for all subscribers until the admin says otherwise."""
    nonce = secrets.token_hex(6)
    async with db.write() as connection:
        await broadcasts.keep(connection, nonce, admin_id, text, now=now)
    return await look(db, admin_id, nonce, "", language=language)


async def look(db: Database, admin_id: int, nonce: str, aim: str, *, language: str) -> Draft | None:
    """A text that waits, and whom it would reach; None when it was sent, or the category is gone."""
    category = None
    if aim:
        found = await browsing.categories(db, language=language)
        category = next((one for one in found if one.key == aim), None)
        if category is None:
            return None
    async with db.read() as connection:
        broadcast = await broadcasts.by_nonce(connection, nonce)
        if broadcast is None or broadcast.sent or broadcast.admin_id != admin_id:
            return None
        return Draft(broadcast, await broadcasts.reached(connection, aim), category)


async def results(db: Database, *, now: datetime) -> list[Result]:
    """What became of texts that are through, or have been on their way for a day; each is given once."""
    found: list[Result] = []
    async with db.read() as connection:
        waiting = await broadcasts.untold(connection)
    for one, sent_at in waiting:
        async with db.write() as connection:
            states = await broadcasts.standing(connection, one.id, sent_at)
            open_ = sum(states.get(state, 0) for state in _OPEN)
            if open_ and now - sent_at < PATIENCE:
                continue
            if await broadcasts.tell(connection, one.id, now=now):
                got, failed, uncertain = (states.get(state, 0) for state in (State.SENT, State.FAILED, State.UNCERTAIN))
                got += states.get(State.DROPPED, 0)
                found.append(Result(one.id, one.admin_id, _short(one.text), got, failed, uncertain, open_))
    return found


async def not_told(db: Database, result: Result) -> None:
    """Its admin could not be told of it after all: it is given again."""
    async with db.write() as connection:
        await broadcasts.not_told(connection, result.broadcast_id)


async def drop(db: Database, draft: Draft) -> None:
    """Forget a text that was not sent."""
    async with db.write() as connection:
        await broadcasts.drop(connection, draft.broadcast.nonce)


async def send(db: Database, admin_id: int, draft: Draft, *, now: datetime) -> int | None:
    """Put it into the outbox and into the log; gives to how many chats, None when it was sent before."""
    one = draft.broadcast
    text_hash = sha256(one.text.text.encode()).hexdigest()
    done = Change(one.nonce, now, admin_id, "text", "", _short(one.text), "done", None, text_hash)
    async with db.write() as connection:
        if not await broadcasts.mark_sent(connection, one.nonce, draft.aim, now=now):
            return None
        await changes.plan(connection, done, None)
        return await broadcasts.put_into_outbox(connection, one.id, draft.aim, now=now)


def _short(text: Text) -> str:
    """So much of a text that its admin knows it again."""
    return " ".join(text.text.split())[:LOGGED]

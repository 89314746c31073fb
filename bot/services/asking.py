"""Questions to people that wait for an answer, across restarts, for a while."""

from datetime import datetime, timedelta
from typing import Any

from bot.storage.border import chats, questions
from bot.storage.border.questions import Question
from bot.storage.engine import Database

PATIENCE = timedelta(minutes=10)


async def ask(
    db: Database,
    chat_id: int,
    user_id: int,
    kind: str,
    about: dict[str, Any],
    *,
    chat_kind: str,
    now: datetime,
    offered: bool = False,
) -> None:
    """Wait for this person's answer in this chat; an older question is forgotten.

    `offered`: buttons ask it, and typed words answer it only if they can be an answer.
    """
    about = about | {"offered": True} if offered else about
    async with db.write() as connection:
        await chats.remember(connection, chat_id, kind=chat_kind, now=now)
        await questions.ask(connection, chat_id, user_id, kind, about, expires_at=now + PATIENCE)


async def left(db: Database, chat_id: int, user_id: int | None, *, now: datetime) -> None:
    """The screen that asked is left or was answered by a button: typed words are no answer to it any more."""
    asked = await pending(db, chat_id, user_id, now=now) if user_id is not None else None
    if asked is not None and asked.offered:
        await close(db, chat_id, asked.user_id)


async def pending(db: Database, chat_id: int, user_id: int | None, *, now: datetime) -> Question | None:
    """What this person (an anonymous admin: anybody) was asked in this chat and may still answer."""
    async with db.read() as connection:
        return await questions.pending(connection, chat_id, user_id, now=now)


async def close(db: Database, chat_id: int, user_id: int) -> bool:
    """The question is answered, or nobody wants to know any more; whether there was one."""
    async with db.write() as connection:
        return await questions.close(connection, chat_id, user_id)

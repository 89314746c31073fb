"""What the bot asked people and was not answered yet, one question a person and chat. Never commits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.delivery.digest_tables import questions
from bot.storage.upsert import insert_or


@dataclass(frozen=True, slots=True)
class Question:
    """`about` is what the answer is for."""

    user_id: int
    kind: str
    about: dict[str, Any]
    expires_at: datetime

    @property
    def offered(self) -> bool:
        """Whether a screen with buttons asks, so that other words than an answer are none."""
        return bool(self.about.get("offered"))


async def ask(
    connection: AsyncConnection, chat_id: int, user_id: int, kind: str, about: dict[str, Any], *, expires_at: datetime
) -> None:
    """Wait for this person's answer in this chat, which must be known; an older question is forgotten."""
    row = {"kind": kind, "about": about, "expires_at": expires_at}
    insert = insert_or(connection, questions).values(row | {"chat_id": chat_id, "user_id": user_id})
    await connection.execute(insert.on_conflict_do_update(index_elements=["chat_id", "user_id"], set_=row))


async def pending(connection: AsyncConnection, chat_id: int, user_id: int | None, *, now: datetime) -> Question | None:
    """What this person was asked in this chat; without a person, what was asked there last."""
    query = (
        select(questions.c.user_id, questions.c.kind, questions.c.about, questions.c.expires_at)
        .where(questions.c.chat_id == chat_id, questions.c.expires_at > now)
        .order_by(questions.c.expires_at.desc())
        .limit(1)
    )
    if user_id is not None:
        query = query.where(questions.c.user_id == user_id)
    row = (await connection.execute(query)).first()
    return Question(*row) if row else None


async def close(connection: AsyncConnection, chat_id: int, user_id: int) -> bool:
    """Forget what was asked; whether anything was."""
    gone = delete(questions).where(questions.c.chat_id == chat_id, questions.c.user_id == user_id)
    return bool((await connection.execute(gone)).rowcount)


async def prune(connection: AsyncConnection, *, now: datetime) -> None:
    """Forget questions that nobody answered in time."""
    await connection.execute(delete(questions).where(questions.c.expires_at <= now))

"""Queries that buttons refer to. Functions take the caller's connection and never commit."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.border.border_tables import asked
from bot.storage.upsert import insert_or


async def put(connection: AsyncConnection, chat_id: int, key: str, query: str, *, now: datetime) -> None:
    """Keep a chat's query under `key`."""
    insert = insert_or(connection, asked).values(chat_id=chat_id, key=key, query=query, asked_at=now)
    renewed = {"query": insert.excluded.query, "asked_at": insert.excluded.asked_at}
    await connection.execute(insert.on_conflict_do_update(index_elements=["chat_id", "key"], set_=renewed))


async def get(connection: AsyncConnection, chat_id: int, key: str) -> str | None:
    """The query behind `key`, None when it was never asked or is forgotten."""
    query = select(asked.c.query).where(asked.c.chat_id == chat_id, asked.c.key == key)
    return (await connection.execute(query)).scalar_one_or_none()


async def any_of(connection: AsyncConnection, chat_id: int) -> bool:
    """Whether any query of this chat is kept."""
    query = select(asked.c.key).where(asked.c.chat_id == chat_id).limit(1)
    return (await connection.execute(query)).first() is not None


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Erase a chat's queries."""
    await connection.execute(delete(asked).where(asked.c.chat_id == chat_id))

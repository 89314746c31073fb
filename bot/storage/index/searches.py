"""What chats searched for, a few searches each, and how many searches there were a day. Nothing here commits."""

from datetime import date, datetime

from sqlalchemy import delete, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.index.search_tables import chat_searches, search_days
from bot.storage.tables import chats
from bot.storage.upsert import insert_or

KEPT_PER_CHAT = 30
MAX_QUERY = 128


async def remember(conn: AsyncConnection, chat_id: int, query: str, folded: str, *, now: datetime) -> None:
    """Keep a search of a chat, the oldest beyond a few are forgotten; nothing is kept of a chat that is not known."""
    mine = chat_searches.c.chat_id == chat_id
    values = (literal(chat_id), literal(folded[:MAX_QUERY]), literal(query[:MAX_QUERY]), literal(1))
    row = select(*values, literal(now, chat_searches.c.last_at.type)).where(exists().where(chats.c.chat_id == chat_id))
    insert = insert_or(conn, chat_searches).from_select(["chat_id", "folded", "query", "times", "last_at"], row)
    change = {"query": insert.excluded.query, "times": chat_searches.c.times + 1, "last_at": now}
    await conn.execute(insert.on_conflict_do_update(index_elements=["chat_id", "folded"], set_=change))
    newest = select(chat_searches.c.folded).where(mine)
    kept = newest.order_by(chat_searches.c.last_at.desc(), chat_searches.c.folded).limit(KEPT_PER_CHAT)
    await conn.execute(delete(chat_searches).where(mine, chat_searches.c.folded.not_in(kept)))


async def recent(conn: AsyncConnection, chat_id: int, limit: int) -> list[str]:
    """What the chat searched for, the last one first."""
    columns = chat_searches.c
    statement = select(columns.query).where(columns.chat_id == chat_id)
    return list((await conn.execute(statement.order_by(columns.last_at.desc(), columns.folded).limit(limit))).scalars())


async def frequent(conn: AsyncConnection, chat_id: int, limit: int) -> list[str]:
    """What the chat searched for more than once, the most often first."""
    columns = chat_searches.c
    statement = select(columns.query).where(columns.chat_id == chat_id, columns.times > 1)
    ordered = statement.order_by(columns.times.desc(), columns.last_at.desc(), columns.folded)
    return list((await conn.execute(ordered.limit(limit))).scalars())


async def forget(conn: AsyncConnection, chat_id: int) -> None:
    """Forget every search of a chat."""
    await conn.execute(delete(chat_searches).where(chat_searches.c.chat_id == chat_id))


async def count(conn: AsyncConnection, day: date, name: str) -> None:
    """Count one search of a kind on a day."""
    insert = insert_or(conn, search_days).values(day=day, name=name, times=1)
    change = {"times": search_days.c.times + 1}
    await conn.execute(insert.on_conflict_do_update(index_elements=["day", "name"], set_=change))


async def counts(conn: AsyncConnection, day: date) -> dict[str, int]:
    """How many searches of each kind there were on a day."""
    statement = select(search_days.c.name, search_days.c.times).where(search_days.c.day == day)
    return {row.name: row.times for row in await conn.execute(statement)}

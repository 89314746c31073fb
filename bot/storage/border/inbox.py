"""The inbox: updates that are not finished yet. Functions take the caller's connection and never commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.border.border_tables import inbox
from bot.storage.upsert import insert_or


async def keep(connection: AsyncConnection, bot_id: int, updates: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Store updates as Telegram sent them; one that is there already stays."""
    rows = [{"bot_id": bot_id, "update_id": update["update_id"], "body": update, "kept_at": now} for update in updates]
    if rows:
        await connection.execute(insert_or(connection, inbox).on_conflict_do_nothing(), rows)


async def forget(connection: AsyncConnection, bot_id: int, update_ids: Sequence[int]) -> None:
    """They are finished."""
    await connection.execute(delete(inbox).where(inbox.c.bot_id == bot_id, inbox.c.update_id.in_(update_ids)))


async def kept(connection: AsyncConnection, bot_id: int) -> list[dict[str, Any]]:
    """What was never finished, oldest first."""
    query = select(inbox.c.body).where(inbox.c.bot_id == bot_id).order_by(inbox.c.update_id)
    return list((await connection.execute(query)).scalars())


async def touch(connection: AsyncConnection, bot_id: int, update_ids: Sequence[int], *, now: datetime) -> None:
    """Somebody worked on these at `now`."""
    mine = (inbox.c.bot_id == bot_id, inbox.c.update_id.in_(update_ids))
    await connection.execute(update(inbox).where(*mine).values(kept_at=now))


async def adopt(connection: AsyncConnection, bot_id: int, *, before: datetime, now: datetime) -> list[dict[str, Any]]:
    """Take over what nobody has worked on since `before`, oldest first; each goes to one caller."""
    orphans = update(inbox).where(inbox.c.bot_id == bot_id, inbox.c.kept_at < before).values(kept_at=now)
    rows = await connection.execute(orphans.returning(inbox.c.update_id, inbox.c.body))
    return [body for _, body in sorted(rows.all(), key=lambda row: row[0])]

"""Updates that were handled, so that one which comes twice has its effects once. Never commits."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import handled_updates
from bot.storage.upsert import insert_or


async def claim(connection: AsyncConnection, bot_id: int, update_id: int, *, now: datetime) -> bool:
    """Whether this update is new here: true once. Claim it in the transaction of its effects."""
    insert = insert_or(connection, handled_updates)
    statement = insert.values(bot_id=bot_id, update_id=update_id, handled_at=now).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(handled_updates.c.update_id))).first() is not None


async def was_handled(connection: AsyncConnection, bot_id: int, update_id: int) -> bool:
    """Whether `claim` gave this update to somebody before."""
    query = select(handled_updates.c.update_id).where(
        handled_updates.c.bot_id == bot_id, handled_updates.c.update_id == update_id
    )
    return (await connection.execute(query)).first() is not None

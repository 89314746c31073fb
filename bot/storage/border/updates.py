"""Updates that were handled, so that one which comes twice has its effects once. Never commits."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import handled_updates
from bot.storage.upsert import insert_or


async def claim(connection: AsyncConnection, bot_id: int, update_id: int, *, now: datetime) -> bool:
    """Whether this update is new here: true once. Claim it in the transaction of its effects."""
    insert = insert_or(connection, handled_updates)
    statement = insert.values(bot_id=bot_id, update_id=update_id, handled_at=now).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(handled_updates.c.update_id))).first() is not None

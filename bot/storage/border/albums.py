"""Which pictures follow which message. Functions take the caller's connection and never commit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.border.border_tables import albums
from bot.storage.upsert import insert_or

_OF = select(albums.c.picture_ids).where(
    albums.c.chat_id == bindparam("chat"), albums.c.message_id == bindparam("message")
)


async def of(connection: AsyncConnection, chat_id: int, message_id: int) -> list[int]:
    """The ids of the pictures after this message, empty when there are none."""
    return (await connection.execute(_OF, {"chat": chat_id, "message": message_id})).scalar_one_or_none() or []


async def put(
    connection: AsyncConnection, chat_id: int, message_id: int, picture_ids: Sequence[int], *, now: datetime
) -> None:
    """Keep the pictures that follow a message; none removes what was kept."""
    if not picture_ids:
        await connection.execute(delete(albums).where(albums.c.chat_id == chat_id, albums.c.message_id == message_id))
        return
    insert = insert_or(connection, albums).values(
        chat_id=chat_id, message_id=message_id, picture_ids=list(picture_ids), sent_at=now
    )
    renewed = {"picture_ids": insert.excluded.picture_ids, "sent_at": insert.excluded.sent_at}
    await connection.execute(insert.on_conflict_do_update(index_elements=["chat_id", "message_id"], set_=renewed))


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Erase a chat's albums."""
    await connection.execute(delete(albums).where(albums.c.chat_id == chat_id))

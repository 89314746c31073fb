"""Pictures that Telegram already holds: content hash to file_id, for one bot. Never commits."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import pictures
from bot.storage.upsert import insert_or


async def file_ids(connection: AsyncConnection, bot_id: int, hashes: Collection[str]) -> dict[str, str]:
    """The file_id of each picture that is known."""
    query = select(pictures.c.hash, pictures.c.file_id).where(pictures.c.bot_id == bot_id, pictures.c.hash.in_(hashes))
    return {found.hash: found.file_id for found in await connection.execute(query)}


async def remember(connection: AsyncConnection, bot_id: int, found: Mapping[str, str], *, now: datetime) -> None:
    """Keep file_ids by hash; a newer one takes the older one's place."""
    if not found:
        return
    insert = insert_or(connection, pictures)
    rows = [
        {"bot_id": bot_id, "hash": key, "file_id": file_id, "created_at": now} for key, file_id in sorted(found.items())
    ]
    renewed = insert.on_conflict_do_update(
        index_elements=["bot_id", "hash"],
        set_={"file_id": insert.excluded.file_id, "created_at": insert.excluded.created_at},
    )
    await connection.execute(renewed, rows)


async def forget(connection: AsyncConnection, bot_id: int, file_id: str) -> None:
    """Telegram refused this file_id: the picture has to be sent anew."""
    await connection.execute(delete(pictures).where(pictures.c.bot_id == bot_id, pictures.c.file_id == file_id))

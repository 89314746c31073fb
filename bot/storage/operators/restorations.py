"""That the database was put back from a copy, until the content folder was looked at. Never commits."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.restoration import Restoration
from bot.storage import facts

_NAME: Final = "restored"


async def read(connection: AsyncConnection) -> Restoration | None:
    """The restore after which the folder was not looked at yet."""
    kept = await facts.get(connection, _NAME)
    return Restoration(datetime.fromisoformat(kept["at"]), datetime.fromisoformat(kept["since"])) if kept else None


async def keep(connection: AsyncConnection, restored: Restoration) -> None:
    await facts.put(connection, _NAME, {"at": restored.at.isoformat(), "since": restored.since.isoformat()})


async def forget(connection: AsyncConnection) -> None:
    """The folder was looked at, or nothing counts as sent."""
    await facts.put(connection, _NAME, None)

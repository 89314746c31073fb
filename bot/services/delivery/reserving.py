"""Slots for messages as the replicas of one bot share them: each call a statement of its own on PostgreSQL."""

from dataclasses import dataclass, field

from bot.storage.delivery import pace
from bot.storage.delivery.pace import Reserved
from bot.storage.engine import Database


@dataclass
class SharedPace:
    """The pace of one bot, whichever process sends."""

    db: Database
    bot_id: int
    per_second: float
    _is_open: bool = field(default=False, init=False)

    async def reserve(self, count: int, *, ahead: float | None = None) -> Reserved:
        """Take `count` slots; with `ahead`, only if the first is no more seconds away. Raises StorageError."""
        async with self.db.session() as connection:
            if not self._is_open:
                await pace.open_row(connection, self.bot_id)
                self._is_open = True
            return await pace.reserve(connection, self.bot_id, count, interval=1.0 / self.per_second, ahead=ahead)

    async def halt(self, seconds: float) -> None:
        """Tell everybody of a flood control. Raises StorageError."""
        async with self.db.session() as connection:
            await pace.open_row(connection, self.bot_id)
            await pace.halt(connection, self.bot_id, seconds)

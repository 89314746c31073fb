"""What Telegram calls the pictures that one bot has sent, kept in the database."""

from dataclasses import dataclass

from bot.services.ports import Clock
from bot.storage.border import pictures
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class StoredPictures:
    """A PictureStore; a file_id is good for the bot that got it, and for no other."""

    db: Database
    bot_id: int
    clock: Clock

    async def get(self, key: str) -> str | None:
        async with self.db.read() as connection:
            return (await pictures.file_ids(connection, self.bot_id, [key])).get(key)

    async def put(self, key: str, file_id: str) -> None:
        async with self.db.write() as connection:
            await pictures.remember(connection, self.bot_id, {key: file_id}, now=self.clock())

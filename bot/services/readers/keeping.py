"""What is kept about a chat, for whoever asks."""

from dataclasses import dataclass

from bot.storage.border import asked
from bot.storage.delivery import outbox, subscribers
from bot.storage.engine import Database
from bot.storage.index import searches


@dataclass(frozen=True, slots=True)
class Kept:
    """How much there is of each; `zone` is empty while none was chosen."""

    subscriptions: int = 0
    zone: str = ""
    digests: bool = False
    searches: bool = False


async def kept(db: Database, chat_id: int) -> Kept:
    """What is kept of a chat and its topics, besides what it chose in its settings."""
    async with db.read() as connection:
        theirs = await subscribers.of_chat(connection, chat_id)
        searched = await searches.recent(connection, chat_id, 1) or await asked.any_of(connection, chat_id)
        return Kept(
            subscriptions=sum(len(one.subscriptions) for one in theirs),
            zone=next((one.zone for one in theirs if one.zone), ""),
            digests=await outbox.any_of(connection, [one.id for one in theirs]),
            searches=bool(searched),
        )

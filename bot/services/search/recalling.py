"""What chats searched for, to be offered again, and how many searches there are a day."""

from dataclasses import dataclass
from datetime import datetime

from bot.search.fold import fold, storable
from bot.storage.engine import Database
from bot.storage.index import searches

RECENT = 5
FREQUENT = 3
# The names of daily counts.
SEARCHED, FOUND_NOTHING, CHOSEN = "searched", "found nothing", "chosen"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a chat searched for lately, and often."""

    recent: tuple[str, ...]
    frequent: tuple[str, ...]


async def suggestions(db: Database, chat_id: int) -> Suggestions:
    """What to offer a chat that has not said what to look for."""
    async with db.read() as conn:
        recent = await searches.recent(conn, chat_id, RECENT)
        frequent = await searches.frequent(conn, chat_id, FREQUENT)
    return Suggestions(tuple(recent), tuple(frequent))


async def record(
    db: Database, chat_id: int | None, text: str, *, found: bool, now: datetime, counted: bool = True
) -> None:
    """Remember what a chat searched for, and count the search unless it is no reader's; without a chat only count."""
    shown = " ".join(text.split())
    async with db.write() as conn:
        if chat_id is not None and shown and found:
            await searches.remember(conn, chat_id, storable(shown), _folded(shown), now=now)
        if counted:
            await searches.count(conn, now.date(), SEARCHED)
        if counted and not found:
            await searches.count(conn, now.date(), FOUND_NOTHING)


async def record_choice(db: Database, *, now: datetime) -> None:
    """Count a result that was chosen in inline mode."""
    async with db.write() as conn:
        await searches.count(conn, now.date(), CHOSEN)


def _folded(text: str) -> str:
    return " ".join(fold(text).casefold().split())

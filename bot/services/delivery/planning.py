"""What is due goes into the outbox, and what ended long ago leaves it."""

from datetime import datetime, timedelta

from bot.storage.border import questions
from bot.storage.delivery import outbox, parked
from bot.storage.delivery import planning as slots
from bot.storage.engine import Database

# Long enough to turn the pages of a digest, and to see in /status what went wrong.
KEPT = timedelta(days=30)


async def plan(db: Database, *, now: datetime, gather: timedelta, hurry: bool = False) -> int:
    """Plan every digest that is due; gives how many. Mostly nothing is, and then nothing is locked."""
    async with db.read() as connection:
        if not hurry and not await slots.is_due(connection, now=now):
            return 0
    async with db.write() as connection:
        return await slots.plan(connection, now=now, gather=gather, hurried=hurry)


async def tidy(db: Database, *, now: datetime, kept: timedelta = KEPT) -> None:
    """Forget what ended more than `kept` ago, and questions that nobody answered."""
    while True:
        async with db.write() as connection:
            await questions.prune(connection, now=now)
            if not await outbox.prune(connection, before=now - kept):
                return


async def resend_all(db: Database, *, now: datetime) -> int:
    """Send every uncertain digest once more; gives how many."""
    async with db.write() as connection:
        return await parked.all_again(connection, now=now)

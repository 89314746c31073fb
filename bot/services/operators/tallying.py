"""What is read, searched and followed, counted by day; nothing is kept of who did it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.services.ports import Clock
from bot.services.search.recalling import FOUND_NOTHING, SEARCHED
from bot.storage.engine import Database
from bot.storage.operators import tallies

WEEK, MONTH = 7, 30
TOP = 5


@dataclass(frozen=True, slots=True)
class Period:
    """The counts of the last `days` days, today among them."""

    days: int
    read: int
    searched: int
    found_nothing: int
    subscribed: int

    @property
    def is_empty(self) -> bool:
        return not (self.read or self.searched or self.subscribed)


@dataclass(frozen=True, slots=True)
class Stats:
    """Both periods, the posts opened most in the longer one, and its days (oldest first) for bars."""

    week: Period
    month: Period
    most_read: tuple[tuple[str, int], ...]
    read_by_day: tuple[int, ...]
    searched_by_day: tuple[int, ...]


@dataclass
class Tally:
    """Counts posts that are opened, and writes them down now and then: opening a post waits for no writer."""

    db: Database
    now: Clock
    _reads: Counter[tuple[date, str]] = field(default_factory=Counter)

    def read(self, key: str) -> None:
        """A post was opened."""
        self._reads[self.now().date(), key] += 1

    async def flush(self) -> None:
        """Write down what was counted."""
        reads, self._reads = self._reads, Counter()
        if not reads:
            return
        try:
            async with self.db.write() as connection:
                await tallies.add_reads(connection, reads)
        except BaseException:
            self._reads.update(reads)
            raise


async def stats(db: Database, *, now: datetime, admins: Collection[int] = ()) -> Stats:
    """The counts up to `now`; subscriptions of `admins` in their own chats are left out."""
    today = now.date()
    month = [today - timedelta(days=back) for back in range(MONTH)][::-1]
    async with db.read() as connection:
        read = await tallies.reads_by_day(connection, month[0])
        searched = await tallies.searches_by_day(connection, month[0], SEARCHED)
        nothing = await tallies.searches_by_day(connection, month[0], FOUND_NOTHING)
        subscribed = {days: await tallies.subscribed(connection, month[-days], but=admins) for days in (WEEK, MONTH)}
        most_read = await tallies.most_read(connection, month[0], size=TOP)

    def period(days: int) -> Period:
        opened, asked, in_vain = (
            sum(counts.get(day, 0) for day in month[-days:]) for counts in (read, searched, nothing)
        )
        return Period(days, opened, asked, in_vain, subscribed[days])

    return Stats(
        period(WEEK),
        period(MONTH),
        tuple(most_read),
        tuple(read.get(day, 0) for day in month),
        tuple(searched.get(day, 0) for day in month),
    )

"""The inbox as receivers use it: each call a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bot.services.ports import Clock
from bot.storage.border import inbox, updates
from bot.storage.engine import Database

LEASE: Final = timedelta(seconds=90)
"""What no replica has said for so long that it works on, another takes over."""

_SKEW: Final = timedelta(seconds=10)
"""By which the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class StoredInbox:
    """Updates of one bot that are not finished yet; they outlive the process.

    `shared`: other processes use it too, so that not everything in it is left over from an earlier run.
    """

    db: Database
    bot_id: int
    clock: Clock
    shared: bool = False

    async def admit(self, update: dict[str, Any]) -> bool:
        """Store an update unless it came before, to whichever process; whether it is new."""
        async with self.db.write() as connection:
            now = self.clock()
            if not await updates.claim(connection, self.bot_id, update["update_id"], now=now):
                return False
            await inbox.keep(connection, self.bot_id, [update], now=now)
            return True

    async def keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store them; one that is there already stays."""
        async with self.db.write() as connection:
            await inbox.keep(connection, self.bot_id, updates, now=self.clock())

    async def forget(self, update_ids: Sequence[int]) -> None:
        """They are finished."""
        async with self.db.write() as connection:
            await inbox.forget(connection, self.bot_id, update_ids)

    async def kept(self) -> Sequence[dict[str, Any]]:
        """What was never finished and nobody works on, oldest first."""
        now = self.clock()
        if self.shared:
            async with self.db.write() as connection:
                return await inbox.adopt(connection, self.bot_id, before=now - LEASE, now=now)
        async with self.db.read() as connection:
            return await inbox.kept(connection, self.bot_id)

    async def hold(self, update_ids: Sequence[int]) -> None:
        """This process still works on these; to be said more often than once in LEASE.

        Raises StorageError, also when there are none: who says this learns whether the others could.
        """
        async with self.db.write() as connection:
            await inbox.touch(connection, self.bot_id, update_ids, now=self.clock())

    async def release(self, update_ids: Sequence[int]) -> None:
        """This process does not work on these any more: another may take them at once."""
        if self.shared:
            async with self.db.write() as connection:
                await inbox.touch(connection, self.bot_id, update_ids, now=self.clock() - LEASE - _SKEW)

"""A sender shows the other replicas that it lives, and frees what those had claimed that live no more."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.errors import OperatorError
from bot.storage.delivery import holders
from bot.storage.engine import Database
from bot.storage.seat import Seat

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 1.0


@dataclass
class Presence:
    """Of the sender `owner` on PostgreSQL: a seat of its own, which the server frees when its process ends."""

    db: Database
    owner: str
    _keeping: "asyncio.Task[None] | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._seat = Seat(self.db.address, holders.seat_of(self.owner), outage=self.db.outage)

    def begin(self) -> None:
        """Sit down, and again whenever the connection is lost; until `end`."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())

    async def end(self) -> None:
        keeping, self._keeping = self._keeping, None
        # First, so that what is asked over its connection ends without the server's help.
        await self._seat.leave()
        if keeping is not None:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        await self._seat.leave()

    async def free_claims_of_the_dead(self, now: datetime) -> int:
        """How many may be claimed again."""
        async with self.db.read() as connection:
            owners = await holders.others(connection, self.owner)
        freed = 0
        for owner in owners:
            async with self.db.write() as connection:
                freed += await holders.give_up_if_gone(connection, owner, now=now)
        if freed:
            log.warning("A sender ended without a word; %s digests that it had claimed go on", freed)
        return freed

    async def _keep(self) -> None:
        while True:
            try:
                if await self._seat.take():
                    await self._seat.lost()
            except OperatorError:
                # Its claims may be freed meanwhile, and are not sent by it then.
                log.debug("The seat of this sender is not to be had now")
            await asyncio.sleep(_AGAIN_SECONDS)

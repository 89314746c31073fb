"""Writes down what became of digests: what is known is not lost because the database does not answer just then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bot.services.delivery.fencing import Ending, Fencing
from bot.services.delivery.gathering import Gathering
from bot.services.ports import Clock
from bot.storage.address import GivenUpError, StorageError

log = logging.getLogger(__name__)

Given = TypeVar("Given")

LINGER: Final = 0.02
"""Seconds in which a fast sender gathers a transaction; what waits to be settled may be parked by a crash."""
AGAIN: Final = 1.0
"""Seconds between two attempts in an outage."""


class Recorder:
    """The endings of one sender's flights, many in one transaction; in an outage they wait for its end."""

    def __init__(self, fencing: Fencing, now: Clock) -> None:
        self._fencing, self._now = fencing, now
        self._endings: Gathering[Ending, bool] = Gathering(lambda ended: fencing.settle(ended, now()), linger=LINGER)
        self._late: Gathering[Ending, bool] = Gathering(lambda ended: fencing.settle_late(ended, now()))
        self._unsent: Gathering[int, bool] = Gathering(lambda ids: fencing.give_back(ids, now()))

    async def ended(self, ending: Ending) -> bool:
        """Whether the chat lost its rights with this one. Returns when it stands in the database."""
        number = ending.sent.fenced.id
        try:
            return bool(await self._endings.ask(number, ending))
        except StorageError:
            return bool(await _until_answered(lambda: self._late.ask(number, ending)))
        except Exception:
            # The trouble may be another's that was to be written down with it.
            log.exception("The digest %s could not be written down with others; it is tried by itself", number)
            return bool(await _until_answered(lambda: self._alone(ending)))

    async def _alone(self, ending: Ending) -> bool:
        return (await self._fencing.settle_late([ending], self._now())).get(ending.sent.fenced.id, False)

    async def never_left(self, number: int) -> None:
        """Nothing of this one was sent, though its fence may stand: it may be claimed again."""
        await _until_answered(lambda: self._unsent.ask(number, number))


async def _until_answered(ask: Callable[[], Awaitable[Given]]) -> Given:
    while True:
        await asyncio.sleep(AGAIN)
        try:
            return await ask()
        except GivenUpError:
            raise
        except StorageError:
            continue

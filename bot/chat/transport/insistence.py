"""A method of Telegram's that is asked until it succeeds: why it does not is said once, and when it does.

Between the attempts stand pauses, ever longer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from telegram import error

from bot.chat.transport.outcomes import wait_of
from bot.chat.transport.request import TokenRefused
from bot.services.ports import Clock

log = logging.getLogger(__name__)

LONGEST_PAUSE: Final = 30.0
"""Seconds between two attempts at most."""

_FAILING: Final = {
    "getMe": "Telegram cannot be reached",
    "getUpdates": "No updates can be received",
    "setWebhook": "The webhook cannot be set",
    "deleteWebhook": "The webhook of an earlier start cannot be removed",
}
_OVER: Final = {
    "getMe": "Telegram answers",
    "getUpdates": "Updates arrive again",
    "setWebhook": "The webhook is set",
    "deleteWebhook": "The webhook of an earlier start is removed",
}


class Insistence:
    """What becomes of the attempts at one method.

    `chance` gives a number from 0 to 1; it keeps replicas from coming back all in the same instant.
    """

    def __init__(self, chance: Callable[[], float], method: str = "getUpdates") -> None:
        self._chance = chance
        self._method = method
        self._since: datetime | None = None
        self._told = ""
        self._attempts = 0

    def pause_after(self, failure: error.TelegramError, now: datetime) -> float:
        """How many seconds to wait before the next attempt. Raises TokenRefused when there is no use in one."""
        if isinstance(failure, error.InvalidToken | error.EndPointNotFound):
            raise TokenRefused from None
        self._since = self._since or now
        sentence = _sentence(failure, self._method)
        if sentence != self._told:
            log.warning("%s", sentence)
            self._told = sentence
        if isinstance(failure, error.RetryAfter):
            return wait_of(failure).total_seconds()
        pause = min(LONGEST_PAUSE, 2.0 ** min(self._attempts, 10))
        self._attempts += 1
        return pause * (0.5 + 0.5 * self._chance())

    def over(self, now: datetime) -> None:
        """An attempt succeeded."""
        if self._since is not None:
            log.info("%s, after %.0f s.", _OVER[self._method], (now - self._since).total_seconds())
        self._since, self._told, self._attempts = None, "", 0


async def insist(
    ask: Callable[[], Awaitable[object]], method: str, clock: Clock, *, chance: Callable[[], float]
) -> datetime:
    """Ask until this method of Telegram's succeeds, saying why it does not; gives when. Raises TokenRefused."""
    insistence = Insistence(chance, method)
    while True:
        try:
            await ask()
        except error.TelegramError as failure:
            await asyncio.sleep(insistence.pause_after(failure, clock()))
        else:
            now = clock()
            insistence.over(now)
            return now


def _sentence(failure: error.TelegramError, method: str) -> str:
    said = failure.message.rstrip(".")
    match failure:
        case error.Conflict() if "webhook" in failure.message.lower():
            return "A webhook is set for this bot, so Telegram gives no updates here; remove it, or serve the webhook."
        case error.Conflict():
            return (
                "Another program receives the updates of this bot: stop it, or this one. Until then each of them "
                "gets a part, and a reader may wait."
            )
        case error.RetryAfter():
            return f"Telegram wants no {method} for {wait_of(failure).total_seconds():.0f} s."
        case error.BadRequest() if method == "setWebhook":
            return (
                f"Telegram refuses setWebhook: {said}. Set HELIOGRAPH_WEBHOOK_URL to an address that it can bring "
                "updates to, and start again; until then it is asked again and again."
            )
        case error.BadRequest():
            return f"Telegram refuses {method}: {said}. Trying again until it does not."
    return f"{_FAILING[method]}: {said}. Trying again."

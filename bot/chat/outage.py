"""Trouble in receiving: said once in a sentence when it begins, waited out ever longer, and said when it is over."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from telegram import error

from bot.chat.outcomes import wait_of
from bot.chat.request import TokenRefused

log = logging.getLogger(__name__)

LONGEST_PAUSE: Final = 30.0
"""Seconds between two attempts at most."""


class Outage:
    """`chance` gives a number from 0 to 1; it keeps replicas from coming back all in the same instant."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._since: datetime | None = None
        self._told = ""
        self._attempts = 0

    def pause_after(self, failure: error.TelegramError, now: datetime) -> float:
        """How many seconds to wait before the next attempt. Raises TokenRefused when there is no use in one."""
        if isinstance(failure, error.InvalidToken | error.EndPointNotFound):
            raise TokenRefused from None
        self._since = self._since or now
        sentence = _sentence(failure)
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
            log.info("Updates arrive again, after %.0f s.", (now - self._since).total_seconds())
        self._since, self._told, self._attempts = None, "", 0


def _sentence(failure: error.TelegramError) -> str:
    match failure:
        case error.Conflict() if "webhook" in failure.message.lower():
            return "A webhook is set for this bot, so Telegram gives no updates here; remove it, or serve the webhook."
        case error.Conflict():
            return (
                "Another program receives the updates of this bot: stop it, or this one. Until then each of them "
                "gets a part, and a reader may wait."
            )
        case error.RetryAfter():
            return f"Telegram wants no getUpdates for {wait_of(failure).total_seconds():.0f} s."
        case error.BadRequest():
            return f"Telegram refuses getUpdates: {failure.message}."
    return f"No updates can be received: {failure.message}. Trying again until they can."

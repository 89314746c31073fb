"""Words to admins that nobody waits for: whom they do not reach is a line in the log, and keeps nothing from others."""

import logging
from collections.abc import Awaitable

from telegram.error import TelegramError

from bot.chat.transport.outcomes import outcome_of
from bot.services.ports import Busy, NotSent, Refused, Unknown

log = logging.getLogger(__name__)


async def tell(admin_id: int, what: str, sending: Awaitable[object]) -> bool:
    """Await `sending`; `what` it is about stands in the log when Telegram does not take it.

    False when it may reach the admin another time, for Telegram could not be asked, or did not answer.
    """
    try:
        await sending
    except TelegramError as error:
        outcome = outcome_of(error)
        # An admin who never pressed Start, or who blocked the bot, is nobody's fault, and an outage is told elsewhere.
        level = logging.WARNING if isinstance(outcome, Refused) else logging.INFO
        log.log(level, "Admin %s could not be told of %s: %s", admin_id, what, error.message)
        return not isinstance(outcome, Busy | NotSent | Unknown)
    return True

"""Words to admins that nobody waits for: whom they do not reach is a line in the log, and keeps nothing from others."""

import logging
from collections.abc import Awaitable

from telegram.error import TelegramError

from bot.chat.transport.outcomes import outcome_of
from bot.services.ports import Forbidden, Unreachable

log = logging.getLogger(__name__)


async def tell(admin_id: int, what: str, sending: Awaitable[object]) -> None:
    """Await `sending`; `what` it is about stands in the log when Telegram does not take it."""
    try:
        await sending
    except TelegramError as error:
        # An admin who never pressed Start, or who blocked the bot, is nobody's fault.
        is_away = isinstance(outcome_of(error), Forbidden | Unreachable)
        level = logging.INFO if is_away else logging.WARNING
        log.log(level, "Admin %s could not be told of %s: %s", admin_id, what, error.message)

"""Updates that failed: what the log says of them, who is told, and which are tried again."""

import logging
from enum import StrEnum

from telegram import Message, Update
from telegram.error import RetryAfter, TelegramError

from bot.chat import attempts
from bot.chat.desk import Desk
from bot.chat.routes import Routes
from bot.chat.transport.outcomes import outcome_of
from bot.chat.transport.request import MaybeReached, NotReached
from bot.chat.visit import Visit
from bot.domain.errors import HeliographError, OperatorError
from bot.services.ports import Forbidden, Unreachable
from bot.storage.address import StorageError

log = logging.getLogger(__name__)


class Cause(StrEnum):
    """What an update that failed is counted by. Only a FAULT may be the program's own."""

    FAULT = "fault"
    TELEGRAM = "telegram"
    DATABASE = "database"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"


def report(number: int | None, error: BaseException | None) -> Cause | None:
    """Put an error into the log, unless it is a reader's own, which has no cause; only a FAULT has a traceback."""
    if _is_for_readers(error):
        return None
    cause = _cause_of(error)
    if cause is Cause.FAULT:
        log.error("Update %s failed", number, exc_info=error)
    elif cause is Cause.UNREACHABLE:
        log.error("Update %s failed: nobody there can be written to: %s", number, error)
    else:
        log.error("Update %s failed: %s", number, error)
    return cause


def is_passing(update: Update, error: BaseException | None) -> bool:
    """Whether the database is to blame, and the sender need not hear of it.

    What was shown is not shown twice; else the attempt is off, and another one is made. Of taps and inline queries
    there is none: by then Telegram would not take the answer, and who tapped is told at once.
    """
    if not isinstance(error, StorageError):
        return False
    if was_answered(error):
        log.error("Update %s was answered, but not all of it was written down: %s", update.update_id, error)
        return True
    if update.callback_query is not None or update.inline_query is not None:
        return False
    log.debug("Update %s waits for the database: %s", update.update_id, error)
    attempts.current().is_off = True
    return True


def was_answered(error: BaseException) -> bool:
    """Whether the database failed only after the answer had been shown."""
    return isinstance(error, StorageError) and attempts.current().was_shown


def asks_us(message: Message, desk: Desk, routes: Routes) -> bool:
    """Whether a message is for the bot, so that its sender waits for an answer: in groups, few are."""
    if message.chat.type == message.chat.PRIVATE:
        return True
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == desk.bot.id:
        return True
    word = (message.text or "").partition(" ")[0].lower()
    name, _, addressee = word.removeprefix("/").partition("@")
    return word.startswith("/") and (addressee == desk.username.lower() or (not addressee and name in routes.commands))


def sentence(error: BaseException, visit: Visit) -> str:
    """What a reader is told: the sentence of an expected error, else an apology."""
    return str(error) if _is_for_readers(error) else visit.reader.words("error.sorry")


def _is_for_readers(error: BaseException | None) -> bool:
    return isinstance(error, HeliographError) and not isinstance(error, OperatorError)


def _cause_of(error: BaseException | None) -> Cause:
    if isinstance(error, StorageError):
        return Cause.DATABASE
    if isinstance(error, NotReached | MaybeReached | RetryAfter):
        return Cause.TELEGRAM
    if isinstance(error, TelegramError) and isinstance(outcome_of(error), Unreachable | Forbidden):
        # Who left, or took the bot's right to write, is no fault that could be found in a traceback.
        return Cause.UNREACHABLE
    return Cause.FAULT

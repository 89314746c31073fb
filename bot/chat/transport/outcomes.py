"""What an error of the Bot API means to whoever sent the message; descriptions are compared without regard to case."""

from datetime import timedelta
from typing import Final

from telegram import error

from bot.chat.transport.request import MaybeReached, NotReached
from bot.services.ports import Busy, Forbidden, Moved, NotSent, Outcome, Refused, Sent, Unknown, Unreachable

# Descriptions are those of tdlib/telegram-bot-api and of Telegram's server behind it, which names some faults in
# capitals with underscores. PTB writes them as "Chat_write_forbidden", hence the lower case.
_GONE: Final = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked from",
    "bot is not a member",
    "bot can't initiate conversation",
    "bot can't send messages to bots",
    "chat not found",
    "user not found",
    "group chat was deleted",
    "group chat was deactivated",
    "group chat was upgraded",
    "message thread not found",
    "chat_id_invalid",
    "channel_private",
    "input_user_deactivated",
    "peer_id_invalid",
    "topic_deleted",
    "user_is_blocked",
)
_NO_EDIT: Final = ("message to edit not found", "message_id_invalid", "can't be edited", "no text in the message")
_NO_RIGHT: Final = (
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "administrator rights are required",
    "chat_admin_required",
    "chat_restricted",
    "chat_write_forbidden",
    "topic_closed",
    "user_banned_in_channel",
)


def outcome_of(failure: error.TelegramError, *, editing: int | None = None) -> Outcome:
    """The verdict on one request.

    `editing` is the message that was to be edited: an edit that changes nothing has succeeded.
    """
    reason = failure.message
    match failure:
        case NotReached() | error.InvalidToken() | error.Conflict():
            return NotSent(reason)
        case MaybeReached():
            return Unknown(reason)
        case error.RetryAfter():
            return Busy(wait_of(failure))
        case error.ChatMigrated(new_chat_id=chat_id):
            return Moved(chat_id)
        case error.Forbidden():
            return Forbidden(reason) if _lacks_right(reason) else Unreachable(reason)
        case error.BadRequest():
            return _refusal(reason, editing)
        case error.EndPointNotFound():
            return Refused(reason)
    return Unknown(reason)


def wait_of(flood: error.RetryAfter) -> timedelta:
    """How long Telegram wants to hear nothing."""
    wait = flood.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def changed_nothing(failure: error.TelegramError) -> bool:
    """Whether an edit failed only because the message already says that."""
    return isinstance(failure, error.BadRequest) and "message is not modified" in failure.message.lower()


def cannot_edit(failure: error.TelegramError) -> bool:
    """Whether there is no message any more that could be edited, or none of its kind: a new one can be sent."""
    told = failure.message.lower()
    return isinstance(failure, error.BadRequest) and any(sign in told for sign in _NO_EDIT)


def dislikes_content(failure: error.TelegramError) -> bool:
    """Whether Telegram refuses what a message says, whoever it goes to; not that it cannot stand in this place."""
    if changed_nothing(failure) or cannot_edit(failure):
        return False
    return isinstance(outcome_of(failure), Refused)


def came_too_late(failure: error.TelegramError) -> bool:
    """Whether a tap or an inline query was answered after Telegram stopped waiting: nothing to be done."""
    told = failure.message.lower()
    late = ("query is too old", "query id is invalid", "query_id_invalid")
    return isinstance(failure, error.BadRequest) and any(sign in told for sign in late)


def _refusal(reason: str, editing: int | None) -> Outcome:
    told = reason.lower()
    if editing is not None and "message is not modified" in told:
        return Sent(editing)
    if _lacks_right(reason):
        return Forbidden(reason)
    if any(sign in told for sign in _GONE):
        return Unreachable(reason)
    return Refused(reason)


def _lacks_right(reason: str) -> bool:
    told = reason.lower()
    # Rights by kind of message: CHAT_SEND_PHOTOS_FORBIDDEN, CHAT_SEND_PLAIN_FORBIDDEN and so on.
    by_kind = "chat_send_" in told and "_forbidden" in told
    return by_kind or any(sign in told for sign in _NO_RIGHT)

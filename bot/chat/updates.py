"""Updates as Telegram sends them: who wrote, where, and in which lane they wait. Nothing here fails on a new kind."""

import re
from typing import Any, Final, TypeAlias

RawUpdate: TypeAlias = dict[str, Any]
"""One Update object of the Bot API: `update_id`, and one more key that names its kind."""

_WISHES: Final = frozenset({"message", "edited_message", "callback_query", "inline_query"})

_KIND: Final = re.compile(r"[a-z_]{1,40}")

# What a message tells about its chat; none of it may get lost because somebody was loud.
_NEWS: Final = frozenset(
    {
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "new_chat_members",
        "left_chat_member",
        "group_chat_created",
        "supergroup_chat_created",
        "forum_topic_created",
        "forum_topic_closed",
        "forum_topic_reopened",
    }
)


def kind_of(update: RawUpdate) -> str:
    """`message`, `callback_query` and so on; empty when there is only the id, or no name that a kind may have."""
    kind = next((key for key in update if key != "update_id"), "")
    return kind if _KIND.fullmatch(kind) else ""


def chat_of(update: RawUpdate) -> int | None:
    """The chat it happened in; None for inline queries, polls and taps on inline messages."""
    payload = _payload(update)
    return _id(payload.get("chat")) or _id(_dict(payload.get("message")).get("chat"))


def person_of(update: RawUpdate) -> int | None:
    """Who did it; None for channel posts and polls.

    Who speaks as a chat is that chat: all of them come from the same few accounts of Telegram's.
    """
    payload = _payload(update)
    return _id(payload.get("sender_chat")) or _id(payload.get("from")) or _id(payload.get("user"))


def lane_of(update: RawUpdate) -> int:
    """Updates with the same number are handled in order: the chat's, else the person's, else 0."""
    return chat_of(update) or person_of(update) or 0


def is_wish(update: RawUpdate) -> bool:
    """Whether a person wants something of the bot, as often as they please; only this is ever throttled."""
    kind = kind_of(update)
    return kind in _WISHES and not (kind == "message" and _NEWS & _payload(update).keys())


def _payload(update: RawUpdate) -> dict[str, Any]:
    return _dict(update.get(kind_of(update)))


def _id(value: object) -> int | None:
    number = _dict(value).get("id")
    return number if isinstance(number, int) else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

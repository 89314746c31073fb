"""Whether the bot may do what it asks in a chat, and the words when it may not."""

import re
from typing import Literal, TypeAlias

from bot.sandbox.errors import ApiError, bad_request, forbidden
from bot.sandbox.params import Params
from bot.sandbox.world import Chat, Message, World

Access: TypeAlias = Literal["read", "edit", "write"]
# tdlib/telegram-bot-api: the General topic of a forum is addressed by leaving message_thread_id out.
GENERAL_TOPIC_ID = 1
CHAT_ID = re.compile(r"-?[0-9]{1,20}")
NEEDS = {"messages": "text messages", "photos": "photos", "documents": "documents"}


def find_chat(world: World, reference: str) -> Chat:
    """The chat of an id or @username; ApiError 400 when there is none the bot could know."""
    if not reference:
        raise bad_request("chat_id is empty")
    if reference.startswith("@"):
        name = reference[1:].lower()
        found = next((c for c in world.chats.values() if (c.username or "").lower() == name), None)
    else:
        found = world.chats.get(int(reference)) if CHAT_ID.fullmatch(reference) else None
    if found is None:
        raise bad_request("chat not found")
    return found


def reach_chat(world: World, params: Params, access: Access) -> Chat:
    """The chat named by `chat_id`, if the bot has that access to it."""
    chat = find_chat(world, params.text("chat_id"))
    if chat.type == "private":
        _check_private(world, chat, access)
    else:
        _check_shared(world, chat, access)
    return chat


def _check_private(world: World, chat: Chat, access: Access) -> None:
    person = world.people[chat.id]
    if person.deactivated and access != "read":
        raise forbidden("user is deactivated")
    if not person.started:
        raise (
            bad_request("chat not found")
            if access == "read"
            else forbidden("bot can't initiate conversation with a user")
        )
    if person.blocked and access == "write":
        raise forbidden("bot was blocked by the user")


def _check_shared(world: World, chat: Chat, access: Access) -> None:
    kind = "group" if chat.type == "group" else chat.type
    if chat.migrated_to is not None and access == "write":
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    place = chat.member(world.bot.id)
    # A basic group can still be read after the bot is gone, a public supergroup too.
    readable = chat.type == "group" or (chat.username is not None and place.status != "kicked")
    if place.present or (access == "read" and readable):
        return
    if place.status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    raise forbidden(f"bot is not a member of the {kind} chat")


def check_sending(world: World, chat: Chat, what: str) -> None:
    """Rights to post: `what` is messages, photos or documents."""
    place = chat.member(world.bot.id)
    if chat.type == "channel":
        if not place.administers or (place.status == "administrator" and not place.rights.get("can_post_messages")):
            raise bad_request("need administrator rights in the channel chat")
    elif place.status == "restricted" and not place.permissions.get(f"can_send_{what}", False):
        raise bad_request(f"not enough rights to send {NEEDS[what]} to the chat")


def find_topic(world: World, chat: Chat, params: Params) -> int | None:
    """The topic a message goes to; None outside forums and for General."""
    thread_id = params.integer("message_thread_id")
    if not thread_id or (chat.type != "private" and not chat.is_forum):
        return None
    topic = chat.topics.get(thread_id)
    if topic is None or thread_id == GENERAL_TOPIC_ID:
        raise bad_request("message thread not found")
    place = chat.member(world.bot.id)
    if topic.is_closed and not (place.administers and place.rights.get("can_manage_topics")):
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def own_message(world: World, chat: Chat, message_id: int, doing: str) -> Message:
    """A message of the bot's; `doing` is edit or delete."""
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {doing} not found")
    posted_here = chat.type == "channel" and (
        message.from_id == world.bot.id or chat.member(world.bot.id).rights.get("can_edit_messages")
    )
    if message.from_id != world.bot.id and not message.via_bot and not posted_here:
        raise bad_request("message can't be edited")
    return message

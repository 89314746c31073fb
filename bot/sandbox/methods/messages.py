"""Sending text, deleting messages, and showing that the bot is busy."""

from typing import Any

from bot.sandbox import render
from bot.sandbox.access import reach_chat
from bot.sandbox.errors import bad_request
from bot.sandbox.limits import DELETION_TIME, MAX_MESSAGES_IN_DELETION, MAX_TEXT_CHARACTERS
from bot.sandbox.params import Params
from bot.sandbox.posting import COMMON, post
from bot.sandbox.registry import Registry
from bot.sandbox.text import fix_text
from bot.sandbox.world import Chat, JsonObject, World

methods = Registry()

CHAT_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "cancel",
})  # fmt: skip
PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}


def text_content(params: Params) -> JsonObject:
    """`text`, `entities` and `link_preview_options`, checked and trimmed."""
    given = params.text("text")
    if not given:
        raise bad_request("Message text is empty")
    text, entities = fix_text(given, params.parsed("entities"))
    if len(text) > MAX_TEXT_CHARACTERS:
        raise bad_request("Message is too long")
    content: JsonObject = {"text": text}
    if entities:
        content["entities"] = entities
    preview = params.parsed("link_preview_options")
    if preview:
        if not isinstance(preview, dict) or set(preview) - PREVIEW_FIELDS:
            raise bad_request("Object expected as link preview options")
        content["link_preview_options"] = preview
    return content


@methods.method("sendMessage", *COMMON, "text", "entities", "link_preview_options", "reply_markup")
def send_message(world: World, params: Params) -> JsonObject:
    chat = reach_chat(world, params, "write")
    return render.message(world, post(world, params, [text_content(params)], "messages", chat=chat)[0])


@methods.method("sendChatAction", "chat_id", "message_thread_id", "action")
def send_chat_action(world: World, params: Params) -> bool:
    chat = reach_chat(world, params, "write")
    action = params.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("Wrong parameter action in request")
    thread_id = params.integer("message_thread_id") or None
    world.events.publish("chat_action", chat_id=chat.id, action=action, message_thread_id=thread_id)
    return True


@methods.method("deleteMessage", "chat_id", "message_id")
def delete_message(world: World, params: Params) -> bool:
    chat = reach_chat(world, params, "write")
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to delete not found")
    if not _deletable(world, chat, message_id):
        raise bad_request("message can't be deleted")
    _delete(world, chat, [message_id])
    return True


@methods.method("deleteMessages", "chat_id", "message_ids")
def delete_messages(world: World, params: Params) -> bool:
    chat = reach_chat(world, params, "write")
    ids: Any = params.parsed("message_ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("Message identifiers are not specified")
    if len(ids) > MAX_MESSAGES_IN_DELETION:
        raise bad_request("Too many message identifiers specified")
    if not all(isinstance(i, int) for i in ids):
        raise bad_request("Message identifier must be a Number")
    _delete(world, chat, [i for i in dict.fromkeys(ids) if i in chat.messages and _deletable(world, chat, i)])
    return True


def _deletable(world: World, chat: Chat, message_id: int) -> bool:
    message = chat.messages[message_id]
    place = chat.member(world.bot.id)
    if place.administers and place.rights.get("can_delete_messages"):
        return True
    fresh = world.clock.timestamp() - message.date <= DELETION_TIME.total_seconds()
    return fresh and (chat.type == "private" or message.from_id == world.bot.id)


def _delete(world: World, chat: Chat, message_ids: list[int]) -> None:
    for message_id in message_ids:
        del chat.messages[message_id]
        world.events.publish("deleted", chat_id=chat.id, message_id=message_id)

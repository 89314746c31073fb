"""Editing the text, caption and keyboard of the bot's messages, by message or by inline_message_id."""

from typing import Any

from bot.sandbox import render
from bot.sandbox.access import own_message, reach_chat
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import check_markup
from bot.sandbox.limits import MAX_CAPTION_CHARACTERS
from bot.sandbox.methods.messages import text_content
from bot.sandbox.params import Params
from bot.sandbox.posting import announce_edit
from bot.sandbox.registry import Registry
from bot.sandbox.rich import rich_content
from bot.sandbox.text import fix_text
from bot.sandbox.world import JsonObject, Message, World

methods = Registry()

TARGET = ("chat_id", "message_id", "inline_message_id", "reply_markup")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
CAPTION_KEYS = ("caption", "caption_entities", "show_caption_above_media")


def edited_message(world: World, params: Params) -> Message:
    """The message an edit is about; ApiError 400 when it is not there or not the bot's."""
    inline_id = params.text("inline_message_id")
    if inline_id:
        place = world.inline_messages.get(inline_id)
        message = world.chats[place[0]].messages.get(place[1]) if place else None
        if message is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return message
    chat = reach_chat(world, params, "edit")
    if not params.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    return own_message(world, chat, params.integer("message_id"), "edit")


def apply_edit(world: World, params: Params, message: Message, content: JsonObject) -> JsonObject | bool:
    """Replace content and keyboard; the message as it now is, or True when it was named by inline_message_id."""
    markup = check_markup(params.parsed("reply_markup"), inline_only=True)
    if content == message.content and markup == message.reply_markup:
        raise bad_request(NOT_MODIFIED)
    message.content, message.reply_markup = content, markup
    message.edit_date = world.clock.timestamp()
    announce_edit(world, message)
    return True if params.text("inline_message_id") else render.message(world, message)


def caption_content(caption: str, entities: Any, *, above: bool = False) -> JsonObject:
    """`caption` and `caption_entities`, checked and trimmed; empty when there is no caption."""
    caption, kept = fix_text(caption, entities, may_be_empty=True)
    if len(caption) > MAX_CAPTION_CHARACTERS:
        raise bad_request("Message caption is too long")
    content: JsonObject = {"caption": caption} if caption else {}
    if kept:
        content["caption_entities"] = kept
    if above:
        content["show_caption_above_media"] = True
    return content


@methods.method(
    "editMessageText", *TARGET, "text", "entities", "link_preview_options", "rich_message", attachments=True
)
def edit_message_text(world: World, params: Params) -> JsonObject | bool:
    message = edited_message(world, params)
    content = rich_content(world, params) if "rich_message" in params else text_content(params)
    if "text" not in message.content and "rich_message" not in message.content:
        raise bad_request("There is no text in the message to edit")
    return apply_edit(world, params, message, content)


@methods.method("editMessageCaption", *TARGET, *CAPTION_KEYS)
def edit_message_caption(world: World, params: Params) -> JsonObject | bool:
    message = edited_message(world, params)
    if not any(kind in message.content for kind in ("photo", "document")):
        raise bad_request("There is no caption in the message to edit")
    kept = {name: value for name, value in message.content.items() if name not in CAPTION_KEYS}
    above = params.flag("show_caption_above_media")
    caption = caption_content(params.text("caption"), params.parsed("caption_entities"), above=above)
    return apply_edit(world, params, message, {**kept, **caption})


@methods.method("editMessageReplyMarkup", *TARGET)
def edit_message_reply_markup(world: World, params: Params) -> JsonObject | bool:
    message = edited_message(world, params)
    return apply_edit(world, params, message, message.content)

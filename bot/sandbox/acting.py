"""What people do in chats: write, send files, edit, tap, block. Each act reaches the bot as Telegram would tell it."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox import membership, render
from bot.sandbox.errors import bad_request
from bot.sandbox.files import StoredFile
from bot.sandbox.keyboards import button_at
from bot.sandbox.limits import MAX_ALBUM_ITEMS, MIN_ALBUM_ITEMS
from bot.sandbox.posting import announce_edit, publish
from bot.sandbox.text import fix_text
from bot.sandbox.world import (
    GROUP_ANONYMOUS_BOT_ID,
    SERVICE_ACCOUNT_ID,
    CallbackQuery,
    Chat,
    JsonObject,
    Message,
    World,
)

ANONYMOUS = (GROUP_ANONYMOUS_BOT_ID, SERVICE_ACCOUNT_ID)


def say(
    world: World,
    chat_id: int,
    from_id: int,
    text: str,
    *,
    entities: list[JsonObject] | None = None,
    reply_to: int | None = None,
    thread_id: int | None = None,
) -> Message:
    """A person writes. In a private chat the first /start makes the bot able to answer."""
    fixed, found = fix_text(text, entities)
    content: JsonObject = {"text": fixed}
    if found:
        content["entities"] = found
    return write(world, chat_id, from_id, content, reply_to=reply_to, thread_id=thread_id)


def send_file(
    world: World,
    chat_id: int,
    from_id: int,
    stored: StoredFile,
    *,
    caption: str = "",
    reply_to: int | None = None,
    thread_id: int | None = None,
    album: str | None = None,
) -> Message:
    """A person sends a photo or a document, by the file's kind."""
    content = file_content(stored)
    if caption:
        content["caption"], found = fix_text(caption, None)
        if found:
            content["caption_entities"] = found
    return write(world, chat_id, from_id, content, reply_to=reply_to, thread_id=thread_id, album=album)


def send_album(world: World, chat_id: int, from_id: int, items: Sequence[tuple[StoredFile, str]]) -> list[Message]:
    """A person sends 2 to 10 photos, or as many documents, at once; each with its caption, or none."""
    if not MIN_ALBUM_ITEMS <= len(items) <= MAX_ALBUM_ITEMS:
        raise bad_request(f"an album has {MIN_ALBUM_ITEMS} to {MAX_ALBUM_ITEMS} items")
    if len({stored.kind for stored, _ in items}) > 1:
        raise bad_request("an album holds photos or documents, not both")
    album = str(world.next_serial())
    return [send_file(world, chat_id, from_id, stored, caption=caption, album=album) for stored, caption in items]


def file_content(stored: StoredFile) -> JsonObject:
    """The `photo` or `document` of a message."""
    known = {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": len(stored.data)}
    if stored.kind == "photo":
        return {"photo": [{**known, "width": stored.width, "height": stored.height}]}
    return {"document": {**known, "file_name": stored.name, "mime_type": stored.mime_type}}


def write(
    world: World,
    chat_id: int,
    from_id: int,
    content: JsonObject,
    *,
    reply_to: int | None = None,
    thread_id: int | None = None,
    via_bot: bool = False,
    reply_markup: JsonObject | None = None,
    inline_message_id: str | None = None,
    album: str | None = None,
) -> Message:
    """Put a person's message into a chat and tell the bot of it, if it may see it there."""
    chat = membership.chat_of(world, chat_id)
    author = _author(world, chat, from_id)
    if thread_id is not None and thread_id not in chat.topics:
        raise bad_request("message thread not found")
    message = Message(
        chat.id,
        world.next_message_id(chat),
        world.clock.timestamp(),
        content,
        from_id=author,
        sender_chat_id=chat.id if author != from_id or chat.type == "channel" else None,
        thread_id=thread_id,
        reply_to=reply_to if reply_to in chat.messages else None,
        reply_markup=reply_markup,
        via_bot=via_bot,
        inline_message_id=inline_message_id,
        media_group_id=album,
    )
    publish(world, message)
    tell_bot(world, chat, message)
    return message


def _author(world: World, chat: Chat, from_id: int) -> int:
    """Who stands as the sender; ApiError 400 when that person cannot write there."""
    person = world.person(from_id)
    if chat.type == "private":
        if chat.id != from_id:
            raise bad_request("that private chat belongs to another person")
        if person.blocked:
            raise bad_request("unblock the bot first")
        person.started = True
        return from_id
    if chat.migrated_to is not None:
        raise bad_request("that group has become a supergroup")
    place = chat.member(from_id)
    if not place.present or (chat.type == "channel" and not place.administers):
        raise bad_request("that person cannot write in this chat")
    if place.status == "restricted" and not place.permissions.get("can_send_messages"):
        raise bad_request("that person is restricted in this chat")
    return GROUP_ANONYMOUS_BOT_ID if place.is_anonymous and place.administers and chat.type != "channel" else from_id


def tell_bot(world: World, chat: Chat, message: Message, *, edited: bool = False) -> None:
    """Queue the update, unless the bot is not there or privacy mode hides the message from it."""
    kind = "channel_post" if chat.type == "channel" else "message"
    if edited:
        kind = f"edited_{kind}"
    if chat.type == "private" or membership.bot_sees(world, chat, message):
        world.updates.push(kind, render.message(world, message))


def edit(world: World, chat_id: int, from_id: int, message_id: int, text: str) -> Message:
    """A person mends a text of theirs."""
    chat = membership.chat_of(world, chat_id)
    message = chat.messages.get(message_id)
    if message is None or message.from_id != from_id or "text" not in message.content:
        raise bad_request("message can't be edited")
    fixed, found = fix_text(text, None)
    message.content = {"text": fixed, **({"entities": found} if found else {})}
    message.edit_date = world.clock.timestamp()
    announce_edit(world, message)
    tell_bot(world, chat, message, edited=True)
    return message


def tap(
    world: World,
    chat_id: int,
    from_id: int,
    message_id: int,
    *,
    row: int = 0,
    column: int = 0,
    data: str | None = None,
) -> JsonObject:
    """A person taps a button: `{"callback_query_id"}`, or what else the button does; `data` forges a tap.

    A reply keyboard's button writes its text.
    """
    chat = membership.chat_of(world, chat_id)
    world.person(from_id)
    message = chat.messages.get(message_id)
    if data is not None:
        return _call_back(world, chat, from_id, message_id, data)
    button = button_at(message.reply_markup if message else None, row, column)
    if message is None or button is None:
        raise bad_request("there is no such button")
    if "keyboard" in (message.reply_markup or {}):
        return {"message": render.message(world, say(world, chat_id, from_id, button["text"]))}
    if "callback_data" in button:
        return _call_back(world, chat, from_id, message_id, button["callback_data"])
    return {name: value for name, value in button.items() if name != "text"}


def _call_back(world: World, chat: Chat, from_id: int, message_id: int, data: str) -> JsonObject:
    query = CallbackQuery(str(world.next_serial()), from_id, chat.id, message_id, world.clock.now())
    world.open_callback(query)
    payload: dict[str, Any] = {"id": query.id, "from": render.user(world.people[from_id])}
    message = chat.messages.get(message_id)
    if message is not None and message.inline_message_id:
        payload["inline_message_id"] = message.inline_message_id
    elif message is not None:
        payload["message"] = render.message(world, message)
    else:
        payload["message"] = render.inaccessible(world, chat.id, message_id)
    world.updates.push("callback_query", {**payload, "chat_instance": str(abs(chat.id)), "data": data})
    return {"callback_query_id": query.id}

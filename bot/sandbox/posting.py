"""How a message of the bot's comes into a chat: topic, reply, keyboard, limits, and everyone who watches is told."""

from typing import Any

from bot.sandbox import access, render
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import check_markup
from bot.sandbox.params import Params
from bot.sandbox.world import Chat, JsonObject, Message, World

COMMON = ("chat_id", "message_thread_id", "disable_notification", "protect_content", "allow_paid_broadcast",
          "reply_parameters")  # fmt: skip
REPLY_FIELDS = {"message_id", "chat_id", "allow_sending_without_reply"}


def post(
    world: World, params: Params, contents: list[JsonObject], what: str, *, chat: Chat, album: bool = False
) -> list[Message]:
    """Send checked contents to a chat the bot reached, one message each. `what` is messages, photos or documents."""
    access.check_sending(world, chat, what)
    thread_id = access.find_topic(world, chat, params)
    replied = _replied(world, chat, params.parsed("reply_parameters"))
    if replied is not None and thread_id is None:
        thread_id = replied.thread_id
    markup = check_markup(params.parsed("reply_markup"), inline_only=chat.type == "channel")
    world.throttle.admit(chat.id, len(contents), paid=params.flag("allow_paid_broadcast"))
    group_id = str(world.next_serial()) if album else None
    return [
        publish(
            world,
            Message(
                chat.id,
                world.next_message_id(chat),
                world.clock.timestamp(),
                content,
                # In a channel the author is the channel itself; the bot stays known to the server.
                from_id=world.bot.id,
                sender_chat_id=chat.id if chat.type == "channel" else None,
                thread_id=thread_id,
                reply_to=replied.message_id if replied else None,
                reply_markup=markup,
                media_group_id=group_id,
                silent=params.flag("disable_notification"),
                protected=params.flag("protect_content"),
            ),
        )
        for content in contents
    ]


def publish(world: World, message: Message) -> Message:
    """Keep a message and tell the watchers."""
    world.keep(message)
    world.events.publish("message", chat_id=message.chat_id, message=render.seen(world, message))
    return message


def announce_edit(world: World, message: Message) -> None:
    world.events.publish("edited", chat_id=message.chat_id, message=render.seen(world, message))


def _replied(world: World, chat: Chat, reply: Any) -> Message | None:
    if reply is None:
        return None
    if not isinstance(reply, dict):
        raise bad_request("Object expected as reply parameters")
    unknown = set(reply) - REPLY_FIELDS
    if unknown:
        raise bad_request(f"this server knows no {min(unknown)} of reply parameters")
    if str(reply.get("chat_id") or chat.id) not in (str(chat.id), f"@{chat.username}"):
        raise bad_request("this server knows no replies across chats")
    message_id = reply.get("message_id")
    if not isinstance(message_id, int):
        raise bad_request('Field "message_id" must be of type Number')
    message = chat.messages.get(message_id)
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message

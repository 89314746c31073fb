"""Who is where: joining, leaving, blocking, promoting, topics, and groups that become supergroups."""

import re
from typing import Any

from bot.sandbox import render
from bot.sandbox.errors import bad_request
from bot.sandbox.posting import publish
from bot.sandbox.world import Chat, ChatType, JsonObject, Member, Message, Topic, World

COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@([A-Za-z0-9_]+))?")
STATUSES = ("creator", "administrator", "member", "restricted", "left", "kicked")


def chat_of(world: World, chat_id: int) -> Chat:
    chat = world.chats.get(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    return chat


def create_chat(
    world: World,
    kind: ChatType,
    title: str,
    creator_id: int,
    *,
    username: str | None = None,
    is_forum: bool = False,
    member_ids: tuple[int, ...] = (),
    bot_status: str | None = None,
    bot_rights: dict[str, bool] | None = None,
) -> Chat:
    """A group, supergroup or channel; `bot_status` brings the bot in at once."""
    if kind == "private" or (is_forum and kind != "supergroup"):
        raise bad_request("only groups, supergroups and channels are created, and only supergroups are forums")
    world.person(creator_id)
    chat = Chat(world.next_chat_id(kind), kind, title, username, is_forum=is_forum)
    chat.members[creator_id] = Member(creator_id, "creator")
    for member_id in member_ids:
        world.person(member_id)
        chat.members[member_id] = Member(member_id)
    world.chats[chat.id] = chat
    world.events.publish("chat", chat_id=chat.id)
    if bot_status:
        place(world, chat, world.bot.id, bot_status, by=creator_id, rights=bot_rights)
    return chat


def place(
    world: World,
    chat: Chat,
    user_id: int,
    status: str,
    *,
    by: int,
    rights: dict[str, bool] | None = None,
    permissions: dict[str, bool] | None = None,
    is_anonymous: bool = False,
    custom_title: str | None = None,
) -> Member:
    """Give a person (or the bot) a place: `rights` for administrators, `permissions` for the restricted."""
    if status not in STATUSES:
        raise bad_request(f"status must be one of {', '.join(STATUSES)}")
    world.person(user_id)
    before = chat.member(user_id)
    known = {*render.ADMIN_RIGHTS, *render.CHANNEL_RIGHTS, *render.GROUP_RIGHTS}
    unknown = (set(rights or {}) - known) | (set(permissions or {}) - set(render.PERMISSIONS))
    if unknown:
        raise bad_request(f"there is no right {min(unknown)}")
    after = Member(
        user_id,
        status,
        rights=dict(rights or {}),
        permissions=dict(permissions or {}),
        is_anonymous=is_anonymous,
        custom_title=custom_title,
    )
    chat.members[user_id] = after
    tell_of_member(world, chat, before, after, by)
    if before.present != after.present:
        note = (
            {"new_chat_members": [render.user(world.people[user_id])]}
            if after.present
            else {"left_chat_member": render.user(world.people[user_id])}
        )
        if chat.type != "channel":
            serve_note(world, chat, by, note)
    world.events.publish("chat", chat_id=chat.id)
    return after


def tell_of_member(world: World, chat: Chat, before: Member, after: Member, by: int) -> None:
    """my_chat_member about the bot itself, chat_member about others where the bot administers."""
    mine = after.user_id == world.bot.id
    if not mine and not chat.member(world.bot.id).administers:
        return
    payload: dict[str, Any] = {
        "chat": render.chat(world, chat),
        "from": render.user(world.people[by]),
        "date": world.clock.timestamp(),
        "old_chat_member": render.member(world, before, chat),
        "new_chat_member": render.member(world, after, chat),
    }
    world.updates.push("my_chat_member" if mine else "chat_member", payload)


def serve_note(world: World, chat: Chat, by: int, note: JsonObject, thread_id: int | None = None) -> Message:
    """A service message; the bot sees it if it is (or just was) there."""
    message = Message(
        chat.id,
        world.next_message_id(chat),
        world.clock.timestamp(),
        note,
        from_id=by,
        thread_id=thread_id,
    )
    publish(world, message)
    gone_just_now = note.get("left_chat_member", {}).get("id") == world.bot.id
    if chat.member(world.bot.id).present or gone_just_now:
        world.updates.push("message", render.message(world, message))
    return message


def set_blocked(world: World, person_id: int, blocked: bool) -> None:
    """A person blocks or unblocks the bot; it is told by my_chat_member."""
    person = world.person(person_id)
    if person.blocked == blocked:
        return
    person.blocked = blocked
    was, now = ("member", "kicked") if blocked else ("kicked", "member")
    tell_of_member(world, world.chats[person_id], Member(world.bot.id, was), Member(world.bot.id, now), person_id)
    world.events.publish("person", user_id=person_id)


def add_topic(world: World, chat: Chat, name: str, by: int) -> Topic:
    """Open a topic in a forum; its id is that of its first service message."""
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    thread_id = chat.last_message_id + 1
    topic = Topic(thread_id, name)
    chat.topics[thread_id] = topic
    serve_note(world, chat, by, {"forum_topic_created": {"name": name, "icon_color": 7322096}}, thread_id)
    return topic


def close_topic(world: World, chat: Chat, thread_id: int, by: int, *, closed: bool = True) -> Topic:
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad_request("message thread not found")
    topic.is_closed = closed
    serve_note(world, chat, by, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, thread_id)
    return topic


def migrate(world: World, chat: Chat) -> Chat:
    """Turn a basic group into a supergroup: a new chat, a note in each, and refusals in the old one."""
    if chat.type != "group" or chat.migrated_to is not None:
        raise bad_request("only a basic group can become a supergroup, once")
    creator = next(m.user_id for m in chat.members.values() if m.status == "creator")
    new = Chat(world.next_chat_id("supergroup"), "supergroup", chat.title, chat.username, chat.description)
    new.members = dict(chat.members)
    world.chats[new.id] = new
    serve_note(world, chat, creator, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    serve_note(world, new, creator, {"migrate_from_chat_id": chat.id})
    world.events.publish("chat", chat_id=chat.id)
    world.events.publish("chat", chat_id=new.id)
    return new


def bot_sees(world: World, chat: Chat, message: Message) -> bool:
    """Privacy mode, by core.telegram.org/bots/features#privacy-mode."""
    here = chat.member(world.bot.id)
    if not here.present:
        return False
    if chat.type == "channel" or here.administers or world.can_read_all_group_messages or message.via_bot:
        return True
    replied = chat.messages.get(message.reply_to) if message.reply_to is not None else None
    if replied is not None and replied.from_id == world.bot.id:
        return True
    command = COMMAND.match(message.content.get("text") or message.content.get("caption") or "")
    if command is None:
        return False
    return command[1] is None or command[1].lower() == (world.bot.username or "").lower()

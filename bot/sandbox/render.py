"""The Bot API's JSON of people, chats, members and messages."""

from typing import Any

from bot.sandbox.world import Chat, JsonObject, Member, Message, Person, World

# core.telegram.org/bots/api#chatadministratorrights
ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories",
)  # fmt: skip
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")
# core.telegram.org/bots/api#chatpermissions
PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def user(person: Person) -> JsonObject:
    view: JsonObject = {"id": person.id, "is_bot": person.is_bot, "first_name": person.first_name}
    for name in ("last_name", "username", "language_code"):
        value = getattr(person, name)
        if value:
            view[name] = value
    return view


def bot(world: World) -> JsonObject:
    """What getMe answers."""
    return {
        **user(world.bot),
        "first_name": world.profile.names.get("") or world.bot.first_name,
        "can_join_groups": True,
        "can_read_all_group_messages": world.can_read_all_group_messages,
        "supports_inline_queries": world.supports_inline_queries,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
    }


def chat(world: World, of: Chat) -> JsonObject:
    if of.type == "private":
        person = world.people[of.id]
        view: JsonObject = {"id": of.id, "first_name": person.first_name}
        for name in ("last_name", "username"):
            if getattr(person, name):
                view[name] = getattr(person, name)
        return {**view, "type": "private"}
    view = {"id": of.id, "title": of.title}
    if of.username:
        view["username"] = of.username
    if of.is_forum:
        view["is_forum"] = True
    view["type"] = of.type
    if of.type == "group":
        view["all_members_are_administrators"] = False
    return view


def full_chat(world: World, of: Chat) -> JsonObject:
    """What getChat answers (ChatFullInfo)."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    view = {**chat(world, of), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if of.description:
        view["description"] = of.description
    if of.username or (of.type == "private" and world.people[of.id].username):
        view["active_usernames"] = [of.username or world.people[of.id].username]
    if of.type in ("group", "supergroup"):
        view["permissions"] = dict.fromkeys(PERMISSIONS, True)
    return view


def member(world: World, place: Member, of: Chat) -> JsonObject:
    """A ChatMember of the status's own shape."""
    view: JsonObject = {"user": user(world.people[place.user_id]), "status": place.status}
    if place.status == "creator":
        view["is_anonymous"] = place.is_anonymous
    elif place.status == "administrator":
        kinds = CHANNEL_RIGHTS if of.type == "channel" else GROUP_RIGHTS
        view |= {"can_be_edited": False, "is_anonymous": place.is_anonymous}
        view |= {right: place.rights.get(right, False) for right in (*ADMIN_RIGHTS, *kinds)}
        view["can_manage_chat"] = True
    elif place.status == "restricted":
        view |= {permission: place.permissions.get(permission, False) for permission in PERMISSIONS}
        view |= {"is_member": place.is_member, "until_date": place.until_date}
    elif place.status == "kicked":
        view["until_date"] = place.until_date
    if place.custom_title and place.administers:
        view["custom_title"] = place.custom_title
    return view


def message(world: World, of: Message, *, with_reply: bool = True) -> JsonObject:
    """A Message. `reply_to_message` is one level deep, as Telegram gives it."""
    place = world.chats[of.chat_id]
    view: JsonObject = {"message_id": of.message_id}
    if of.from_id is not None and place.type != "channel":
        view["from"] = user(world.people[of.from_id])
    if of.sender_chat_id is not None:
        view["sender_chat"] = chat(world, world.chats[of.sender_chat_id])
    view |= {"chat": chat(world, place), "date": of.date}
    if of.edit_date is not None:
        view["edit_date"] = of.edit_date
    if of.thread_id is not None:
        view |= {"message_thread_id": of.thread_id, "is_topic_message": True}
    # In a topic, what answers nothing answers the message that opened the topic.
    answered = of.reply_to if of.reply_to is not None else of.thread_id
    replied = place.messages.get(answered) if with_reply and answered not in (None, of.message_id) else None
    if replied is not None:
        view["reply_to_message"] = message(world, replied, with_reply=False)
    if of.media_group_id:
        view["media_group_id"] = of.media_group_id
    if of.via_bot:
        view["via_bot"] = user(world.bot)
    if of.protected:
        view["has_protected_content"] = True
    view |= of.content
    if of.reply_markup and "inline_keyboard" in of.reply_markup:
        view["reply_markup"] = of.reply_markup
    return view


def inaccessible(world: World, chat_id: int, message_id: int) -> JsonObject:
    """An InaccessibleMessage: what a tap carries when its message is gone."""
    return {"chat": chat(world, world.chats[chat_id]), "message_id": message_id, "date": 0}


def seen(world: World, of: Message) -> JsonObject:
    """A message for the chat page: as the bot sees it, and under `sandbox` what only people see."""
    hidden: dict[str, Any] = {"silent": of.silent, "inline_message_id": of.inline_message_id}
    if of.reply_markup and "inline_keyboard" not in of.reply_markup:
        hidden["keyboard"] = of.reply_markup
    return {**message(world, of), "sandbox": hidden}

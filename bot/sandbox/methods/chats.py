"""Asking about chats and their members, and leaving."""

from bot.sandbox import membership, render
from bot.sandbox.access import reach_chat
from bot.sandbox.errors import bad_request
from bot.sandbox.params import Params
from bot.sandbox.registry import Registry
from bot.sandbox.world import Chat, JsonObject, Member, World

methods = Registry()


@methods.method("getChat", "chat_id")
def get_chat(world: World, params: Params) -> JsonObject:
    return render.full_chat(world, reach_chat(world, params, "read"))


@methods.method("getChatMember", "chat_id", "user_id")
def get_chat_member(world: World, params: Params) -> JsonObject:
    chat = _with_members(world, params)
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    if user_id not in world.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if chat.type == "private":
        return render.member(world, Member(user_id, "member" if user_id in (chat.id, world.bot.id) else "left"), chat)
    if chat.type == "channel" and not chat.member(world.bot.id).administers and user_id != world.bot.id:
        raise bad_request("member list is inaccessible")
    return render.member(world, chat.member(user_id), chat)


@methods.method("getChatAdministrators", "chat_id")
def get_chat_administrators(world: World, params: Params) -> list[JsonObject]:
    chat = _with_members(world, params)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    # Other bots are left out by Telegram; this world has none but the bot itself.
    return [render.member(world, place, chat) for place in chat.members.values() if place.administers]


@methods.method("getChatMemberCount", "chat_id")
def get_chat_member_count(world: World, params: Params) -> int:
    chat = _with_members(world, params)
    return 2 if chat.type == "private" else sum(1 for place in chat.members.values() if place.present)


@methods.method("leaveChat", "chat_id")
def leave_chat(world: World, params: Params) -> bool:
    chat = reach_chat(world, params, "read")
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    if chat.member(world.bot.id).present:
        membership.place(world, chat, world.bot.id, "left", by=world.bot.id)
    return True


def _with_members(world: World, params: Params) -> Chat:
    """Members are secret to a bot that is not there, even where the chat can be read."""
    chat = reach_chat(world, params, "read")
    return chat if chat.type == "private" else reach_chat(world, params, "edit")

"""What the bot says of itself: commands by scope and language, name, descriptions, menu button."""

import re
from typing import Any

from bot.sandbox.access import find_chat
from bot.sandbox.errors import bad_request
from bot.sandbox.limits import (
    MAX_COMMAND_CHARACTERS,
    MAX_COMMAND_DESCRIPTION_CHARACTERS,
    MAX_COMMANDS,
    MAX_DESCRIPTION_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_SHORT_DESCRIPTION_CHARACTERS,
)
from bot.sandbox.params import Params, type_of
from bot.sandbox.profile import Scope
from bot.sandbox.registry import Registry
from bot.sandbox.world import JsonObject, World

methods = Registry()

COMMAND_NAME = re.compile(rf"[a-z0-9_]{{1,{MAX_COMMAND_CHARACTERS}}}")
LANGUAGE_CODE = re.compile(r"([a-z]{2})?")
WIDE_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})


@methods.method("setMyCommands", "commands", "scope", "language_code")
def set_my_commands(world: World, params: Params) -> bool:
    given = params.parsed("commands")
    if not isinstance(given, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(item) for item in given]
    world.profile.commands[_scope(world, params), _language(params)] = commands
    world.events.publish("profile")
    return True


@methods.method("getMyCommands", "scope", "language_code")
def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    return world.profile.commands.get((_scope(world, params), _language(params)), [])


@methods.method("deleteMyCommands", "scope", "language_code")
def delete_my_commands(world: World, params: Params) -> bool:
    world.profile.commands.pop((_scope(world, params), _language(params)), None)
    world.events.publish("profile")
    return True


@methods.method("setMyName", "name", "language_code")
def set_my_name(world: World, params: Params) -> bool:
    return _set_text(world, params, world.profile.names, "name", MAX_NAME_CHARACTERS)


@methods.method("getMyName", "language_code")
def get_my_name(world: World, params: Params) -> JsonObject:
    return {"name": _text_for(world.profile.names, params) or world.bot.first_name}


@methods.method("setMyDescription", "description", "language_code")
def set_my_description(world: World, params: Params) -> bool:
    return _set_text(world, params, world.profile.descriptions, "description", MAX_DESCRIPTION_CHARACTERS)


@methods.method("getMyDescription", "language_code")
def get_my_description(world: World, params: Params) -> JsonObject:
    return {"description": _text_for(world.profile.descriptions, params)}


@methods.method("setMyShortDescription", "short_description", "language_code")
def set_my_short_description(world: World, params: Params) -> bool:
    texts = world.profile.short_descriptions
    return _set_text(world, params, texts, "short_description", MAX_SHORT_DESCRIPTION_CHARACTERS)


@methods.method("getMyShortDescription", "language_code")
def get_my_short_description(world: World, params: Params) -> JsonObject:
    return {"short_description": _text_for(world.profile.short_descriptions, params)}


@methods.method("setChatMenuButton", "chat_id", "menu_button")
def set_chat_menu_button(world: World, params: Params) -> bool:
    button: Any = params.parsed("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("default", "commands"):
        raise bad_request("this server knows the menu buttons default and commands")
    chat_id = find_chat(world, params.text("chat_id")).id if params.text("chat_id") else None
    world.profile.menu_buttons[chat_id] = button
    world.events.publish("profile")
    return True


@methods.method("getChatMenuButton", "chat_id")
def get_chat_menu_button(world: World, params: Params) -> JsonObject:
    chat_id = find_chat(world, params.text("chat_id")).id if params.text("chat_id") else None
    buttons = world.profile.menu_buttons
    return buttons.get(chat_id) or buttons.get(None) or {"type": "default"}


def _command(item: Any) -> dict[str, str]:
    if not isinstance(item, dict) or set(item) != {"command", "description"}:
        raise bad_request("Can't parse BotCommand: expected an Object with command and description")
    # Telegram takes a leading slash and drops it.
    command = str(item["command"]).removeprefix("/")
    description = str(item["description"]).strip()
    if not COMMAND_NAME.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_COMMAND_DESCRIPTION_CHARACTERS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _scope(world: World, params: Params) -> Scope:
    given = params.parsed("scope")
    if given is None:
        return ("default", None, None)
    kind = type_of(given)
    if kind in WIDE_SCOPES:
        return (kind, None, None)
    if kind not in ("chat", "chat_administrators", "chat_member"):
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    chat = find_chat(world, str(given.get("chat_id") or ""))
    if kind == "chat_member":
        if not isinstance(given.get("user_id"), int) or given["user_id"] <= 0:
            raise bad_request("Can't parse BotCommandScope: Invalid user_id specified")
        return (kind, chat.id, given["user_id"])
    return (kind, chat.id, None)


def _language(params: Params) -> str:
    code = params.text("language_code")
    if not LANGUAGE_CODE.fullmatch(code):
        raise bad_request("BOT_COMMAND_LANGUAGE_INVALID" if "commands" in params else "LANG_CODE_INVALID")
    return code


def _set_text(world: World, params: Params, texts: dict[str, str], name: str, longest: int) -> bool:
    text, code = params.text(name), _language(params)
    if len(text) > longest:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    if text:
        texts[code] = text
    else:
        texts.pop(code, None)
    world.events.publish("profile")
    return True


def _text_for(texts: dict[str, str], params: Params) -> str:
    """The text of a language, or that of all languages."""
    return texts.get(_language(params)) or texts.get("", "")

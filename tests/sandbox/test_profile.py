"""Commands, names and descriptions by scope and language."""

from typing import Any

import pytest

from bot.sandbox import membership
from tests.sandbox.conftest import ANN, BOB, Client

LATEST = [{"command": "latest", "description": "Newest posts"}]
ZUIXIN = [{"command": "latest", "description": "最新文章"}]
ADMIN = [{"command": "status", "description": "Is all well"}]


async def test_each_person_sees_the_menu_of_their_language_and_place(client: Client) -> None:
    chat = membership.create_chat(client.server.world, "supergroup", "Readers", ANN, member_ids=(BOB,))
    await client.ok("setMyCommands", commands=LATEST)
    await client.ok("setMyCommands", commands=ZUIXIN, language_code="zh")
    await client.ok("setMyCommands", commands=ADMIN, scope={"type": "all_chat_administrators"})
    await client.ok("setMyCommands", commands=ADMIN, scope={"type": "chat", "chat_id": ANN})

    async def menu(chat_id: int, user_id: int) -> Any:
        return (await client.control("GET", f"chats/{chat_id}/menu?user_id={user_id}"))["commands"]

    assert await menu(BOB, BOB) == ZUIXIN
    assert await menu(ANN, ANN) == ADMIN
    assert await menu(chat.id, ANN) == ADMIN
    assert await menu(chat.id, BOB) == ZUIXIN


async def test_commands_are_read_and_deleted_by_scope_and_language(client: Client) -> None:
    scope = {"type": "all_private_chats"}
    await client.ok("setMyCommands", commands=[{"command": "/latest", "description": "x"}], scope=scope)
    assert await client.ok("getMyCommands", scope=scope) == [{"command": "latest", "description": "x"}]
    assert await client.ok("getMyCommands") == []
    assert await client.ok("deleteMyCommands", scope=scope) is True
    assert await client.ok("getMyCommands", scope=scope) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"commands": [{"command": "Latest", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": LATEST * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": LATEST, "language_code": "zh-hans"}, "LANGUAGE_INVALID"),
        ({"commands": LATEST, "scope": {"type": "galaxy"}}, "Unsupported type specified"),
    ],
)
async def test_wrong_commands_are_refused(client: Client, fields: dict[str, Any], reason: str) -> None:
    assert reason in await client.refusal("setMyCommands", **fields)


async def test_name_and_descriptions_fall_back_to_those_for_everyone(client: Client) -> None:
    await client.ok("setMyName", name="Signals")
    await client.ok("setMyDescription", description="Notes", language_code="en")
    await client.ok("setMyShortDescription", short_description="笔记", language_code="zh")
    assert (await client.ok("getMe"))["first_name"] == "Signals"
    assert await client.ok("getMyName", language_code="zh") == {"name": "Signals"}
    assert await client.ok("getMyDescription", language_code="zh") == {"description": ""}
    assert await client.control("GET", f"people/{BOB}/profile") == {
        "name": "Signals",
        "description": "",
        "short_description": "笔记",
    }
    assert "too long" in await client.refusal("setMyDescription", description="x" * 513)


async def test_the_menu_button_is_kept_by_chat(client: Client) -> None:
    await client.ok("setChatMenuButton", chat_id=ANN, menu_button={"type": "commands"})
    assert await client.ok("getChatMenuButton", chat_id=ANN) == {"type": "commands"}
    assert await client.ok("getChatMenuButton") == {"type": "default"}

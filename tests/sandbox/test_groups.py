"""Groups, channels, topics, rights, privacy and migration."""

from typing import Any

import pytest

from bot.sandbox import acting, membership
from bot.sandbox.world import Chat
from tests.sandbox.conftest import ANN, BOB, Client


def group(client: Client, kind: Any = "supergroup", bot: str | None = "member", **more: Any) -> Chat:
    return membership.create_chat(client.server.world, kind, "Readers", ANN, member_ids=(BOB,), bot_status=bot, **more)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates if "text" in update.get("message", {})]


async def test_being_added_is_told_by_a_member_update_and_a_service_message(client: Client) -> None:
    chat = group(client)
    member, service = await client.updates()
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert member["my_chat_member"]["chat"]["id"] == chat.id
    assert service["message"]["new_chat_members"][0]["username"] == "heliograph_bot"


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("just talking", False),
        ("/latest", True),
        ("/latest@heliograph_bot", True),
        ("/latest@Heliograph_Bot", True),
        ("/latest@another_bot", False),
        ("look: /latest", False),
    ],
)
async def test_privacy_mode_lets_only_commands_for_it_through(client: Client, text: str, heard: bool) -> None:
    chat = group(client)
    await client.updates()
    acting.say(client.server.world, chat.id, BOB, text)
    assert texts(await client.updates()) == ([text] if heard else [])


async def test_a_reply_to_the_bot_gets_through_and_one_to_others_does_not(client: Client) -> None:
    chat = group(client)
    sent = await client.ok("sendMessage", chat_id=chat.id, text="x")
    await client.updates()
    other = acting.say(client.server.world, chat.id, BOB, "to nobody")
    acting.say(client.server.world, chat.id, BOB, "to the bot", reply_to=sent["message_id"])
    acting.say(client.server.world, chat.id, BOB, "to Bob", reply_to=other.message_id)
    assert texts(await client.updates()) == ["to the bot"]


async def test_an_administrator_hears_everything(client: Client) -> None:
    chat = group(client, bot="administrator")
    acting.say(client.server.world, chat.id, BOB, "just talking")
    assert texts(await client.updates()) == ["just talking"]


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
@pytest.mark.parametrize(("status", "words"), [("kicked", "bot was kicked from"), ("left", "bot is not a member of")])
async def test_a_bot_that_is_gone_cannot_write(client: Client, kind: str, status: str, words: str) -> None:
    chat = group(client, kind, "administrator")
    await client.control("POST", f"chats/{chat.id}/members", user_id=client.server.world.bot.id, status=status, by=ANN)
    assert await client.refusal("sendMessage", chat_id=chat.id, text="x") == f"Forbidden: {words} the {kind} chat"


async def test_a_basic_group_that_moves_refuses_with_its_new_id(client: Client) -> None:
    chat = group(client, "group")
    await client.updates()
    new = await client.control("POST", f"chats/{chat.id}/migrate")
    there, here = await client.updates()
    assert there["message"]["migrate_to_chat_id"] == new["id"]
    assert here["message"]["migrate_from_chat_id"] == chat.id
    assert await client.api("sendMessage", chat_id=chat.id, text="x") == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new["id"]},
    }
    assert (await client.ok("sendMessage", chat_id=new["id"], text="x"))["chat"]["type"] == "supergroup"


async def test_a_channel_takes_posts_only_with_the_right(client: Client) -> None:
    chat = group(client, "channel", "administrator", bot_rights={"can_post_messages": False}, username="readers")
    assert await client.refusal("sendMessage", chat_id=chat.id, text="x") == (
        "Bad Request: need administrator rights in the channel chat"
    )
    membership.place(
        client.server.world,
        chat,
        client.server.world.bot.id,
        "administrator",
        by=ANN,
        rights={"can_post_messages": True},
    )
    post = await client.ok("sendMessage", chat_id="@readers", text="x")
    assert ("from" in post, post["sender_chat"]["id"], post["chat"]["type"]) == (False, chat.id, "channel")
    await client.ok("editMessageText", chat_id=chat.id, message_id=post["message_id"], text="y")


async def test_a_channel_post_of_a_person_reaches_the_bot(client: Client) -> None:
    chat = group(client, "channel", "administrator")
    acting.say(client.server.world, chat.id, ANN, "news")
    post = (await client.updates())[-1]["channel_post"]
    assert (post["text"], post["sender_chat"]["id"], "from" in post) == ("news", chat.id, False)


async def test_a_restricted_bot_is_told_what_it_may_not_send(client: Client, picture: bytes) -> None:
    chat = group(client, "supergroup", "member")
    membership.place(
        client.server.world,
        chat,
        client.server.world.bot.id,
        "restricted",
        by=ANN,
        permissions={"can_send_messages": True},
    )
    photo = client.server.world.files.add("photo", "a.png", picture)
    await client.ok("sendMessage", chat_id=chat.id, text="x")
    assert await client.refusal("sendPhoto", chat_id=chat.id, photo=photo.file_id) == (
        "Bad Request: not enough rights to send photos to the chat"
    )


async def test_answers_stay_in_their_topic(client: Client) -> None:
    chat = group(client, is_forum=True, bot="administrator")
    topic = await client.control("POST", f"chats/{chat.id}/topics", name="Papers", by=ANN)
    thread = topic["message_thread_id"]
    said = acting.say(client.server.world, chat.id, BOB, "/latest", thread_id=thread)
    heard = (await client.updates())[-1]["message"]
    assert (heard["message_thread_id"], heard["is_topic_message"]) == (thread, True)
    assert heard["chat"]["is_forum"] is True
    sent = await client.ok("sendMessage", chat_id=chat.id, text="x", message_thread_id=thread)
    general = await client.ok("sendMessage", chat_id=chat.id, text="x")
    reply = await client.ok("sendMessage", chat_id=chat.id, text="x", reply_parameters={"message_id": said.message_id})
    assert (sent["message_thread_id"], reply["message_thread_id"]) == (thread, thread)
    assert "message_thread_id" not in general


async def test_what_answers_nothing_in_a_topic_answers_its_opening(client: Client) -> None:
    chat = group(client, is_forum=True, bot="administrator")
    topic = await client.control("POST", f"chats/{chat.id}/topics", name="Papers", by=ANN)
    acting.say(client.server.world, chat.id, BOB, "hello", thread_id=topic["message_thread_id"])
    message = (await client.updates())[-1]["message"]
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Papers"


async def test_a_missing_or_closed_topic_is_refused(client: Client) -> None:
    chat = group(client, is_forum=True)
    topic = await client.control("POST", f"chats/{chat.id}/topics", name="Papers", by=ANN)
    thread = topic["message_thread_id"]
    assert await client.refusal("sendMessage", chat_id=chat.id, text="x", message_thread_id=999) == (
        "Bad Request: message thread not found"
    )
    await client.control("POST", f"chats/{chat.id}/topics/{thread}", is_closed=True, by=ANN)
    assert await client.refusal("sendMessage", chat_id=chat.id, text="x", message_thread_id=thread) == (
        "Bad Request: TOPIC_CLOSED"
    )


async def test_an_anonymous_administrator_speaks_as_the_group(client: Client) -> None:
    chat = group(client)
    membership.place(client.server.world, chat, BOB, "administrator", by=ANN, is_anonymous=True)
    await client.updates()
    acting.say(client.server.world, chat.id, BOB, "/subscribe")
    message = (await client.updates())[-1]["message"]
    assert (message["from"]["id"], message["from"]["username"]) == (1087968824, "GroupAnonymousBot")
    assert message["sender_chat"]["id"] == chat.id


async def test_members_are_answered_by_status(client: Client) -> None:
    chat = group(client)
    membership.place(client.server.world, chat, BOB, "administrator", by=ANN, rights={"can_post_messages": True})
    creator = await client.ok("getChatMember", chat_id=chat.id, user_id=ANN)
    admin = await client.ok("getChatMember", chat_id=chat.id, user_id=BOB)
    unknown = await client.refusal("getChatMember", chat_id=chat.id, user_id=4040)
    administrators = await client.ok("getChatAdministrators", chat_id=chat.id)
    assert (creator["status"], admin["status"], unknown) == (
        "creator",
        "administrator",
        "Bad Request: PARTICIPANT_ID_INVALID",
    )
    assert {a["user"]["id"] for a in administrators} == {ANN, BOB}
    assert await client.ok("getChatMemberCount", chat_id=chat.id) == 3
    assert (await client.ok("getChat", chat_id=chat.id))["permissions"]["can_send_messages"] is True


async def test_the_bot_leaves_when_it_wants(client: Client) -> None:
    chat = group(client)
    assert await client.ok("leaveChat", chat_id=chat.id) is True
    assert (await client.updates())[-2]["my_chat_member"]["new_chat_member"]["status"] == "left"
    assert (await client.refusal("getChatMemberCount", chat_id=chat.id)).startswith("Forbidden")


async def test_others_changes_reach_an_administrator_who_asked(client: Client) -> None:
    chat = group(client, bot="administrator")
    await client.ok("getUpdates", offset=-1, allowed_updates=["chat_member"])
    await client.updates()
    membership.place(client.server.world, chat, BOB, "kicked", by=ANN)
    (update,) = await client.updates()
    assert update["chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_who_is_not_there_cannot_write_there(client: Client) -> None:
    chat = group(client)
    membership.place(client.server.world, chat, BOB, "left", by=BOB)
    with pytest.raises(Exception, match="cannot write in this chat"):
        acting.say(client.server.world, chat.id, BOB, "hello")

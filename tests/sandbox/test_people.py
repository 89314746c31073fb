"""Taps, and who can be written to."""

from datetime import timedelta

from bot.sandbox import acting
from bot.sandbox.world import Person
from tests.sandbox.conftest import ANN, Client

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "one"}, {"text": "b", "url": "https://a.example/"}]]}


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x", reply_markup=KEYBOARD)
    tapped = await client.control("POST", f"chats/{ANN}/tap", **{"from": ANN, "message_id": sent["message_id"]})
    (update,) = await client.updates()
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (tapped["callback_query_id"], "one", ANN)
    assert query["message"]["message_id"] == sent["message_id"]
    await client.ok("answerCallbackQuery", callback_query_id=query["id"], text="Done", show_alert=True)
    events = client.server.world.events.since(0)
    (answer,) = [event.data for event in events if event.kind == "callback_answer"]
    assert (answer["text"], answer["show_alert"], answer["from_id"]) == ("Done", True, ANN)


async def test_a_tap_answer_opens_only_the_bot_itself(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x", reply_markup=KEYBOARD)
    query_id = acting.tap(client.server.world, ANN, ANN, sent["message_id"])["callback_query_id"]
    foreign = await client.refusal("answerCallbackQuery", callback_query_id=query_id, url="https://a.example/")
    assert foreign == "Bad Request: URL_INVALID"
    await client.ok("answerCallbackQuery", callback_query_id=query_id, url="https://t.me/heliograph_bot?start=key")


async def test_a_link_button_gives_its_address(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x", reply_markup=KEYBOARD)
    tap = {"from": ANN, "message_id": sent["message_id"], "column": 1}
    assert await client.control("POST", f"chats/{ANN}/tap", **tap) == {"url": "https://a.example/"}


async def test_a_tap_is_answered_once_and_in_time(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x", reply_markup=KEYBOARD)
    once, late = (acting.tap(client.server.world, ANN, ANN, sent["message_id"])["callback_query_id"] for _ in range(2))
    await client.ok("answerCallbackQuery", callback_query_id=once)
    assert await client.refusal("answerCallbackQuery", callback_query_id=once) == TOO_OLD
    client.server.world.clock.advance(timedelta(minutes=2))
    assert await client.refusal("answerCallbackQuery", callback_query_id=late) == TOO_OLD
    assert await client.refusal("answerCallbackQuery", callback_query_id="999") == TOO_OLD


async def test_a_forged_tap_and_one_on_a_deleted_message_reach_the_bot(client: Client) -> None:
    await client.control("POST", f"chats/{ANN}/tap", **{"from": ANN, "message_id": 55, "data": "forged"})
    (update,) = await client.updates()
    assert update["callback_query"]["data"] == "forged"
    assert update["callback_query"]["message"]["date"] == 0


async def test_a_stranger_cannot_be_written_to_until_the_first_start(client: Client) -> None:
    client.server.world.add_person(Person(8001, "Cy"))
    assert await client.refusal("sendMessage", chat_id=8001, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    assert await client.refusal("sendMessage", chat_id=404, text="x") == "Bad Request: chat not found"
    acting.say(client.server.world, 8001, 8001, "/start")
    await client.ok("sendMessage", chat_id=8001, text="x")


async def test_a_person_who_blocks_is_told_of_and_not_reached(client: Client) -> None:
    await client.control("POST", f"people/{ANN}", blocked=True)
    (update,) = await client.updates()
    change = update["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    assert change["new_chat_member"]["user"]["id"] == client.server.world.bot.id
    assert await client.refusal("sendMessage", chat_id=ANN, text="x") == "Forbidden: bot was blocked by the user"
    await client.control("POST", f"people/{ANN}", blocked=False)
    await client.ok("sendMessage", chat_id=ANN, text="x")


async def test_a_deactivated_account_is_not_reached(client: Client) -> None:
    await client.control("POST", f"people/{ANN}", deactivated=True)
    assert await client.refusal("sendMessage", chat_id=ANN, text="x") == "Forbidden: user is deactivated"


async def test_a_person_mends_a_message(client: Client) -> None:
    said = acting.say(client.server.world, ANN, ANN, "frist")
    await client.control("POST", f"chats/{ANN}/edit", **{"from": ANN, "message_id": said.message_id, "text": "first"})
    assert [next(iter(update.keys() - {"update_id"})) for update in await client.updates()] == [
        "message",
        "edited_message",
    ]


async def test_commands_of_people_are_marked(client: Client) -> None:
    acting.say(client.server.world, ANN, ANN, "/latest@heliograph_bot now")
    (update,) = await client.updates()
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 22}]

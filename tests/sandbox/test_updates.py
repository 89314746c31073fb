"""getUpdates: offsets, waiting, two pollers, and what is asked for."""

import asyncio
import time

from bot.sandbox import acting
from tests.sandbox.conftest import ANN, BOB, Client


async def test_updates_stay_until_a_higher_offset_confirms_them(client: Client) -> None:
    for text in ("one", "two", "three"):
        acting.say(client.server.world, ANN, ANN, text)
    first = await client.ok("getUpdates")
    again = await client.ok("getUpdates")
    rest = await client.ok("getUpdates", offset=first[1]["update_id"])
    assert [u["message"]["text"] for u in first] == ["one", "two", "three"]
    assert again == first
    assert [u["message"]["text"] for u in rest] == ["two", "three"]


async def test_limit_and_negative_offset(client: Client) -> None:
    for number in range(5):
        acting.say(client.server.world, ANN, ANN, str(number))
    assert [u["message"]["text"] for u in await client.ok("getUpdates", limit=2)] == ["0", "1"]
    assert [u["message"]["text"] for u in await client.ok("getUpdates", offset=-2)] == ["3", "4"]
    assert len(await client.ok("getUpdates")) == 2


async def test_a_waiting_poll_answers_when_something_happens(client: Client) -> None:
    started = time.monotonic()
    poll = asyncio.create_task(client.ok("getUpdates", timeout=30))
    await client.control("POST", f"chats/{ANN}/send", **{"from": ANN, "text": "hi"})
    assert [u["message"]["text"] for u in await poll] == ["hi"]
    assert time.monotonic() - started < 5


async def test_a_poll_ends_empty_when_its_time_is_over(client: Client) -> None:
    assert await client.ok("getUpdates", timeout=1) == []


async def test_the_older_of_two_pollers_gets_the_conflict(client: Client) -> None:
    older = asyncio.create_task(client.api("getUpdates", timeout=30))
    while not client.server.world.calls.since(method="getUpdates"):
        await asyncio.sleep(0.005)
    newer = asyncio.create_task(client.api("getUpdates", timeout=30))
    refused = await older
    assert (refused["error_code"], refused["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    acting.say(client.server.world, BOB, BOB, "for the newer")
    assert (await newer)["result"][0]["message"]["text"] == "for the newer"


async def test_only_what_was_asked_for_comes(client: Client) -> None:
    await client.ok("getUpdates", allowed_updates=["callback_query"])
    sent = await client.ok(
        "sendMessage", chat_id=ANN, text="x", reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "d"}]]}
    )
    acting.say(client.server.world, ANN, ANN, "not asked for")
    acting.tap(client.server.world, ANN, ANN, sent["message_id"])
    (update,) = await client.updates()
    assert update["callback_query"]["data"] == "d"
    await client.ok("getUpdates", allowed_updates=[])
    acting.say(client.server.world, ANN, ANN, "asked for again")
    assert [u["message"]["text"] for u in await client.updates()] == ["asked for again"]


async def test_an_update_can_be_delivered_twice(client: Client) -> None:
    await client.control("POST", "faults", kind="twice", method="getUpdates")
    acting.say(client.server.world, ANN, ANN, "hello")
    first = await client.ok("getUpdates")
    second = await client.ok("getUpdates", offset=first[0]["update_id"] + 1)
    third = await client.ok("getUpdates", offset=first[0]["update_id"] + 1)
    assert first == second
    assert third == []


async def test_any_update_can_be_forged(client: Client) -> None:
    await client.control("POST", "updates", kind="message", payload={"odd": True}, times=2)
    assert [u["message"] for u in await client.updates()] == [{"odd": True}] * 2

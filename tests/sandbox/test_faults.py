"""Faults on order, and the limits on sending."""

import asyncio
import time

import aiohttp
import pytest

from tests.sandbox.conftest import ANN, BOB, Client


async def test_flood_control_comes_in_the_true_shape_and_ends(client: Client) -> None:
    await client.control(
        "POST",
        "faults",
        kind="error",
        method="sendMessage",
        code=429,
        description="Too Many Requests: retry after 3",
        retry_after=3,
        times=2,
    )
    answers = [await client.api("sendMessage", chat_id=ANN, text="x") for _ in range(3)]
    assert answers[0] == answers[1]
    assert answers[0]["parameters"] == {"retry_after": 3}
    assert answers[2]["ok"] is True


async def test_a_fault_strikes_only_what_it_is_for(client: Client) -> None:
    await client.control(
        "POST",
        "faults",
        kind="error",
        method="sendmessage",
        contains="second",
        chat_id=ANN,
        code=403,
        description="Forbidden: bot was blocked by the user",
        times=None,
    )
    await client.ok("sendMessage", chat_id=ANN, text="first")
    await client.ok("sendMessage", chat_id=BOB, text="second")
    await client.ok("getMe")
    assert await client.refusal("sendMessage", chat_id=ANN, text="the second") == (
        "Forbidden: bot was blocked by the user"
    )


async def test_the_third_call_can_be_the_one_that_fails(client: Client) -> None:
    await client.control("POST", "faults", kind="error", code=500, skip=2)
    answers = [await client.api("getMe") for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, False, True]


async def test_a_moved_chat_can_be_told_by_a_fault(client: Client) -> None:
    await client.control("POST", "faults", kind="error", code=400, description="x", migrate_to_chat_id=-1001)
    assert (await client.api("getMe"))["parameters"] == {"migrate_to_chat_id": -1001}


@pytest.mark.parametrize("applied", [False, True])
async def test_a_gateway_answers_in_html_with_or_without_effect(client: Client, applied: bool) -> None:
    await client.control("POST", "faults", kind="html", code=502, applied=applied)
    async with client.session.post(client.url("sendMessage"), json={"chat_id": ANN, "text": "x"}) as answer:
        body = await answer.text()
        assert (answer.status, answer.content_type, "502 Bad Gateway" in body) == (502, "text/html", True)
    assert len(client.server.world.chats[ANN].messages) == applied


@pytest.mark.parametrize("applied", [False, True])
async def test_a_connection_is_dropped_before_or_after_the_call_took_effect(client: Client, applied: bool) -> None:
    await client.control("POST", "faults", kind="drop", method="sendMessage", applied=applied)
    with pytest.raises(aiohttp.ClientError):
        await client.api("sendMessage", chat_id=ANN, text="x")
    (call,) = client.server.world.calls.since(method="sendMessage")
    assert len(client.server.world.chats[ANN].messages) == applied
    assert (call.status, call.applied) == (0, applied)
    await client.ok("sendMessage", chat_id=ANN, text="y")


async def test_a_slow_answer_comes_late(client: Client) -> None:
    await client.control("POST", "faults", kind="slow", delay=0.2)
    started = time.monotonic()
    await client.ok("getMe")
    assert time.monotonic() - started >= 0.2


async def test_a_held_answer_waits_until_the_fault_is_removed(client: Client) -> None:
    fault = await client.control("POST", "faults", kind="hold", method="sendMessage", applied=True)
    waiting = asyncio.create_task(client.ok("sendMessage", chat_id=ANN, text="x"))
    while not client.server.world.chats[ANN].messages:
        await asyncio.sleep(0.005)
    assert not waiting.done()
    assert await client.control("DELETE", f"faults/{fault['id']}") == {"removed": 1}
    assert (await waiting)["text"] == "x"


async def test_an_unknown_field_of_a_fault_is_refused(client: Client) -> None:
    with pytest.raises(AssertionError, match="there is no field sometimes here"):
        await client.control("POST", "faults", kind="drop", sometimes=True)


async def test_sending_is_limited_in_any_second(client: Client) -> None:
    await client.control("POST", "limits", per_second=3)
    answers = [await client.api("sendMessage", chat_id=ANN, text=str(n)) for n in range(5)]
    refused = [answer for answer in answers if not answer["ok"]]
    assert [answer["ok"] for answer in answers] == [True, True, True, False, False]
    assert refused[0] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    await client.control("POST", "limits", per_second=None)
    await client.ok("sendMessage", chat_id=ANN, text="x")

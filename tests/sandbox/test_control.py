"""The control routes: what the chat page and tests in other processes work with."""

import asyncio
import json
import re
import sys
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from starlette.routing import Route

from bot.sandbox import acting, control
from bot.sandbox.limits import MAX_EVENTS
from bot.sandbox.server import TOKEN, create_world
from tests.sandbox.conftest import ANN, Client


async def test_a_person_and_a_group_made_over_http_are_in_the_state(client: Client) -> None:
    cy = await client.control("POST", "people", first_name="Cy", language_code="en")
    chat = await client.control("POST", "chats", type="group", title="Readers", creator=cy["id"], bot="member")
    state = await client.control("GET", "state")
    assert cy in state["people"]
    shown = next(c for c in state["chats"] if c["id"] == chat["id"])
    assert (shown["bot_status"], [m["status"] for m in shown["members"]]) == ("member", ["creator", "member"])
    assert shown["last_message"]["new_chat_members"][0]["is_bot"] is True


async def test_a_tap_can_wait_for_its_answer(client: Client) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "d"}]]}
    sent = await client.ok("sendMessage", chat_id=ANN, text="x", reply_markup=keyboard)
    tap = {"from": ANN, "message_id": sent["message_id"], "wait": 10}
    tapping = asyncio.create_task(client.control("POST", f"chats/{ANN}/tap", **tap))
    (update,) = await client.ok("getUpdates", timeout=10)
    await client.ok("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Done")
    assert (await tapping)["answer"] == {"text": "Done", "show_alert": False, "url": None}


async def test_events_stream_as_they_happen_and_go_on_after_a_break(client: Client) -> None:
    async def read(count: int, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
        url = f"{client.server.base_url}/sandbox/events"
        found: list[dict[str, Any]] = []
        async with client.session.get(url, headers=headers) as stream:
            assert stream.content_type == "text/event-stream"
            acting.say(client.server.world, ANN, ANN, "hello")
            async for line in stream.content:
                if line.startswith(b"data: "):
                    found.append(json.loads(line[6:]))
                if len(found) == count:
                    break
        return found

    (first,) = await read(1)
    assert (first["kind"], first["chat_id"], first["message"]["text"]) == ("message", ANN, "hello")
    missed = await read(2, {"Last-Event-ID": str(first["number"] - 1)})
    assert [event["number"] for event in missed] == [first["number"], first["number"] + 1]


async def test_who_watched_another_run_of_the_server_or_missed_too_much_is_told_to_read_all_again(
    client: Client,
) -> None:
    events = client.server.world.events

    async def greeting(last_seen: str) -> bytes:
        url = f"{client.server.base_url}/sandbox/events"
        async with client.session.get(url, headers={"Last-Event-ID": last_seen}) as stream:
            return (await stream.content.readuntil(b"\n\n")).strip()

    for number in range(MAX_EVENTS + 5):
        events.publish("clock", now=number)
    here = f"{events.last_number}@{events.world}".encode()
    reset = b"id: " + here + b"\nevent: reset\ndata: {}"

    assert await greeting(f"{events.last_number}@{events.world}") == b"id: " + here
    assert await greeting(f"{events.last_number}@another") == reset
    assert await greeting(str(events.last_number + 1)) == reset
    assert await greeting(str(events.last_number - MAX_EVENTS - 1)) == reset
    assert b"reset" not in await greeting(str(events.last_number - MAX_EVENTS))


async def test_the_clock_is_set_moved_and_set_free(client: Client) -> None:
    await client.control("POST", "clock", now="2026-03-29T01:30:00+01:00")
    await client.control("POST", "clock", advance=90.0)
    sent = await client.ok("sendMessage", chat_id=ANN, text="x")
    assert sent["date"] == 1774744290
    assert (await client.control("POST", "clock", now=None))["frozen"] is False
    with pytest.raises(AssertionError, match="ISO time with a zone"):
        await client.control("POST", "clock", now="2026-03-29T01:30:00")


async def test_history_is_read_in_pages(client: Client) -> None:
    for number in range(5):
        acting.say(client.server.world, ANN, ANN, str(number))

    async def texts(query: str) -> list[str]:
        return [m["text"] for m in (await client.control("GET", f"chats/{ANN}/messages?{query}"))["messages"]]

    assert await texts("limit=2") == ["3", "4"]
    assert await texts("before=4&limit=2") == ["1", "2"]
    assert await texts("after=1&limit=2") == ["1", "2"]


@pytest.mark.parametrize(
    ("path", "fields", "reason"),
    [
        ("people", {}, "first_name is missing"),
        ("people", {"first_name": 5}, "first_name must be str"),
        ("people", {"first_name": "X", "id": ANN}, "that id is taken"),
        ("chats", {"type": "club", "title": "x", "creator": ANN}, "type must be group"),
        ("chats/1/send", {"from": ANN, "text": "x"}, "chat not found"),
        (f"chats/{ANN}/tap", {"from": ANN, "message_id": 9}, "there is no such button"),
        ("limits", {"per_year": 1}, "there is no field per_year here"),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong(
    client: Client, path: str, fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(AssertionError, match=reason):
        await client.control("POST", path, **fields)


def test_every_route_is_documented() -> None:
    documented = set(re.findall(r"^  (GET|POST|DELETE)\s+(/sandbox/\S+)", control.__doc__ or "", re.MULTILINE))
    plain = {(verb, re.sub(r"\{\w+\}", "{}", path.partition("?")[0])) for verb, path in documented}
    for route in control.control_routes(create_world()):
        assert isinstance(route, Route)
        path = re.sub(r"\{\w+\}", "{}", route.path)
        for verb in (route.methods or set()) - {"HEAD"}:
            aside = {("DELETE", "/sandbox/log"), ("DELETE", "/sandbox/faults/{}")}
            assert (verb, path) in plain | aside, f"{verb} {route.path} is not in the documentation"


async def test_formulas_come_as_mathematics_alone(client: Client) -> None:
    source = r"\href{javascript:alert(1)}{x} \text{<script>} \frac{a}{b}"
    async with client.session.get(f"{client.server.base_url}/sandbox/formula", params={"source": source}) as answer:
        drawn = (await answer.json())["mathml"]
    async with client.session.get(f"{client.server.base_url}/sandbox/formula?source=%5Cfrac%7B") as answer:
        broken = (await answer.json())["mathml"]
    assert "<mfrac>" in drawn
    assert "script>" not in drawn.replace("&lt;script&gt;", "")
    assert "javascript" not in drawn
    assert broken is None


async def test_the_page_comes_with_a_policy_that_lets_nothing_foreign_in(client: Client) -> None:
    async with client.session.get(f"{client.server.base_url}/") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_it_runs_as_a_process_of_its_own_and_ends_when_told() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    async with aiohttp.ClientSession() as session, session.get(f"{address}/bot{TOKEN}/getMe") as answer:
        assert (await answer.json())["ok"] is True
    process.terminate()
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, errors) == (0, b"")


async def test_a_clock_that_was_moved_runs_on_from_there(client: Client) -> None:
    clock = client.server.world.clock
    before = clock.now()

    moved = await client.control("POST", "clock", advance=3600.0)
    later = datetime.fromisoformat((await client.control("GET", "clock"))["now"])

    assert moved["frozen"] is False
    assert before + timedelta(hours=1) <= datetime.fromisoformat(moved["now"]) < later
    await client.control("POST", "clock", now=None)
    assert clock.now() < later

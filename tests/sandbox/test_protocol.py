"""HTTP as the official server speaks it."""

import json
import logging
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from bot.sandbox.server import SandboxServer
from tests.sandbox.conftest import ANN, Client


@pytest.mark.parametrize("form", ["query", "urlencoded", "json", "multipart"])
async def test_a_call_is_understood_in_every_form_of_parameters(client: Client, form: str) -> None:
    fields = {"chat_id": str(ANN), "text": "hello"}
    if form == "query":
        request = client.session.get(client.url("sendMessage"), params=fields)
    elif form == "urlencoded":
        request = client.session.post(client.url("sendMessage"), data=fields)
    elif form == "json":
        request = client.session.post(client.url("sendMessage"), json={"chat_id": ANN, "text": "hello"})
    else:
        data = aiohttp.FormData(fields)
        data._is_multipart = True
        request = client.session.post(client.url("sendMessage"), data=data)
    async with request as answer:
        body = await answer.json()
    assert body["result"]["text"] == "hello"
    assert body["result"]["chat"] == {"id": ANN, "first_name": "Ann", "username": "ann", "type": "private"}


async def test_method_names_are_found_whatever_their_case(client: Client) -> None:
    assert (await client.ok("GETME"))["is_bot"] is True


async def test_an_unknown_method_is_not_found(client: Client) -> None:
    assert await client.api("sendDice", chat_id=ANN) == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }


@pytest.mark.parametrize(
    ("token", "code", "description"),
    [("nonsense", 404, "Not Found"), ("12345:wrong-token-of-good-shape", 401, "Unauthorized")],
)
async def test_a_wrong_token_is_refused(client: Client, token: str, code: int, description: str) -> None:
    async with client.session.get(f"{client.server.base_url}/bot{token}/getMe") as answer:
        assert answer.status == code
        assert await answer.json() == {"ok": False, "error_code": code, "description": description}


async def test_a_parameter_nobody_knows_is_named(client: Client) -> None:
    reason = await client.refusal("sendMessage", chat_id=ANN, text="x", reply_to_message_id=1)
    assert reason == "Bad Request: this server knows no parameter reply_to_message_id of sendMessage"


async def test_a_parse_mode_is_refused_because_the_server_takes_entities(client: Client) -> None:
    reason = await client.refusal("sendMessage", chat_id=ANN, text="<b>x</b>", parse_mode="HTML")
    assert "entities only" in reason


async def test_an_address_outside_the_api_is_not_found(client: Client) -> None:
    async with client.session.get(f"{client.server.base_url}/elsewhere") as answer:
        assert (answer.status, (await answer.json())["description"]) == (404, "Not Found")


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_a_page_from_elsewhere_is_kept_out(client: Client, header: dict[str, str]) -> None:
    async with client.session.get(f"{client.server.base_url}/sandbox/state", headers=header) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    ("site", "path", "status"),
    [
        ("cross-site", "bot/getMe", 403),
        ("same-site", "bot/getMe", 403),
        ("cross-site", "sandbox/state", 403),
        ("same-origin", "sandbox/state", 200),
        ("none", "bot/getMe", 200),
        ("cross-site", "", 200),
    ],
)
async def test_a_picture_or_a_link_of_a_page_elsewhere_makes_the_bot_do_nothing(
    client: Client, site: str, path: str, status: int
) -> None:
    address = f"{client.server.base_url}/{path.replace('bot/', f'bot{client.server.token}/')}"
    async with client.session.get(address, headers={"Sec-Fetch-Site": site}) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("bot/sendMessage", {"chat_id": "9" * 5000, "text": "x"}),
        ("bot/sendMessage", {"chat_id": "--5", "text": "x"}),
        ("bot/sendMessage", {"chat_id": "²", "text": "x"}),
        ("bot/sendMessage", {"chat_id": ANN, "text": "x", "reply_markup": "[" * 100_000}),
        ("sandbox/clock", {"advance": float("inf")}),
        ("sandbox/clock", {"advance": float("nan")}),
        ("sandbox/clock", {"advance": 10**400}),
        ("sandbox/clock", {"advance": 9e11}),
    ],
)
async def test_numbers_and_nesting_beyond_reason_are_refused_and_break_nothing(
    client: Client, path: str, body: dict[str, Any]
) -> None:
    address = f"{client.server.base_url}/{path.replace('bot/', f'bot{client.server.token}/')}"
    async with client.session.post(address, json=body) as answer:
        assert (answer.status, (await answer.json())["ok"]) == (400, False)

    assert await client.ok("sendMessage", chat_id=ANN, text="still here")


async def test_python_telegram_bot_speaks_to_it(server: SandboxServer, picture: bytes) -> None:
    bot = Bot(server.token, base_url=f"{server.base_url}/bot", base_file_url=f"{server.base_url}/file/bot")
    async with bot:
        assert bot.username == "heliograph_bot"
        photo = await bot.send_photo(ANN, picture, caption="a picture")
        file = await bot.get_file(photo.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == picture
        document = await bot.send_document(ANN, b"# Title\n", filename="post.md")
        assert document.document is not None
        assert document.document.file_name == "post.md"
        assert (await bot.get_chat(ANN)).first_name == "Ann"


async def test_the_token_reaches_no_log_and_no_repr(
    client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await client.ok("sendMessage", chat_id=ANN, text="x")
    await client.refusal("sendMessage", chat_id=1, text="x")
    log = await client.control("GET", "log")
    state = await client.control("GET", "state")
    output = capfd.readouterr()
    own_records = [r.getMessage() for r in caplog.records if not r.name.startswith("aiohttp")]
    everywhere = json.dumps([log, state, own_records]) + repr(client.server) + output.out + output.err
    assert client.server.token not in everywhere


async def test_the_log_tells_calls_and_their_answers(client: Client) -> None:
    await client.refusal("sendMessage", chat_id=ANN, text="")
    await client.ok("sendMessage", chat_id=ANN, text="x")
    first, second = (await client.control("GET", "log?method=sendMessage"))["calls"]
    assert (first["status"], first["applied"], second["status"], second["applied"]) == (400, False, 200, True)
    assert second["parameters"] == {"chat_id": str(ANN), "text": "x"}
    assert second["answer"]["result"]["text"] == "x"


async def test_a_secret_is_hidden_in_the_log(client: Client) -> None:
    await client.refusal("setWebhook", url="nonsense", secret_token="the-secret")
    assert "the-secret" not in json.dumps(await client.control("GET", "log"))


async def test_the_server_comes_back_on_its_port_with_all_it_knew() -> None:
    first = SandboxServer()
    async with first:
        port = int(first.base_url.rpartition(":")[2])
    async with (
        SandboxServer(first.world, port=port) as second,
        aiohttp.ClientSession() as session,
        session.get(f"{second.base_url}/bot{second.token}/getMe") as answer,
    ):
        assert (second.base_url, answer.status) == (first.base_url, 200)

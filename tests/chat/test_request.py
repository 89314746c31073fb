"""What a failed request tells its sender: not reached, perhaps reached, or refused; and that no token leaks."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_writer import StreamWriter
from telegram import Bot, InputFile, InputMediaPhoto, error

from bot.chat.transport.body import Body
from bot.chat.transport.request import AiohttpRequest, MaybeReached, NotReached, _failure
from tests.chat.peer import TOKEN, Answer, AnswerThenClose, Drop, Peer, Silence, peer


async def send(url: str, request: AiohttpRequest | None = None, **more: Any) -> Any:
    async with request or AiohttpRequest() as own:
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=own, get_updates_request=own)
        return await bot.do_api_request("sendRichMessage", {"chat_id": 1, "text": "hi"}, **more)


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(read_timeout=2) as request:
        yield request


def bot_at(there: Peer, request: AiohttpRequest) -> Bot:
    return Bot(TOKEN, base_url=f"{there.url}/bot", request=request, get_updates_request=request)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_refused_connection_was_not_reached() -> None:
    with pytest.raises(NotReached, match="no connection was made"):
        await send(f"http://127.0.0.1:{unused_port()}")


async def test_unknown_host_was_not_reached() -> None:
    with pytest.raises(NotReached, match="host name"):
        await send("http://bot-api.invalid")


async def test_failed_tls_was_not_reached() -> None:
    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 not TLS\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(speak_plainly, "127.0.0.1", 0) as server:
        with pytest.raises(NotReached, match="secure connection"):
            await send(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")


async def test_full_pool_was_not_reached() -> None:
    async with peer(default=Silence()) as there, AiohttpRequest(1, pool_timeout=0.02, connect_timeout=0.02) as request:
        bot = bot_at(there, request)
        first = asyncio.create_task(bot.send_message(1, "a"))
        while not there.requests:
            await asyncio.sleep(0)
        with pytest.raises(NotReached, match="in time"):
            await bot.send_message(1, "b")
        first.cancel()
        assert len(there.requests) == 1


async def test_refusing_proxy_was_not_reached() -> None:
    with pytest.raises(NotReached, match="proxy"):
        await send("http://127.0.0.1:1", AiohttpRequest(proxy=f"http://127.0.0.1:{unused_port()}"))


async def test_requests_go_through_the_proxy() -> None:
    async with peer() as proxy:
        await send("http://telegram.invalid", AiohttpRequest(proxy=proxy.url))
        assert proxy.requests[0][0].startswith("POST http://telegram.invalid/bot")


async def test_time_out_waiting_for_the_answer_is_uncertain() -> None:
    async with peer(default=Silence()) as there:
        with pytest.raises(MaybeReached, match="no answer came in time"):
            await send(there.url, read_timeout=0.02)
        assert len(there.requests) == 1


@pytest.mark.parametrize("part", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
async def test_connection_lost_after_the_request_is_uncertain(part: bytes) -> None:
    async with peer([Drop(part)]) as there:
        with pytest.raises(MaybeReached, match="lost before the answer"):
            await send(there.url)


async def test_kept_connection_dropped_after_the_request_is_uncertain_and_sent_once() -> None:
    async with peer([Answer(), Drop()]) as there, AiohttpRequest() as request:
        bot = bot_at(there, request)
        await bot.do_api_request("sendRichMessage", {"chat_id": 1, "text": "first"})
        with pytest.raises(MaybeReached):
            await bot.do_api_request("sendRichMessage", {"chat_id": 1, "text": "second"})
        assert there.connections == 1
        assert len(there.requests) == 2


async def test_kept_connection_closed_while_idle_is_replaced_unseen(request_: AiohttpRequest) -> None:
    async with peer([AnswerThenClose()]) as there:
        bot = bot_at(there, request_)
        await bot.do_api_request("sendRichMessage", {"chat_id": 1, "text": "first"})
        while there.open:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)
        await bot.do_api_request("sendRichMessage", {"chat_id": 1, "text": "second"})
        assert there.connections == 2


async def test_body_written_to_a_closed_connection_never_began() -> None:
    async with peer() as there:
        loop = asyncio.get_running_loop()
        host, port = there.url.removeprefix("http://").split(":")
        transport, protocol = await loop.create_connection(lambda: BaseProtocol(loop), host, int(port))
        writer = StreamWriter(protocol, loop)
        transport.close()
        body = Body(b"{}", "application/json", None)
        with pytest.raises(ConnectionResetError):
            await body.write_with_length(writer, 2)
        assert not body.begun
        assert isinstance(_failure(aiohttp.ClientOSError(), begun=body.begun), NotReached)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302])
async def test_server_error_with_a_page_is_uncertain(status: int) -> None:
    page = Answer(status, b"<html>Bad Gateway</html>", "Location: http://elsewhere.invalid/\r\n")
    async with peer([page]) as there:
        with pytest.raises(MaybeReached, match=str(status)):
            await send(there.url)
        assert len(there.requests) == 1


@pytest.mark.parametrize("body", [b"<html>login</html>", b'{"ok":true}', b'["result"]', b'{"result":', b""])
async def test_success_that_is_not_an_answer_is_uncertain(body: bytes) -> None:
    async with peer([Answer(200, body)]) as there:
        with pytest.raises(MaybeReached, match="not a Bot API answer"):
            await send(there.url)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(400, b'{"ok":false,"description":"Bad Request: BUTTON_DATA_INVALID"}'), error.BadRequest),
        (Answer(403, b'{"ok":false,"description":"Forbidden: bot was blocked by the user"}'), error.Forbidden),
        (Answer(409, b'{"ok":false,"description":"Conflict: terminated by other getUpdates"}'), error.Conflict),
        (Answer(401, b'{"ok":false,"description":"Unauthorized"}'), error.InvalidToken),
        (Answer(413, b"<html>Request Entity Too Large</html>"), error.BadRequest),
        (Answer(400, b"<html>Bad Request</html>"), error.BadRequest),
        (Answer(429, b"<html>Too Many Requests</html>"), error.RetryAfter),
    ],
)
async def test_refusals_are_certain(answer: Answer, expected: type[error.TelegramError]) -> None:
    async with peer([answer]) as there:
        with pytest.raises(expected) as caught:
            await send(there.url)
        assert not isinstance(caught.value, MaybeReached | NotReached)


async def test_flood_control_names_its_wait() -> None:
    flood = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":17}}'
    async with peer([Answer(429, flood)]) as there:
        with pytest.raises(error.RetryAfter) as caught:
            await send(there.url)
        assert caught.value.retry_after == timedelta(seconds=17)


async def test_parameters_arrive_as_json_with_nested_values(request_: AiohttpRequest) -> None:
    async with peer() as there:
        bot = bot_at(there, request_)
        await bot.do_api_request("sendRichMessage", {"chat_id": 1, "text": "中文 \ud83d", "reply_markup": {"a": [[1]]}})
        line, headers, _ = there.requests[0]
        assert line.endswith("/sendRichMessage HTTP/1.1")
        assert headers["content-type"] == "application/json"
        assert there.payload() == {"chat_id": 1, "text": "中文 \ud83d", "reply_markup": {"a": [[1]]}}


async def test_files_arrive_as_multipart_with_their_names_in_utf8(request_: AiohttpRequest) -> None:
    big = bytes(range(256)) * 1000
    async with peer() as there:
        photo = InputMediaPhoto(InputFile(big, '图 "1".png', attach=True))
        await bot_at(there, request_).do_api_request("sendRichMessage", {"chat_id": 1, "media": [photo]})
        _, headers, body = there.requests[0]
        assert headers["content-type"].startswith("multipart/form-data; boundary=")
        assert int(headers["content-length"]) == len(body)
        assert 'filename="图 %221%22.png"'.encode() in body
        assert b"attach://" in body
        assert big in body


async def test_download_is_returned_as_bytes(request_: AiohttpRequest) -> None:
    async with peer([Answer(200, b"\x00\xff")]) as there:
        assert await request_.retrieve(f"{there.url}/file/bot{TOKEN}/a.png") == b"\x00\xff"


async def test_closed_request_sends_nothing_and_can_be_opened_again() -> None:
    async with peer() as there:
        request = AiohttpRequest()
        bot = bot_at(there, request)
        with pytest.raises(NotReached, match="closed"):
            await bot.do_api_request("sendRichMessage")
        await request.initialize()
        await bot.do_api_request("sendRichMessage")
        await request.shutdown()
        await request.initialize()
        await bot.do_api_request("sendRichMessage")
        await request.shutdown()
        assert len(there.requests) == 2


FAULTS: list[tuple[str, Any]] = [
    ("refused", None),
    ("silence", Silence()),
    ("dropped", Drop()),
    ("half an answer", Drop(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")),
    ("no HTTP", Drop(b"SSH-2.0-OpenSSH\r\n\r\n")),
    ("redirect", Answer(302, b"", f"Location: http://x.invalid/bot{TOKEN}/\r\n")),
    ("5xx", Answer(502, b"<html>")),
    ("not JSON", Answer(200, b"oops")),
]


@pytest.mark.parametrize("fault", [fault for _, fault in FAULTS], ids=[name for name, _ in FAULTS])
async def test_no_failure_shows_the_token_even_in_its_causes(fault: Any) -> None:
    async with peer(default=fault or Answer()) as there:
        url = there.url if fault else f"http://127.0.0.1:{unused_port()}"
        with pytest.raises(error.NetworkError) as caught:
            await send(url, read_timeout=0.02)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    seen: BaseException | None = caught.value
    while seen is not None:
        told += repr(seen) + str(seen)
        seen = seen.__cause__ or seen.__context__
    assert TOKEN not in told
    assert TOKEN.split(":")[1] not in told

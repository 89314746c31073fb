"""At its end the server finishes what has arrived whole, hangs up on everybody else, and says nothing needless."""

import asyncio
import logging
import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.web import serving
from bot.web.serving import served
from bot.web.webhook import SECRET_HEADER, webhook_app

SECRET = "s3cret-s3cret-s3cret"
HEAD = f"POST /hook HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 500\r\n\r\n".encode()


async def _nothing(update: object) -> None:
    return None


async def _until(event: asyncio.Event) -> None:
    async with asyncio.timeout(5):
        await event.wait()


def _said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_body_that_has_half_arrived_is_let_go_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    app, begun = webhook_app("/hook", SECRET, _nothing), asyncio.Event()

    async def noticed(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await app(scope, receive, send)

    async with served(noticed, ("127.0.0.1", 0)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b'{"upd')
        await _until(begun)

    assert await reader.read() == b""
    assert _said(caplog) == []
    writer.close()


async def test_a_connection_that_is_accepted_as_the_server_ends_does_not_hold_it_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served(Starlette(), ("127.0.0.1", 0)) as port:
        scraper = socket.create_connection(("127.0.0.1", port))
        scraper.settimeout(5)
        # After so many turns it is accepted, and the server has not met it.
        for _ in range(2):
            await asyncio.sleep(0)

    assert scraper.recv(1) == b""
    assert _said(caplog) == []
    scraper.close()


async def test_who_takes_too_long_at_the_end_is_one_sentence(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_GRACE", 0.05)
    begun = asyncio.Event()

    async def slow(_: Request) -> Response:
        begun.set()
        await asyncio.Event().wait()
        return PlainTextResponse("never")

    async with served(Starlette(routes=[Route("/", slow)]), ("127.0.0.1", 0)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await _until(begun)

    assert await reader.read() == b""
    assert _said(caplog) == ["Requests that are left unanswered, after 0 s at the end: 1"]
    writer.close()

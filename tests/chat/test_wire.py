"""The whole wire against the local Bot API server over HTTP: polling, answering, limits, faults, and no token told."""

import asyncio
import io
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import Update
from telegram.error import NetworkError, RetryAfter

from bot.chat import logs
from bot.chat.inbound.intake import Intake
from bot.chat.inbound.receiving import Receiver
from bot.chat.inbound.throttling import Throttle, Verdict
from bot.chat.transport.paced import Turn
from bot.chat.transport.pacing import Pacer, Priority
from bot.chat.transport.rates import Limits
from bot.chat.transport.request import MaybeReached, NotReached, TokenRefused
from bot.chat.transport.wire import PacedBot, Polling, connect, make_bot
from bot.chat.updates import RawUpdate
from bot.sandbox import acting
from bot.sandbox.faults import Fault, flood_control
from bot.sandbox.server import SandboxServer
from bot.sandbox.world import Person
from tests.chat.peer import TOKEN
from tests.chat.test_receiving import MemoryInbox

ANN = 7001
BOB = 7002
GRACE = timedelta(seconds=0.2)


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    async with SandboxServer() as running:
        for person in (ANN, BOB):
            running.world.add_person(Person(person, f"P{person}", started=True))
        yield running


def clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def bot_at(server: SandboxServer, limits: Limits | None = None) -> AsyncIterator[PacedBot]:
    bot = make_bot(
        server.token, Pacer(limits or Limits(per_second=10_000), asyncio.get_running_loop()), api_url=server.base_url
    )
    await connect(bot, clock)
    try:
        yield bot
    finally:
        await bot.shutdown()


class Echo:
    """Echoes every message; the receiver runs until the block ends."""

    def __init__(self, bot: PacedBot, inbox: MemoryInbox) -> None:
        self.bot = bot
        self.stop = asyncio.Event()
        self.handled: list[int] = []
        intake = Intake(self.handle, inbox, Throttle())
        self.receiver = Receiver(Polling(bot, ["message", "callback_query"]), intake, clock, grace=GRACE)

    async def handle(self, raw: RawUpdate, verdict: Verdict) -> None:
        update = Update.de_json(raw, self.bot)
        assert update.message is not None
        if verdict is Verdict.ALLOW:
            await self.bot.send_message(update.message.chat.id, update.message.text or "")
        self.handled.append(update.update_id)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.handled) < count:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def echo(server: SandboxServer, inbox: MemoryInbox | None = None) -> AsyncIterator[Echo]:
    async with bot_at(server) as bot:
        running = Echo(bot, inbox or MemoryInbox())
        task = asyncio.create_task(running.receiver.run(running.stop))
        try:
            yield running
        finally:
            running.stop.set()
            await task


def texts(server: SandboxServer, chat: int) -> list[str]:
    """What the bot has said in a chat."""
    bot_id = server.world.bot.id
    return [m.content["text"] for m in server.world.chats[chat].messages.values() if m.from_id == bot_id]


async def test_message_is_echoed_and_acknowledged(server: SandboxServer) -> None:
    acting.say(server.world, ANN, ANN, "中文 hello")
    async with echo(server) as running:
        await running.until(1)
    assert texts(server, ANN) == ["中文 hello"]
    async with bot_at(server) as bot:
        assert not await bot.get_updates()


async def test_update_that_the_server_delivers_twice_is_answered_once(server: SandboxServer) -> None:
    server.world.faults.add(Fault("twice", method="getUpdates"))
    acting.say(server.world, ANN, ANN, "one")
    async with echo(server) as running:
        await running.until(1)
        acting.say(server.world, ANN, ANN, "two")
        await running.until(2)
    assert texts(server, ANN) == ["one", "two"]


async def test_flood_by_one_person_leaves_another_answered_within_a_second(server: SandboxServer) -> None:
    for n in range(1000):
        acting.say(server.world, ANN, ANN, str(n))
    acting.say(server.world, BOB, BOB, "and me")
    begun = asyncio.get_running_loop().time()
    async with echo(server) as running:
        while not texts(server, BOB):
            await asyncio.sleep(0.005)
        assert asyncio.get_running_loop().time() - begun < 1.0
        running.stop.set()
    assert texts(server, ANN)[:3] == ["0", "1", "2"]


async def test_server_that_counts_thirty_a_second_never_has_to_refuse(server: SandboxServer) -> None:
    server.world.throttle.per_second = 30
    async with bot_at(server, Limits()) as bot:
        await asyncio.gather(*(bot.send_message(ANN + n % 2, str(n)) for n in range(10)))
        assert bot.rate_limiter is not None
    assert Counter(call.status for call in server.world.calls.recent if call.method == "sendMessage") == {200: 10}


async def test_flood_control_is_obeyed_and_the_answer_arrives(server: SandboxServer) -> None:
    server.world.faults.add(flood_control(1, method="sendMessage"))
    async with bot_at(server) as bot:
        begun = asyncio.get_running_loop().time()
        await bot.send_message(ANN, "late")
        assert asyncio.get_running_loop().time() - begun >= 1.0
    assert texts(server, ANN) == ["late"]


async def test_digest_under_flood_control_is_refused_with_the_wait(server: SandboxServer) -> None:
    server.world.faults.add(flood_control(9, method="sendMessage"))
    async with bot_at(server) as bot:
        with pytest.raises(RetryAfter):
            await bot.send_message(ANN, "digest", rate_limit_args=Turn(Priority.DIGEST))
    assert not texts(server, ANN)


@pytest.mark.parametrize("applied", [False, True])
async def test_dropped_connection_is_uncertain_whether_or_not_it_was_sent(server: SandboxServer, applied: bool) -> None:
    server.world.faults.add(Fault("drop", method="sendMessage", applied=applied))
    async with bot_at(server) as bot:
        with pytest.raises(MaybeReached):
            await bot.send_message(ANN, "once")
    assert texts(server, ANN) == (["once"] if applied else [])


async def test_server_error_with_a_page_is_uncertain(server: SandboxServer) -> None:
    server.world.faults.add(Fault("html", method="sendMessage", code=502, applied=True))
    async with bot_at(server) as bot:
        with pytest.raises(MaybeReached):
            await bot.send_message(ANN, "once")
    assert texts(server, ANN) == ["once"]


async def test_wrong_token_is_refused_in_one_sentence(server: SandboxServer) -> None:
    bot = make_bot(TOKEN, Pacer(Limits(), asyncio.get_running_loop()), api_url=server.base_url)
    with pytest.raises(TokenRefused) as caught:
        await connect(bot, clock)
    await bot.shutdown()
    assert caught.value.__context__ is None
    assert TOKEN not in repr(bot) + repr(caught.value)


async def test_start_waits_for_a_network_that_is_down(caplog: pytest.LogCaptureFixture) -> None:
    bot = make_bot(TOKEN, Pacer(Limits(), asyncio.get_running_loop()), api_url="http://127.0.0.1:1")
    connecting = asyncio.create_task(connect(bot, clock, chance=lambda: 0.0))
    async with asyncio.timeout(10):
        while "Telegram cannot be reached" not in caplog.text:
            await asyncio.sleep(0.01)
    assert not connecting.done()
    connecting.cancel()
    await asyncio.gather(connecting, return_exceptions=True)
    await bot.shutdown()


async def test_no_output_of_a_run_at_debug_holds_the_token(server: SandboxServer) -> None:
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.TextLines(logs.Redaction([server.token])))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        server.world.faults.add(Fault("html", method="sendDocument", code=502))
        acting.say(server.world, ANN, ANN, "a")
        async with echo(server) as running:
            logging.getLogger("bot").info("%r", running.bot)
            with pytest.raises(NetworkError):
                await running.bot.send_document(ANN, b"x")
            acting.say(server.world, ANN, ANN, "b")
            await running.until(1)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    told: Any = stream.getvalue()
    assert "sendMessage" in told
    assert server.token not in told
    assert server.token.split(":")[1] not in told


async def test_file_arrives_whole(server: SandboxServer) -> None:
    async with bot_at(server) as bot:
        sent = await bot.send_document(ANN, b"# \xe4\xb8\xad\n" * 20_000, filename="笔记.md", caption="c")
        assert sent.document is not None
        assert sent.document.file_name == "笔记.md"
        got = await (await bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert bytes(got) == b"# \xe4\xb8\xad\n" * 20_000


async def test_nobody_there_is_not_reached() -> None:
    bot = make_bot(TOKEN, Pacer(Limits(), asyncio.get_running_loop()), api_url="http://127.0.0.1:1")
    await bot.request.initialize()
    with pytest.raises(NotReached):
        await bot.send_message(1, "x", rate_limit_args=Turn(Priority.DIGEST))
    await bot.request.shutdown()

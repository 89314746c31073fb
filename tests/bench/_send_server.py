"""A Bot API server light enough to take 1,000 messages a second: it answers late, counts, refuses what is too fast.

A process of its own, so that its work is not counted as the bot's.
"""

import asyncio
import gc
import json
import multiprocessing
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

ME = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
QUIET = {
    "getMe": ME,
    "getMyCommands": [],
    "getMyName": {"name": ""},
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
    "getChatMenuButton": {"type": "commands"},
}
"""What else a program asks for as it starts."""
LATENCY = 0.08
"""Seconds to Telegram and back."""
ASKER = 5_000_000
"""The first of the people who write commands; nobody with a smaller number does."""
_LONGEST_POLL = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """`sends` are the times of what was taken; `waits` are seconds from a command to its answer."""

    sends: list[float]
    refused: int
    waits: list[float]

    @property
    def most_in_a_second(self) -> int:
        return max(bisect_right(self.sends, at + 1.0 - 1e-9) - n for n, at in enumerate(self.sends))


class SendServer:
    """Takes `allowed` messages in any second; hands out a command every `asks_every` seconds, if that is given."""

    def __init__(self, allowed: int, asks_every: float | None) -> None:
        self.allowed, self.asks_every = allowed, asks_every
        self.sends: list[float] = []
        self.refused = 0
        self.asked: dict[int, float] = {}
        self.waits: list[float] = []
        self.began: float | None = None

    def answer(self, method: str, body: bytes) -> tuple[int, object]:
        if not method.startswith("send"):
            return 200, QUIET.get(method, True)
        now, chat = time.monotonic(), int(json.loads(body)["chat_id"])
        if len(self.sends) >= self.allowed and self.sends[-self.allowed] > now - 1.0:
            self.refused += 1
            return 429, 1
        self.sends.append(now)
        if chat in self.asked:
            self.waits.append(now + LATENCY / 2 - self.asked.pop(chat))
        return 200, {"message_id": len(self.sends), "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}

    async def updates(self, offset: int) -> list[object]:
        """The next command, at its time; it left its writer half a latency before."""
        if self.asks_every is None:
            await asyncio.sleep(_LONGEST_POLL)
            return []
        self.began = self.began or time.monotonic()
        number = max(offset, 1)
        await asyncio.sleep(max(0.0, self.began + number * self.asks_every - time.monotonic()))
        self.asked.setdefault(ASKER + number, time.monotonic() - LATENCY / 2)
        person = {"id": ASKER + number, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        chat = {"id": ASKER + number, "type": "private", "first_name": "Ann"}
        command = [{"type": "bot_command", "offset": 0, "length": 7}]
        message = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": "/latest", "entities": command}
        return [{"update_id": number, "message": message}]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-l")), 0
                )
                body = await reader.readexactly(length)
                method = head.split(" ", 2)[1].rpartition("/")[2]
                if method == "getUpdates":
                    writer.write(_answer(200, await self.updates(int(json.loads(body or b"{}").get("offset") or 0))))
                    continue
                # The answer is written later; the connection is not asked again before it came.
                loop.call_later(
                    LATENCY if method.startswith("send") else 0, writer.write, _answer(*self.answer(method, body))
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _length(head: str) -> int:
    return next((int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)


def _answer(status: int, result: object) -> bytes:
    told: dict[str, object] = {"ok": True, "result": result}
    if status == 429:
        told = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
        told["parameters"] = {"retry_after": result}
    payload = json.dumps(told).encode()
    head = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(payload))
    return head + payload


def _main(pipe: Connection, allowed: int, asks_every: float | None) -> None:
    async def run() -> None:
        told = SendServer(allowed, asks_every)
        server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
        # While it stops to collect what it has loaded, messages pile up and count as sent at once.
        gc.collect()
        gc.freeze()
        pipe.send(server.sockets[0].getsockname()[1])
        while True:
            await asyncio.to_thread(pipe.recv)
            pipe.send(Seen(told.sends, told.refused, told.waits))

    asyncio.run(run())


class Server:
    """What the bench holds of it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url = f"http://127.0.0.1:{pipe.recv()}"

    def seen(self) -> Seen:
        self._pipe.send(None)
        found: Seen = self._pipe.recv()
        return found


@contextmanager
def send_server(allowed: int, *, asks_every: float | None = None) -> Iterator[Server]:
    """Ends with the block."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_main, args=(there, allowed, asks_every), daemon=True)
    process.start()
    try:
        yield Server(here)
    finally:
        process.kill()
        process.join()

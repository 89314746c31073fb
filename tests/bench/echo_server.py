"""The least of a Bot API server: hands out messages, takes echoes; a process of its own, so that it is not counted."""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

ME = {"id": 1, "is_bot": True, "first_name": "Echo", "username": "echo_bot"}
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private", "first_name": "A"}, "from": ME, "text": "x"}


class EchoServer:
    """Gives `total` messages of many chats, `window` of them unanswered at any time."""

    def __init__(self, total: int, window: int) -> None:
        self.total, self.window = total, window
        self.given = self.echoed = 0
        self.changed = asyncio.Event()

    async def answer(self, method: str, body: bytes) -> object:
        if method == "getUpdates":
            return await self.updates(json.loads(body or b"{}"))
        if method == "sendMessage":
            self.echoed += 1
            self.changed.set()
            return MESSAGE
        return ME if method == "getMe" else True

    async def updates(self, asked: dict[str, int]) -> list[object]:
        while self.given < self.total and self.given - self.echoed >= self.window:
            self.changed.clear()
            await self.changed.wait()
        if self.given == self.total:
            await asyncio.sleep(int(asked.get("timeout", 0)))
        count = min(100, int(asked.get("limit", 100)), self.total - self.given, self.window - self.given + self.echoed)
        first = self.given + 1
        self.given += count
        return [self.update(number) for number in range(first, first + count)]

    def update(self, number: int) -> object:
        person = {"id": number, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        chat = {"id": number, "type": "private", "first_name": "Ann"}
        text = "A message of usual length, to be echoed as it is."
        return {
            "update_id": number,
            "message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text},
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode().split("\r\n")
                length = next((int(line[15:]) for line in lines if line.lower().startswith("content-length:")), 0)
                result = await self.answer(lines[0].split(" ")[1].rpartition("/")[2], await reader.readexactly(length))
                payload = json.dumps({"ok": True, "result": result}).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(payload) + payload)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _main(pipe: Connection, total: int, window: int) -> None:
    async def run() -> None:
        server = await asyncio.start_server(EchoServer(total, window).serve, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.sleep(3600)

    asyncio.run(run())


@contextmanager
def echo_server(total: int, window: int) -> Iterator[str]:
    """Its address; ends with the block."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_main, args=(there, total, window), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.kill()
        process.join()

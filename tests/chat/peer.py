"""A server on 127.0.0.1 that misbehaves to order: each request gets the next answer of a script."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

TOKEN = "123456789:AAH-not_a_real_token_0123456789abcdef"

GOOD = b'{"ok":true,"result":{"message_id":7}}'


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = GOOD
    headers: str = ""

    @property
    def raw(self) -> bytes:
        return (
            f"HTTP/1.1 {self.status} x\r\nContent-Length: {len(self.body)}\r\n{self.headers}\r\n".encode() + self.body
        )


@dataclass(frozen=True)
class Drop:
    """Closes the connection once the request is read, after `raw` (part of an answer)."""

    raw: bytes = b""


@dataclass(frozen=True)
class Silence:
    """Reads the request and never answers."""


@dataclass(frozen=True)
class AnswerThenClose:
    """Answers as if the connection were kept, and closes it right after."""

    answer: Answer = Answer()


Step = Answer | Drop | Silence | AnswerThenClose


@dataclass
class Peer:
    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    def payload(self, index: int = -1) -> object:
        return json.loads(self.requests[index][2])


@asynccontextmanager
async def peer(script: Iterable[Step] = (), *, default: Step = Answer()) -> AsyncIterator[Peer]:
    steps = iter(script)
    it = Peer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        it.connections += 1
        it.open.add(writer)
        try:
            while await one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            it.open.discard(writer)
            writer.close()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        it.requests.append((line, headers, body))
        match next(steps, default):
            case Answer() as answer:
                writer.write(answer.raw)
                return True
            case AnswerThenClose(answer):
                writer.write(answer.raw)
                return False
            case Drop(raw):
                writer.write(raw)
                return False
            case Silence():
                await reader.read()
                return False

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    it.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield it
    finally:
        server.close()
        for writer in list(it.open):
            writer.close()
        await asyncio.sleep(0)

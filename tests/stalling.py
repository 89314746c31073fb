"""A line to PostgreSQL that can stall, so that its connections neither answer nor break, or be gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url


@dataclass
class Line:
    """What stands between a program and the PostgreSQL database at `target`; for the program it is at `url`."""

    target: str
    connections: int = 0
    """Opened so far, those that stall too."""
    _port: int = 0
    _server: asyncio.Server | None = None
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _pipes: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        return make_url(self.target).set(host="127.0.0.1", port=self._port).render_as_string(hide_password=False)

    def stalls(self) -> None:
        """Takes connections and bytes, as a server's kernel does, and gives nothing back."""
        self._flows.clear()

    def goes_on(self) -> None:
        self._flows.set()

    async def is_gone(self) -> None:
        """Every connection breaks, and new ones are refused."""
        assert self._server is not None
        self._server.close()
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    async def is_back(self) -> None:
        self._flows.set()
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError):
            real = make_url(self.target)
            inward, outward = await asyncio.open_connection(real.host, real.port or 5432)
            for source, sink in ((reader, outward), (inward, writer)):
                pipe = asyncio.create_task(self._pipe(source, sink))
                self._pipes.add(pipe)
                pipe.add_done_callback(self._pipes.discard)

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while piece := await source.read(65536):
                    await self._flows.wait()
                    sink.write(piece)
                    await sink.drain()
        finally:
            sink.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    """A line to the PostgreSQL database at `url`, which flows."""
    line = Line(url)
    await line.is_back()
    try:
        yield line
    finally:
        line.goes_on()
        await line.is_gone()

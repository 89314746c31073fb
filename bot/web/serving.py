"""HTTP in the loop that runs already: uvicorn without signals, logs or headers of its own."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

from bot.domain.errors import OperatorError

_GRACE: Final = 5
"""Seconds for requests under way when the server ends."""

_BACKLOG: Final = 512


class PortTakenError(OperatorError):
    """An address that cannot be listened on; the message names it and says why."""


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop, and waits for an event instead of asking ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.stopping = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        await self.stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: Starlette, address: tuple[str, int]) -> AsyncIterator[int]:
    """Serves `app` until the block ends, then lets requests under way finish; gives the port (0 takes a free one).

    Raises PortTakenError.
    """
    listening = _listen(*address)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    waiting = asyncio.create_task(server.listening.wait())
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        yield listening.getsockname()[1]
    finally:
        waiting.cancel()
        server.stopping.set()
        await serving


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio turns off Nagle's algorithm, which would cost 40 ms an answer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise PortTakenError(
            f"{host}:{port} cannot be listened on ({error.strerror}); end the other program, or name another port."
        ) from None
    return listening

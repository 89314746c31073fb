"""HTTP in the loop that runs already: uvicorn without signals, logs or headers of its own."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.domain.errors import OperatorError

log = logging.getLogger(__name__)

_GRACE: Final = 5.0
"""Seconds for requests under way when the server ends."""

_LOOK: Final = 0.02
"""Seconds between two looks at what is still connected then; a connection that was just accepted shows up meanwhile."""

_BACKLOG: Final = 512


class PortTakenError(OperatorError):
    """An address that cannot be listened on; the message names it and says why."""


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop, and waits for an event instead of asking ten times a second.

    At its end it finishes the requests that arrived whole, and hangs up on everybody else. uvicorn's own end does so
    only with those who were connected when it began, and waits for requests that may never arrive.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.stopping = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in self.servers:
            listener.close()
        try:
            async with asyncio.timeout(_GRACE):
                await self._emptied()
        except TimeoutError:
            if tasks := self.server_state.tasks:
                log.warning("Requests that are left unanswered, after %.0f s at the end: %d", _GRACE, len(tasks))
        finally:
            await self._cut_off()

    async def _emptied(self) -> None:
        while True:
            for connection in self._connections():
                _let_go(connection)
            await asyncio.sleep(_LOOK)
            if not self.server_state.connections and not self.server_state.tasks:
                return

    async def _cut_off(self) -> None:
        for connection in self._connections():
            connection.transport.abort()
        # They are told in the loop's next turn, so that those who answer know that nobody listens.
        await asyncio.sleep(0)
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connections(self) -> list[H11Protocol]:
        return [one for one in self.server_state.connections if isinstance(one, H11Protocol)]

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _let_go(connection: H11Protocol) -> None:
    """Hangs up at once, unless a request arrived whole: then when it is answered."""
    if connection.transport.is_closing():
        return
    request = connection.cycle
    if request is not None and request.more_body and not request.response_complete:
        connection.transport.abort()
    else:
        connection.shutdown()


def _quiet(app: ASGIApp) -> ASGIApp:
    """The same, but whoever is cut off ends without a word: uvicorn would print where."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return called


@asynccontextmanager
async def served(app: ASGIApp, address: tuple[str, int]) -> AsyncIterator[int]:
    """Serves `app` until the block ends, then lets requests under way finish; gives the port (0 takes a free one).

    Raises PortTakenError.
    """
    listening = _listen(*address)
    config = uvicorn.Config(
        _quiet(app),
        http="h11",
        ws="none",
        loop="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
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

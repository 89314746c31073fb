"""The whole server on loopback: the Bot API, the control routes and the chat page, in this loop or on its own."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.sandbox.api import Api
from bot.sandbox.clock import Clock
from bot.sandbox.control import control_routes
from bot.sandbox.errors import ApiError
from bot.sandbox.methods import all_methods
from bot.sandbox.origin import OwnOriginOnly
from bot.sandbox.page import page_routes
from bot.sandbox.throttle import Throttle
from bot.sandbox.webhook import deliver_to_webhook
from bot.sandbox.world import Person, World

HOST = "127.0.0.1"
BOT_ID = 7_000_000_001
# No secret: it opens nothing but this server.
TOKEN = f"{BOT_ID}:local-sandbox-bot-token-of-no-value"
START_SECONDS = 10.0


def create_world(
    token: str = TOKEN,
    *,
    username: str = "heliograph_bot",
    name: str = "Heliograph",
    clock: Clock | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> World:
    """An empty Telegram with one bot in it, whose id is the token's."""
    bot = Person(int(token.partition(":")[0]), name, username=username, is_bot=True)
    return World(bot, clock or Clock(), Throttle(monotonic))


def create_app(world: World, token: str = TOKEN, *, monotonic: Callable[[], float] = time.monotonic) -> Starlette:
    """The ASGI application around a world."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        delivery = asyncio.create_task(deliver_to_webhook(world.webhook, world.updates, world.clock))
        try:
            yield
        finally:
            delivery.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await delivery

    api = Api(world, token, all_methods(), monotonic)
    return Starlette(
        routes=[*api.routes(), *control_routes(world), *page_routes()],
        lifespan=lifespan,
        middleware=[Middleware(OwnOriginOnly)],
        exception_handlers={404: _not_found, 405: _not_found, ApiError: _refused},
    )


async def _not_found(_: Request, __: Exception) -> Response:
    return JSONResponse(ApiError(404, "Not Found").body(), 404)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return JSONResponse(error.body(), error.code)


class _Protocol(H11Protocol):
    """Gives each request its transport, so that a fault can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop, says when it listens, and stops without waiting for open polls."""

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
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        under_way = list(self.server_state.tasks)
        for task in under_way:
            task.cancel()
        # uvicorn would log what was cut off as an error of the program.
        logging.getLogger("uvicorn.error").disabled = True
        try:
            await asyncio.gather(*under_way, return_exceptions=True)
        finally:
            logging.getLogger("uvicorn.error").disabled = False
        await self.lifespan.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


class SandboxServer:
    """A running server. Use it as `async with SandboxServer() as server:`; port 0 takes a free one.

    `base_url` is what HELIOGRAPH_API_URL wants (no `/bot`); `world` is there for tests in the same process.
    """

    def __init__(self, world: World | None = None, *, token: str = TOKEN, port: int = 0) -> None:
        self.world = world if world is not None else create_world(token)
        self.token = token
        self._port = port
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"SandboxServer({self.base_url if self._server else 'stopped'})"

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def __aenter__(self) -> "SandboxServer":
        # The protocol is named so that asyncio turns off Nagle's algorithm, which would cost 40 ms an answer.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, self._port))
        except OSError:
            listening.close()
            raise
        self._port = listening.getsockname()[1]
        config = uvicorn.Config(
            create_app(self.world, self.token),
            http=_Protocol,
            log_config=None,
            access_log=False,
            lifespan="on",
            proxy_headers=False,
            server_header=False,
            date_header=False,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listening]))
        async with asyncio.timeout(START_SECONDS):
            await self._server.listening.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop at once: waiting polls and event streams are cut."""
        assert self._server is not None
        assert self._serving is not None
        self._server.stopping.set()
        await self._serving

    async def run_until_cancelled(self) -> None:
        """Wait for as long as the server runs."""
        assert self._serving is not None
        await asyncio.shield(self._serving)

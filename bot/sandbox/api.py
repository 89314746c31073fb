"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>, answers and refusals in the true shape."""

import asyncio
import hmac
import inspect
import json
import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.calls import Call
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault
from bot.sandbox.limits import MAX_LOGGED_CHARACTERS
from bot.sandbox.params import Params, read_params
from bot.sandbox.registry import Registry
from bot.sandbox.world import World

# core.telegram.org/bots/api#authorizing-your-bot: digits, a colon, 35 characters or so.
TOKEN = re.compile(r"[1-9][0-9]{0,15}:[A-Za-z0-9_-]{1,80}")
GATEWAY_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>"
)
GATEWAY_WORDS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time-out"}


class Api:
    """The routes of one bot. `monotonic` gives the seconds written in the call log."""

    def __init__(self, world: World, token: str, registry: Registry, monotonic: Callable[[], float]) -> None:
        self._world = world
        self._token = token
        self._registry = registry
        self._monotonic = monotonic

    def routes(self) -> list[Route]:
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download, methods=["GET"]),
        ]

    async def call(self, request: Request) -> Response:
        """One method call, with the faults ordered for it."""
        try:
            self._authorise(request)
            params = await read_params(request)
        except ApiError as error:
            return JSONResponse(error.body(), error.code)
        name = request.path_params["method"]
        known = self._registry.methods.get(name.lower())
        name = known.name if known else name
        world = self._world
        described = params.described()
        call = world.calls.open(name, described, self._monotonic(), world.clock.timestamp())
        fault = world.faults.strike(name, described)
        if fault is not None:
            call.fault = fault.kind
        response = await (self._struck(request, call, params, fault) if fault else self._answer(call, params))
        call.ended = self._monotonic()
        world.events.publish("call", call=call.view())
        return response

    async def _answer(self, call: Call, params: Params) -> JSONResponse:
        try:
            method = self._registry.find(call.method)
            method.check(params)
            result = method.handler(self._world, params)
            if inspect.isawaitable(result):
                result = await result
            call.applied = True
            return _reply(call, 200, {"ok": True, "result": result})
        except ApiError as error:
            return _reply(call, error.code, error.body())

    async def _struck(self, request: Request, call: Call, params: Params, fault: Fault) -> Response:
        if fault.kind == "twice":
            response = await self._answer(call, params)
            delivered = json.loads(bytes(response.body)).get("result")
            if call.method == "getUpdates" and delivered:
                self._world.updates.repeat({update["update_id"] for update in delivered})
            return response
        if fault.kind in ("slow", "hold"):
            return await self._delayed(call, params, fault)
        if fault.applied:
            await self._answer(call, params)
        if fault.kind == "html":
            call.status, call.answer = fault.code, "<html>"
            title = f"{fault.code} {GATEWAY_WORDS.get(fault.code, 'Error')}"
            return HTMLResponse(GATEWAY_PAGE.format(title), fault.code)
        if fault.kind == "drop":
            call.status, call.answer = 0, None
            request.state.transport.abort()
            return Response(status_code=500)
        error = fault.error()
        return _reply(call, error.code, error.body())

    async def _delayed(self, call: Call, params: Params, fault: Fault) -> Response:
        """Wait, either before the call takes effect or between that and the answer."""
        early = await self._answer(call, params) if fault.applied else None
        if fault.kind == "hold":
            await fault.removed.wait()
        else:
            await asyncio.sleep(fault.delay)
        return early if early is not None else await self._answer(call, params)

    async def download(self, request: Request) -> Response:
        """A file by the file_path of getFile."""
        try:
            self._authorise(request)
        except ApiError as error:
            return JSONResponse(error.body(), error.code)
        stored = self._world.files.at_path(request.path_params["path"])
        if stored is None:
            return JSONResponse(ApiError(404, "Not Found").body(), 404)
        return Response(stored.data, media_type="application/octet-stream")

    def _authorise(self, request: Request) -> None:
        token = request.path_params["token"]
        if not TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise ApiError(401, "Unauthorized")


def _reply(call: Call, status: int, body: dict[str, Any]) -> JSONResponse:
    """The answer, and in the log what it was: whole when short, else its size."""
    response = JSONResponse(body, status)
    size = len(response.body)
    call.status = status
    call.answer = body if size <= MAX_LOGGED_CHARACTERS else {"ok": body["ok"], "bytes": size}
    return response

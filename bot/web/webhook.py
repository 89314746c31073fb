"""The webhook: an update is answered with 200 only when `take` has finished it or put it where a crash cannot reach."""

import asyncio
import hmac
import json
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.domain.errors import HeliographError

log = logging.getLogger(__name__)

Take: TypeAlias = Callable[[dict[str, Any]], Awaitable[object]]

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
"""core.telegram.org/bots/api#setwebhook."""

LONGEST: Final = 1024 * 1024
"""Bytes; a message with all its entities has some tens of thousands."""

DEEPEST: Final = 50
"""Objects and lists within each other; a message that answers another has some ten."""

_BODY_SECONDS: Final = 10.0


class _Refused(Exception):  # noqa: N818 - the request is refused, nothing is wrong here
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def webhook_app(path: str, secret: str, take: Take) -> Starlette:
    """Takes POSTs to `path` that carry `secret`; to everybody else there is nothing here."""
    expected = (path.encode(), secret.encode())
    once = _Once(take)

    async def deliver(request: Request) -> Response:
        given = (request.scope["path"].encode(), request.headers.get(SECRET_HEADER, "").encode())
        # Both are compared whole, so that the time an answer takes tells nothing about either.
        if not hmac.compare_digest(given[0], expected[0]) & hmac.compare_digest(given[1], expected[1]):
            return PlainTextResponse("Not Found", 404)
        try:
            update = _parsed(await _body(request))
        except _Refused as refused:
            return PlainTextResponse(str(refused), refused.status)
        except ClientDisconnect:
            # Nobody reads this; the update comes again.
            return Response(status_code=400)
        if fault := _fault_of(update):
            # Acknowledged all the same, for it would be no better when it came again.
            log.error("Update %s is left out: it cannot be read: %s", update["update_id"], fault)
            return Response()
        try:
            await once.take(update)
        except HeliographError:
            # It cannot be stored now, so it is not acknowledged.
            return PlainTextResponse("Try again later", 503)
        return Response()

    return Starlette(routes=[Route("/{path:path}", deliver, methods=["POST"])])


class _Once:
    """An update that comes again while it is being taken waits for the same end."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._under_way: dict[int, asyncio.Task[object]] = {}

    async def take(self, update: dict[str, Any]) -> None:
        update_id = update["update_id"]
        task = self._under_way.get(update_id)
        if task is None:
            task = self._under_way[update_id] = asyncio.create_task(self._run(update))
            task.add_done_callback(lambda _: self._under_way.pop(update_id))
        await asyncio.shield(task)

    async def _run(self, update: dict[str, Any]) -> object:
        return await self._take(update)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST:
                    raise _Refused(413, "The update is too long")
    except TimeoutError:
        raise _Refused(408, "The update did not arrive in time") from None
    return bytes(body)


def _fault_of(value: object, room: int = DEEPEST) -> str:
    """Why an update could not be kept: what Python reads and writes as JSON is more than PostgreSQL takes."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is no number of JSON"
    if not isinstance(value, (dict, list)):
        return ""
    if not room:
        return f"it is nested more than {DEEPEST} deep"
    inner = value.values() if isinstance(value, dict) else value
    return next(filter(None, (_fault_of(one, room - 1) for one in inner)), "")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise _Refused(400, "The body is not JSON") from None
    number = update.get("update_id") if isinstance(update, dict) else None
    # The databases keep it in 64 bits.
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        raise _Refused(400, "The body is not an update")
    return dict(update)

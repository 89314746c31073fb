"""Looking on: the state of the world, its events as they happen, files, the call log, the clock, the limits."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox import render
from bot.sandbox.control import views
from bot.sandbox.control.body import number, read_body
from bot.sandbox.errors import bad_request
from bot.sandbox.events import Event
from bot.sandbox.formulas import mathml
from bot.sandbox.world import World

LIMITS = ("per_second", "paid_per_second", "per_chat", "per_group")


def routes(world: World) -> list[BaseRoute]:
    watching = Watching(world)
    return [
        Route("/sandbox/state", watching.state),
        Route("/sandbox/events", watching.events),
        Route("/sandbox/files/{file_id}", watching.file),
        Route("/sandbox/formula", watching.formula),
        Route("/sandbox/log", watching.log, methods=["GET"]),
        Route("/sandbox/log", watching.forget_log, methods=["DELETE"]),
        Route("/sandbox/clock", watching.clock, methods=["GET"]),
        Route("/sandbox/clock", watching.set_clock, methods=["POST"]),
        Route("/sandbox/limits", watching.set_limits, methods=["POST"]),
        Route("/sandbox/updates", watching.push_update, methods=["POST"]),
    ]


class Watching:
    def __init__(self, world: World) -> None:
        self._world = world

    async def state(self, _: Request) -> JSONResponse:
        world = self._world
        return JSONResponse(
            {
                "bot": render.bot(world),
                "people": [views.person(p) for p in world.people.values() if not p.is_bot],
                "chats": [views.chat(world, c) for c in world.chats.values()],
                "clock": self._clock(),
                "limits": self._limits(),
                "notes": world.notes,
                "last_event": world.events.last_number,
            }
        )

    async def events(self, request: Request) -> StreamingResponse:
        last_seen = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        after, _, world = last_seen.partition("@")
        stream = self._stream(number(after, "after", self._world.events.last_number), world)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _stream(self, after: int, world: str) -> AsyncIterator[str]:
        events = self._world.events
        if not events.follows(after, world):
            # The server was started anew, or too much happened meanwhile: all must be read again.
            after = events.last_number
            yield f"id: {after}@{events.world}\nevent: reset\ndata: {{}}\n\n"
        # Something at once, so that the browser knows the stream is open; and which server it is.
        yield f"id: {after}@{events.world}\n\n"
        async for batch in events.watch(after):
            yield "".join(_wire(event, events.world) for event in batch)

    async def file(self, request: Request) -> Response:
        stored = self._world.files.get(request.path_params["file_id"])
        # Only pictures are shown; anything else is offered for saving, so that no HTML of a sender's runs here.
        if stored.mime_type.startswith("image/") and stored.mime_type != "image/svg+xml":
            return Response(stored.data, media_type=stored.mime_type, headers={"X-Content-Type-Options": "nosniff"})
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(stored.data, media_type="application/octet-stream", headers=headers)

    async def formula(self, request: Request) -> JSONResponse:
        query = request.query_params
        return JSONResponse({"mathml": mathml(query.get("source", ""), display=query.get("display") == "1")})

    async def log(self, request: Request) -> JSONResponse:
        after = number(request.query_params.get("after"), "after", 0)
        calls = self._world.calls.since(after, request.query_params.get("method"))
        return JSONResponse({"calls": [call.view() for call in calls]})

    async def forget_log(self, _: Request) -> JSONResponse:
        self._world.calls.clear()
        return JSONResponse({})

    async def clock(self, _: Request) -> JSONResponse:
        return JSONResponse(self._clock())

    async def set_clock(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        clock = self._world.clock
        if "advance" in body:
            try:
                clock.advance(timedelta(seconds=body.need("advance", float)))
            except OverflowError:
                raise bad_request("advance leads out of the calendar") from None
        else:
            moment = body.get("now", str)
            try:
                clock.set(datetime.fromisoformat(moment) if moment is not None else None)
            except ValueError:
                raise bad_request("now must be an ISO time with a zone, such as 2026-01-31T09:00:00+00:00") from None
        body.done()
        self._world.events.publish("clock", **self._clock())
        return JSONResponse(self._clock())

    async def set_limits(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        for name in LIMITS:
            if name in body:
                setattr(self._world.throttle, name, body.get(name, int))
        body.done()
        return JSONResponse(self._limits())

    async def push_update(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        kind, payload = body.need("kind", str), body.need("payload", dict)
        times = body.get("times", int, 1) or 1
        body.done()
        return JSONResponse({"update_ids": [self._world.updates.push(kind, payload) for _ in range(times)]})

    def _clock(self) -> dict[str, Any]:
        clock = self._world.clock
        return {"now": clock.now().isoformat(), "frozen": clock.moment is not None}

    def _limits(self) -> dict[str, int | None]:
        return {name: getattr(self._world.throttle, name) for name in LIMITS}


def _wire(event: Event, world: str) -> str:
    data = json.dumps({"number": event.number, "kind": event.kind, **event.data}, ensure_ascii=False)
    return f"id: {event.number}@{world}\nevent: change\ndata: {data}\n\n"

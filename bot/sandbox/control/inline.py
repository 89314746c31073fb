"""Inline mode for the chat page: ask, read the answer, choose."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox import inline, render
from bot.sandbox.control.acts import answer_within
from bot.sandbox.control.body import read_body
from bot.sandbox.errors import bad_request
from bot.sandbox.world import InlineQuery, World


def routes(world: World) -> list[BaseRoute]:
    asking = InlineRoutes(world)
    return [
        Route("/sandbox/inline", asking.ask, methods=["POST"]),
        Route("/sandbox/inline/{query_id}", asking.answer, methods=["GET"]),
        Route("/sandbox/inline/{query_id}/choose", asking.choose, methods=["POST"]),
    ]


class InlineRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def ask(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        who, text = body.need("from", int), body.need("query", str)
        offset, chat_type = body.get("offset", str) or "", body.get("chat_type", str) or "sender"
        wait = body.get("wait", float) or 0.0
        body.done()
        query = inline.ask(self._world, who, text, offset=offset, chat_type=chat_type)
        if wait > 0:
            await answer_within(self._world, lambda: query.answer, wait)
        return JSONResponse(_view(query))

    async def answer(self, request: Request) -> JSONResponse:
        query = self._world.inline_queries.get(request.path_params["query_id"])
        if query is None:
            raise bad_request("there is no such inline query")
        return JSONResponse(_view(query))

    async def choose(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        result_id, chat_id = body.need("result_id", str), body.need("chat_id", int)
        thread_id = body.get("thread_id", int)
        body.done()
        query_id = request.path_params["query_id"]
        message = inline.choose(self._world, query_id, result_id, chat_id, thread_id=thread_id)
        return JSONResponse(render.seen(self._world, message))


def _view(query: InlineQuery) -> dict[str, Any]:
    return {"inline_query_id": query.id, "answer": inline.visible_answer(query)}

"""People act: they write, upload, edit, tap and ask inline."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox import acting, render
from bot.sandbox.control.body import Body, number, read_body
from bot.sandbox.control.chats import chat_in_path
from bot.sandbox.errors import bad_request
from bot.sandbox.limits import MAX_ALBUM_ITEMS
from bot.sandbox.world import World

MAX_WAIT_SECONDS = 60.0


def routes(world: World) -> list[BaseRoute]:
    acts = Acts(world)
    return [
        Route("/sandbox/chats/{id}/send", acts.send, methods=["POST"]),
        Route("/sandbox/chats/{id}/upload", acts.upload, methods=["POST"]),
        Route("/sandbox/chats/{id}/album", acts.album, methods=["POST"]),
        Route("/sandbox/chats/{id}/edit", acts.edit, methods=["POST"]),
        Route("/sandbox/chats/{id}/tap", acts.tap, methods=["POST"]),
    ]


async def answer_within(world: World, read: Callable[[], Any], seconds: float) -> Any:
    """What `read` gives once it is not None; None when the time is over first."""
    try:
        async with asyncio.timeout(min(seconds, MAX_WAIT_SECONDS)):
            if read() is None:
                async for _ in world.events.watch(world.events.last_number):
                    if read() is not None:
                        break
    except TimeoutError:
        return None
    return read()


def _kind(form: FormData) -> str:
    kind = str(form.get("kind") or "document")
    if kind not in ("photo", "document"):
        raise bad_request("kind must be photo or document")
    return kind


class Acts:
    def __init__(self, world: World) -> None:
        self._world = world

    async def send(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        chat = chat_in_path(self._world, request)
        who, text = body.need("from", int), body.need("text", str)
        entities, reply_to = body.get("entities", list), body.get("reply_to", int)
        thread_id = body.get("thread_id", int)
        body.done()
        said = acting.say(self._world, chat.id, who, text, entities=entities, reply_to=reply_to, thread_id=thread_id)
        return JSONResponse(render.seen(self._world, said))

    async def upload(self, request: Request) -> JSONResponse:
        async with request.form(max_files=1) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise bad_request("file is missing")
            kind = _kind(form)
            stored = self._world.files.add(kind, file.filename or "file", await file.read(), file.content_type)
            fields = {name: str(value) for name, value in form.items() if name != "file"}
        sent = acting.send_file(
            self._world,
            chat_in_path(self._world, request).id,
            number(fields.get("from"), "from", 0),
            stored,
            caption=fields.get("caption", ""),
            reply_to=number(fields.get("reply_to"), "reply_to", 0) or None,
            thread_id=number(fields.get("thread_id"), "thread_id", 0) or None,
        )
        return JSONResponse(render.seen(self._world, sent))

    async def album(self, request: Request) -> JSONResponse:
        """Files (`file`, several) with their captions (`caption`, as many or none) as one album."""
        async with request.form(max_files=MAX_ALBUM_ITEMS) as form:
            files = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
            kind, captions = _kind(form), [str(one) for one in form.getlist("caption")] or [""] * len(files)
            if len(captions) != len(files):
                raise bad_request("there must be as many captions as files")
            stored = [self._world.files.add(kind, one.filename or "file", await one.read()) for one in files]
            who = number(str(form.get("from") or ""), "from", 0)
        chat = chat_in_path(self._world, request)
        sent = acting.send_album(self._world, chat.id, who, list(zip(stored, captions, strict=True)))
        return JSONResponse({"messages": [render.seen(self._world, one) for one in sent]})

    async def edit(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        who, message_id, text = body.need("from", int), body.need("message_id", int), body.need("text", str)
        body.done()
        edited = acting.edit(self._world, chat_in_path(self._world, request).id, who, message_id, text)
        return JSONResponse(render.seen(self._world, edited))

    async def tap(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        chat = chat_in_path(self._world, request)
        wait = body.get("wait", float, 0.0) or 0.0
        outcome = self._tap(body, chat.id)
        query_id = outcome.get("callback_query_id")
        if query_id is not None and wait > 0:
            query = self._world.callbacks[query_id]
            outcome = {**outcome, "answer": await answer_within(self._world, lambda: query.answer, wait)}
        return JSONResponse(outcome)

    def _tap(self, body: Body, chat_id: int) -> dict[str, Any]:
        who, message_id = body.need("from", int), body.need("message_id", int)
        row, column = body.get("row", int, 0) or 0, body.get("column", int, 0) or 0
        data = body.get("data", str)
        body.done()
        return acting.tap(self._world, chat_id, who, message_id, row=row, column=column, data=data)

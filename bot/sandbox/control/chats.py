"""Making chats, giving people their places in them, and reading what was said."""

from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox import membership, render
from bot.sandbox.control import views
from bot.sandbox.control.body import number, read_body
from bot.sandbox.errors import bad_request
from bot.sandbox.world import Chat, ChatType, World

HISTORY = 200


def routes(world: World) -> list[BaseRoute]:
    chats = Chats(world)
    return [
        Route("/sandbox/chats", chats.create, methods=["POST"]),
        Route("/sandbox/chats/{id}/members", chats.place, methods=["POST"]),
        Route("/sandbox/chats/{id}/topics", chats.add_topic, methods=["POST"]),
        Route("/sandbox/chats/{id}/topics/{thread}", chats.change_topic, methods=["POST"]),
        Route("/sandbox/chats/{id}/migrate", chats.migrate, methods=["POST"]),
        Route("/sandbox/chats/{id}/menu", chats.menu, methods=["GET"]),
        Route("/sandbox/chats/{id}/messages", chats.messages, methods=["GET"]),
    ]


def chat_in_path(world: World, request: Request) -> Chat:
    return membership.chat_of(world, number(request.path_params["id"], "id", 0))


class Chats:
    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        kind = body.need("type", str)
        if kind not in ("group", "supergroup", "channel"):
            raise bad_request("type must be group, supergroup or channel")
        title, creator = body.need("title", str), body.need("creator", int)
        username, is_forum = body.get("username", str), body.get("is_forum", bool, False) or False
        members = tuple(body.get("members", list) or ())
        if not all(isinstance(member, int) for member in members):
            raise bad_request("members must be ids")
        status, rights = body.get("bot", str), body.get("bot_rights", dict)
        body.done()
        chat = membership.create_chat(
            self._world,
            cast("ChatType", kind),
            title,
            creator,
            username=username,
            is_forum=is_forum,
            member_ids=members,
            bot_status=status,
            bot_rights=rights,
        )
        return JSONResponse(views.chat(self._world, chat))

    async def place(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        chat = chat_in_path(self._world, request)
        user_id, status, by = body.need("user_id", int), body.need("status", str), body.need("by", int)
        rights, permissions = body.get("rights", dict), body.get("permissions", dict)
        anonymous, title = body.get("is_anonymous", bool, False) or False, body.get("custom_title", str)
        body.done()
        member = membership.place(
            self._world,
            chat,
            user_id,
            status,
            by=by,
            rights=rights,
            permissions=permissions,
            is_anonymous=anonymous,
            custom_title=title,
        )
        return JSONResponse(render.member(self._world, member, chat))

    async def add_topic(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        name, by = body.need("name", str), body.need("by", int)
        body.done()
        return JSONResponse(
            views.topic(membership.add_topic(self._world, chat_in_path(self._world, request), name, by))
        )

    async def change_topic(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        closed, by = body.need("is_closed", bool), body.need("by", int)
        body.done()
        chat = chat_in_path(self._world, request)
        thread_id = number(request.path_params["thread"], "thread", 0)
        return JSONResponse(views.topic(membership.close_topic(self._world, chat, thread_id, by, closed=closed)))

    async def migrate(self, request: Request) -> JSONResponse:
        new = membership.migrate(self._world, chat_in_path(self._world, request))
        return JSONResponse(views.chat(self._world, new))

    async def menu(self, request: Request) -> JSONResponse:
        chat = chat_in_path(self._world, request)
        person = self._world.person(number(request.query_params.get("user_id"), "user_id", 0))
        profile = self._world.profile
        commands = profile.menu_for(
            chat.id,
            person.id,
            person.language_code or "",
            group=chat.type != "private",
            admin=chat.member(person.id).administers,
        )
        button = profile.menu_buttons.get(chat.id) or profile.menu_buttons.get(None) or {"type": "commands"}
        return JSONResponse({"commands": commands, "menu_button": button})

    async def messages(self, request: Request) -> JSONResponse:
        query = request.query_params
        chat = chat_in_path(self._world, request)
        after = number(query.get("after"), "after", 0)
        before = number(query.get("before"), "before", 1 << 62)
        limit = number(query.get("limit"), "limit", HISTORY)
        thread = number(query.get("thread_id"), "thread_id", 0)
        kept = [
            message
            for message in chat.messages.values()
            if after < message.message_id < before and (not thread or message.thread_id == thread)
        ]
        # With `after` the oldest of the new ones come, otherwise the latest.
        kept = kept[:limit] if after else kept[-limit:] if limit > 0 else []
        return JSONResponse({"messages": [render.seen(self._world, message) for message in kept]})

"""Making people and changing what Telegram knows of them."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox import membership
from bot.sandbox.control import views
from bot.sandbox.control.body import number, read_body
from bot.sandbox.errors import bad_request
from bot.sandbox.world import Person, World

TEXTS = ("first_name", "last_name", "username", "language_code")


def routes(world: World) -> list[BaseRoute]:
    people = People(world)
    return [
        Route("/sandbox/people", people.create, methods=["POST"]),
        Route("/sandbox/people/{id}", people.change, methods=["POST"]),
        Route("/sandbox/people/{id}/profile", people.profile, methods=["GET"]),
    ]


class People:
    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        world = self._world
        person_id = body.get("id", int) or world.next_person_id()
        if person_id in world.people or person_id <= 0:
            raise bad_request("that id is taken, or no person's")
        person = Person(
            person_id,
            body.need("first_name", str),
            body.get("last_name", str),
            body.get("username", str),
            body.get("language_code", str),
            started=body.get("started", bool, False) or False,
        )
        body.done()
        world.add_person(person)
        world.events.publish("person", user_id=person.id)
        return JSONResponse(views.person(person))

    async def change(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        person = self._person(request)
        texts = {name: body.get(name, str) for name in TEXTS if name in body}
        deactivated, blocked = body.get("deactivated", bool), body.get("blocked", bool)
        body.done()
        for name, value in texts.items():
            setattr(person, name, value)
        if deactivated is not None:
            person.deactivated = deactivated
        if blocked is not None:
            membership.set_blocked(self._world, person.id, blocked)
        self._world.events.publish("person", user_id=person.id)
        return JSONResponse(views.person(person))

    async def profile(self, request: Request) -> JSONResponse:
        code = (self._person(request).language_code or "")[:2]
        profile = self._world.profile
        return JSONResponse(
            {
                "name": profile.names.get(code) or profile.names.get("") or self._world.bot.first_name,
                "description": profile.descriptions.get(code) or profile.descriptions.get("", ""),
                "short_description": profile.short_descriptions.get(code) or profile.short_descriptions.get("", ""),
            }
        )

    def _person(self, request: Request) -> Person:
        person = self._world.person(number(request.path_params["id"], "id", 0))
        if person.is_bot:
            raise bad_request("that is no person")
        return person

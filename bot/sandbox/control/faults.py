"""Ordering faults and ending them."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox.control.body import number, read_body
from bot.sandbox.errors import bad_request
from bot.sandbox.faults import KINDS, Fault
from bot.sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    faults = FaultRoutes(world)
    return [
        Route("/sandbox/faults", faults.listed, methods=["GET"]),
        Route("/sandbox/faults", faults.add, methods=["POST"]),
        Route("/sandbox/faults", faults.remove, methods=["DELETE"]),
        Route("/sandbox/faults/{id}", faults.remove, methods=["DELETE"]),
    ]


class FaultRoutes:
    def __init__(self, world: World) -> None:
        self._faults = world.faults

    async def listed(self, _: Request) -> JSONResponse:
        return JSONResponse({"faults": [fault.view() for fault in self._faults.active]})

    async def add(self, request: Request) -> JSONResponse:
        body = await read_body(request)
        kind = body.need("kind", str)
        if kind not in KINDS:
            raise bad_request(f"kind must be one of {', '.join(KINDS)}")
        fault = Fault(
            kind,
            method=body.get("method", str) or "*",
            contains=body.get("contains", str),
            chat_id=body.get("chat_id", int),
            skip=body.get("skip", int) or 0,
            # An explicit null strikes every matching call; left out, it strikes once.
            times=body.get("times", int) if "times" in body else 1,
            code=body.get("code", int) or 500,
            description=body.get("description", str) or "Internal Server Error",
            retry_after=body.get("retry_after", int),
            migrate_to_chat_id=body.get("migrate_to_chat_id", int),
            delay=body.get("delay", float) or 0.0,
            applied=body.get("applied", bool) or False,
        )
        body.done()
        return JSONResponse(self._faults.add(fault).view())

    async def remove(self, request: Request) -> JSONResponse:
        fault_id = number(request.path_params.get("id"), "id", 0) or None
        return JSONResponse({"removed": self._faults.remove(fault_id)})

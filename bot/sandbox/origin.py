"""Keeps other web pages out: a request must name this machine as its host, and come from no foreign page."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class OwnOriginOnly:
    """Refuses with 403 what a page elsewhere could make a browser send (DNS rebinding, cross-site requests)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _own(Headers(scope=scope)):
            await PlainTextResponse("This server answers this machine only.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _own(headers: Headers) -> bool:
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in OWN_HOSTS:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host

"""Keeps other web pages out: a request must name this machine as its host, and come from no foreign page."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# w3.org/TR/fetch-metadata: a page asks of its own server, or a person typed the address. Images and links of pages
# elsewhere carry no Origin, and a method of the Bot API needs no more than a GET.
OWN_SITES = frozenset({"same-origin", "none"})


class OwnOriginOnly:
    """Refuses with 403 what a page elsewhere could make a browser send (DNS rebinding, cross-site requests)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _own(Headers(scope=scope), scope["path"]):
            await PlainTextResponse("This server answers this machine only.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _own(headers: Headers, path: str) -> bool:
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in OWN_HOSTS:
        return False
    # The chat page itself may be linked to from anywhere; it does nothing by being opened.
    if headers.get("sec-fetch-site", "none") not in OWN_SITES and path != "/":
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host

"""The chat page: one file beside this module, at /."""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

POLICY = (
    "default-src 'none'; img-src 'self' data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MISSING = "<!doctype html><title>Sandbox</title><p>The chat page is not in this build; the API is at work all the same."


def page_routes() -> list[Route]:
    return [Route("/", show_page, methods=["GET"])]


def show_page(_: Request) -> Response:
    page = files("bot.sandbox") / "page.html"
    html = page.read_text("utf-8") if page.is_file() else MISSING
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

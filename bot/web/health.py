"""Probes and metrics: is the program alive, can it serve, and what does it count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.services.operators.probing import Lookout
from bot.services.ports import Clock
from bot.storage.address import StorageError
from bot.web.measures import Measures

STUCK: Final = timedelta(minutes=5)
"""A receive loop comes around within a minute, whether Telegram answers or not; this one hangs."""


@dataclass
class Health:
    """What is known of the program while it starts and serves; `last_turn` is when its receive loop last came around.

    `last_turn` gives None while there is no such loop: before the start is over, and behind a webhook.
    """

    clock: Clock
    measures: Measures
    lookout: Lookout | None = None
    last_turn: Callable[[], datetime | None] = lambda: None
    accepts_updates: Callable[[], bool] = lambda: False
    ends: Callable[[], bool] = lambda: False

    def stuck(self) -> str:
        """Why the program must be restarted; empty when it lives."""
        last = self.last_turn()
        if last is not None and (silent := self.clock() - last) > STUCK:
            return f"The receive loop has not come around for {silent.total_seconds():.0f} s."
        return ""

    async def unready(self) -> str:
        """Why the program cannot serve now; empty when it can. Telegram has no say in it."""
        if self.ends():
            return "The program ends."
        if self.lookout is None:
            return "The database is not open yet."
        return await self.lookout.unready() or ("" if self.accepts_updates() else "The start is not over yet.")


def health_app(health: Health) -> Starlette:
    """`/livez`, `/readyz` and `/metrics`."""

    async def live(_: Request) -> Response:
        return _verdict(health.stuck())

    async def ready(_: Request) -> Response:
        return _verdict(await health.unready())

    async def metrics(_: Request) -> Response:
        await _look(health)
        return Response(generate_latest(health.measures.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/livez", live), Route("/readyz", ready), Route("/metrics", metrics)])


async def _look(health: Health) -> None:
    measures = health.measures
    if health.lookout is None:
        measures.show_no_database()
        return
    try:
        counts = await health.lookout.counts()
    except StorageError:
        measures.show_no_database()
    else:
        # When counting takes too long, what was shown last stays.
        if counts is not None:
            measures.show(counts.queue, counts.problems)
        measures.show_database(up=health.lookout.takes_changes)


def _verdict(trouble: str) -> Response:
    return PlainTextResponse((trouble or "ok") + "\n", 503 if trouble else 200)

"""`heliograph run` and `heliograph sync`."""

import asyncio
import json as json_module
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.domain.errors import HeliographError

if TYPE_CHECKING:
    from bot.app import Heliograph
    from bot.services.shelf.sync_report import SyncReport


def run() -> None:
    """Serve the publication: load the content folder, follow its changes, answer readers."""
    from bot.settings import load

    settings = load()
    settings.require_token()
    # Only now, so that a wrong setting is told at once: the program itself takes a second to import.
    from bot.app import open_app
    from bot.chat.logs import set_up_logging
    from bot.cli.collecting import spare_what_is_loaded
    from bot.cli.notifying import Supervisor
    from bot.cli.reporting import start_reporting

    set_up_logging(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    if settings.sentry_dsn:
        start_reporting(settings.sentry_dsn.get_secret_value(), settings.secrets)

    async def serve() -> None:
        async with Supervisor().watching() as ready:

            def started(heliograph: "Heliograph") -> None:
                spare_what_is_loaded()
                ready(heliograph.health.stuck)

            await serve_until_told(open_app(settings), started)

    try:
        asyncio.run(serve())
    except HeliographError as error:
        if settings.log_format == "text":
            raise
        # Who reads the output by machine gets the last sentence so too.
        logging.getLogger(__name__).critical("%s", error)
        sys.exit(2)


async def serve_until_told(
    opening: "AbstractAsyncContextManager[Heliograph]", ready: "Callable[[Heliograph], None]"
) -> None:
    """Open and serve until SIGINT or SIGTERM; a second one ends at once. SIGHUP looks at the content folder again.

    All of them are heard from the first moment: a start may wait long for Telegram, and an unheard SIGHUP would end it.
    """
    loop = asyncio.get_running_loop()
    stop, look = asyncio.Event(), asyncio.Event()
    starting = asyncio.current_task()

    def told() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()
        if starting:
            starting.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told)
    loop.add_signal_handler(signal.SIGHUP, look.set)
    try:
        async with opening as heliograph:
            starting = None
            ready(heliograph)
            await heliograph.serve(stop, look)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise


def sync(
    allow_withdraw: Annotated[
        bool,
        typer.Option(
            "--allow-withdraw",
            help="Withdraw posts however many files vanished, and take this folder for the one that replicas share.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Load the content folder into the database once, say what changed, and end."""
    from bot.app import sync_once
    from bot.settings import load

    settings = load()
    report = asyncio.run(sync_once(settings, allow_withdraw=allow_withdraw))
    if json:
        print(json_module.dumps(_as_json(report), ensure_ascii=False))
    else:
        _print(report)
    if report.unmarked:
        print(f"Replicas cannot tell whether they share this folder: {report.unmarked}", file=sys.stderr)
    if report.stranger:
        print(f"{settings.content}: {report.stranger.what}; {report.stranger.mend}.", file=sys.stderr)
        sys.exit(1)


def _as_json(report: "SyncReport") -> dict[str, object]:
    lists = ("added", "changed", "withdrawn", "refused", "held_withdrawals")
    return {
        **{name: list(getattr(report, name)) for name in lists},
        "unchanged": report.unchanged,
        "problems": [
            {
                "file": problem.file,
                "line": problem.line,
                "severity": problem.severity.value,
                "code": problem.code,
                "what": problem.what,
                "mend": problem.mend,
            }
            for problem in report.problems
        ],
    }


def _print(report: "SyncReport") -> None:
    for mark, name in (("+", "added"), ("~", "changed"), ("-", "withdrawn"), ("!", "refused")):
        for path in getattr(report, name):
            print(f"{mark} {path}")
    if report.stranger:
        # That is all there is to say, and it is said where errors are.
        return
    for problem in report.problems:
        print(problem)
    print(f"{report.summary}.")
    if report.held_withdrawals:
        count = len(report.held_withdrawals)
        lost = "1 post has lost its file and stays" if count == 1 else f"{count} posts have lost their files and stay"
        print(f"{lost} on the shelf; to withdraw what is gone: heliograph sync --allow-withdraw")

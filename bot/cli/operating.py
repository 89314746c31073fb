"""`heliograph status`, `doctor`, `backup` and `restore`."""

import asyncio
import json as json_module
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.services.examining import Finding
    from bot.services.operating import Status
    from bot.settings import Settings


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy; nothing may be there yet.")],
) -> None:
    """Write a checked copy of the SQLite database to FILE, also while the bot runs."""
    from bot.services.restoring import back_up
    from bot.settings import load

    asyncio.run(back_up(load().sqlalchemy_url, file))
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, checked.")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy that `heliograph backup` wrote.")],
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="Send what fell due since the copy was made; else it counts as sent.")
    ] = False,
) -> None:
    """Put FILE in the place of the SQLite database, which is kept beside it. The bot must not run."""
    from bot.app import make_data_folder, system_clock
    from bot.services.restoring import restore as put_back
    from bot.settings import load

    settings = load()
    make_data_folder(settings.data)
    restored = asyncio.run(put_back(settings.sqlalchemy_url, file, now=system_clock(), catch_up=catch_up))
    if restored.kept:
        print(f"The old database is kept as {restored.kept}.")
    if restored.dropped:
        print(f"{restored.dropped} digests that were due count as sent.")
    print(f"{file} is restored.")


def status(json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Say what /status says, and what waits, without asking Telegram."""
    from bot.settings import load

    settings = load()
    found, told = asyncio.run(_status(settings))
    if json:
        print(json_module.dumps(asdict(found), ensure_ascii=False, default=_as_text))
    else:
        print("\n".join([told, *_lines(found)]))


def doctor() -> None:
    """Look for what could go wrong, a line each: ✓ fine, ⚠ doubtful, ✗ wrong. The exit code is 1 when anything is ✗."""
    from bot.services.examining import Mark
    from bot.settings import load

    found = asyncio.run(_examine(load()))
    for finding in found:
        print(finding)
    if any(finding.mark is Mark.WRONG for finding in found):
        sys.exit(1)


async def _status(settings: "Settings") -> "tuple[Status, str]":
    """Everything counted, and the words of /status."""
    from bot.app import open_database_of, system_clock
    from bot.screens import status as screens
    from bot.screens.catalogue import words
    from bot.screens.reader import Reader
    from bot.services import operating, supervising

    async with open_database_of(settings) as db:
        now = system_clock()
        view = await supervising.supervise(db, now=now)
        reader = Reader(words("en"), settings.title, "", zone=settings.zone)
        screen = screens.status(reader, view, screens.Program(version("heliograph")), zone=settings.zone.key)
        return await operating.status(db, now=now), screen.text


async def _examine(settings: "Settings") -> "list[Finding]":
    from bot.app import system_clock
    from bot.chat.examining import telegram
    from bot.services import examining
    from bot.services.examining import Finding, Mark

    found = [
        examining.program(),
        examining.time_zone(settings.zone.key, is_set=bool(settings.timezone)),
        examining.content_folder(settings.content),
        *examining.data_folder(settings.data),
        *await examining.database(settings.sqlalchemy_url, settings.content),
    ]
    if not settings.admins:
        found.append(Finding(Mark.DOUBTFUL, "There are no admins", "put your /id into HELIOGRAPH_ADMINS"))
    if settings.webhook_url and not settings.webhook_secret:
        found.append(Finding(Mark.WRONG, "The webhook has no secret", "set HELIOGRAPH_WEBHOOK_SECRET"))
    if settings.token is None:
        return [*found, Finding(Mark.WRONG, "There is no token", "get one from @BotFather and set HELIOGRAPH_TOKEN")]
    asked = telegram(
        settings.require_token(), api_url=settings.api_url, webhook_url=settings.webhook_url, clock=system_clock
    )
    return [*found, *await asked]


def _lines(status: "Status") -> list[str]:
    """What an operator asks beyond /status: how long what waits has waited, and what to type."""
    queue, lines = status.queue, []
    if queue.digest_age:
        lines.append(f"The oldest digest has waited {queue.digest_age.total_seconds():.0f} s")
    if queue.updates:
        waited = f"{queue.update_age.total_seconds():.0f} s"
        lines.append(f"Updates that are not finished: {queue.updates}; the oldest has waited {waited}")
    if status.held_withdrawals:
        lines.append("If the posts that lost their files shall go, say: heliograph sync --allow-withdraw")
    return lines


def _as_text(value: object) -> object:
    """Durations in seconds, moments as ISO 8601."""
    from datetime import datetime, timedelta

    if isinstance(value, timedelta):
        return value.total_seconds()
    assert isinstance(value, datetime)
    return value.isoformat()

"""`heliograph status`, `doctor`, `backup` and `restore`."""

import asyncio
import json as json_module
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.counting import counted

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.services.operators.examining import Finding
    from bot.services.operators.operating import Status
    from bot.settings import Settings


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the copy; nothing may be there yet.")],
) -> None:
    """Write a checked copy of the SQLite database to FILE, also while the bot runs."""
    from bot.services.operators.restoring import back_up
    from bot.settings import load

    asyncio.run(back_up(load().sqlalchemy_url, file))
    print(f"{file} is written and checked: {file.stat().st_size / 1e6:.1f} MB.")


def restore(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A copy that `heliograph backup` wrote.")] = None,
    catch_up: Annotated[
        bool,
        typer.Option(
            "--catch-up",
            help="Send what fell due since the copy was made; else it counts as sent. Nobody can tell what went out in "
            "that time: who had it gets it again, posts as they happen too.",
        ),
    ] = False,
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place",
            help="The database was put back already, as by pg_restore: only count as sent what fell due before.",
        ),
    ] = False,
) -> None:
    """Put FILE in the place of the SQLite database, which is kept beside it. The bot must not run."""
    from bot.app import make_data_folder, system_clock
    from bot.services.operators import restoring
    from bot.settings import load

    if (file is None) != in_place:
        raise typer.BadParameter("name a FILE, or say --in-place when the database was put back already")
    settings = load()
    make_data_folder(settings.data)
    url, now = settings.sqlalchemy_url, system_clock()
    if file is None:
        restored = asyncio.run(restoring.restored_in_place(url, now=now, catch_up=catch_up))
    else:
        restored = asyncio.run(restoring.restore(url, file, now=now, catch_up=catch_up))
    if restored.kept:
        print(f"The old database is kept as {restored.kept}.")
    if restored.digests:
        was = "that was due counts" if restored.digests == 1 else "that were due count"
        print(f"{counted(restored.digests, 'digest')} {was} as sent.")
    if restored.texts:
        print(f"An admin's text that was on its way counts as sent to {counted(restored.texts, 'chat')}.")
    print(f"{file or 'What stands there'} is restored; the bot may start.")


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
    from bot.services.operators.examining import Mark
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
    from bot.services.operators import operating, supervising

    async with open_database_of(settings, only_reads=True) as db:
        now = system_clock()
        view = await supervising.supervise(db, now=now)
        reader = Reader(words("en"), settings.title, "", zone=settings.zone)
        screen = screens.status(reader, view, screens.Program(version("heliograph")), zone=settings.zone.key)
        return await operating.status(db, now=now), screen.text


async def _examine(settings: "Settings") -> "list[Finding]":
    from bot.app import system_clock
    from bot.chat.examining import telegram
    from bot.services.operators import examining
    from bot.services.operators.examining import Finding, Mark

    found = [
        examining.program(),
        examining.time_zone(settings.zone.key, is_set=bool(settings.timezone)),
        await examining.content_folder(settings.content.absolute(), settings.sqlalchemy_url),
        *examining.data_folder(settings.data.absolute()),
        *await examining.database(settings.sqlalchemy_url),
    ]
    if not settings.admins:
        found.append(
            Finding(Mark.DOUBTFUL, "There are no admins", "send the bot /id, and put the number into HELIOGRAPH_ADMINS")
        )
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
        lines.append(f"The oldest digest has waited {_told(queue.digest_age)}")
    if queue.updates:
        lines.append(f"Updates that are not finished: {queue.updates}; the oldest has waited {_told(queue.update_age)}")
    if status.held_withdrawals:
        lines.append("To withdraw posts that lost their files: heliograph sync --allow-withdraw")
    return lines


def _told(waited: "timedelta") -> str:
    """In the largest unit of which there are two."""
    seconds = round(waited.total_seconds())
    for unit, length in (("days", 24 * 3600), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return counted(seconds, "second")


def _as_text(value: object) -> object:
    """Durations in seconds, moments as ISO 8601."""
    from datetime import datetime, timedelta

    if isinstance(value, timedelta):
        return value.total_seconds()
    assert isinstance(value, datetime)
    return value.isoformat()

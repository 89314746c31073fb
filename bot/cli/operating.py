"""`heliograph status`, `doctor`, `backup` and `restore`."""

import asyncio
import json as json_module
import sys
from dataclasses import asdict
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
    """Say how much there is of everything and what waits, without asking Telegram."""
    from bot.settings import load

    found = asyncio.run(_status(load()))
    if json:
        print(json_module.dumps(asdict(found), ensure_ascii=False, default=_as_text))
    else:
        print("\n".join(_lines(found)))


def doctor() -> None:
    """Look for what could go wrong, a line each: ✓ fine, ⚠ doubtful, ✗ wrong. The exit code is 1 when anything is ✗."""
    from bot.services.examining import Mark
    from bot.settings import load

    found = asyncio.run(_examine(load()))
    for finding in found:
        print(finding)
    if any(finding.mark is Mark.WRONG for finding in found):
        sys.exit(1)


async def _status(settings: "Settings") -> "Status":
    from bot.app import open_database_of, system_clock
    from bot.services import operating

    async with open_database_of(settings) as db:
        return await operating.status(db, now=system_clock())


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
    queue = status.queue
    synced = f"{status.synced_at:%Y-%m-%d %H:%M} UTC" if status.synced_at else "never"
    lines = [
        f"Posts: {_counted(status.posts)}",
        f"Folder: looked at {synced}; problems: {_counted(status.problems)}",
        f"People: {status.chats} chats, {status.subscribers} that follow something in {status.subscriptions} ways",
        f"Digests: {_counted(queue.digests)}; the oldest has waited {queue.digest_age.total_seconds():.0f} s",
        f"Updates: {queue.updates} unfinished; the oldest has waited {queue.update_age.total_seconds():.0f} s",
    ]
    if status.folder_problem:
        lines.append(f"The folder cannot be read: {status.folder_problem}")
    lines += status.strangers
    if status.held_withdrawals:
        lines.append(
            f"{status.held_withdrawals} posts have lost their files and stay on the shelf; "
            "if that is meant, say: heliograph sync --allow-withdraw"
        )
    return lines


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(numbers.items())) or "none"


def _as_text(value: object) -> object:
    """Durations in seconds, moments as ISO 8601."""
    from datetime import datetime, timedelta

    if isinstance(value, timedelta):
        return value.total_seconds()
    assert isinstance(value, datetime)
    return value.isoformat()

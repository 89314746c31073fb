"""`heliograph digest --dry-run`."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.domain.errors import HeliographError

if TYPE_CHECKING:
    from bot.services.operators.forecasting import Forecast


def digest(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    at: Annotated[str, typer.Option(help="At which time, e.g. 2026-11-21T09:00+08:00. Default: now.")] = "",
    chat: Annotated[int | None, typer.Option(help="Only this chat's number.")] = None,
) -> None:
    """Say which digests would be sent to whom, and when the next ones are due; nothing is sent or consumed."""
    from bot.app import open_database_of, system_clock
    from bot.services.operators.forecasting import forecast
    from bot.settings import load

    if not dry_run:
        raise HeliographError(
            "Digests are sent by `heliograph run`; to see what it would send: heliograph digest --dry-run"
        )
    settings = load()
    moment = _moment(at, settings.zone) if at else system_clock()

    async def tell() -> None:
        chats = would_be_sent = 0
        async with open_database_of(settings, only_reads=True) as db:
            zone = str(settings.zone)
            async for one in forecast(db, at=moment, language=settings.language, zone=zone, chat_id=chat):
                chats += 1
                would_be_sent += one.digest is not None
                print("\n".join(_lines(one, settings.zone)))
        print(f"{chats} following, {would_be_sent} would get a digest.")

    asyncio.run(tell())


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise HeliographError(f"--at: “{text}” is no time; write 2026-11-21T09:00+08:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _lines(one: "Forecast", zone: ZoneInfo) -> list[str]:
    reader = one.reader
    place = f"chat {reader.chat_id}" + (f", topic {reader.thread_id}" if reader.thread_id else "")
    following = f"next {one.next_at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if one.next_at else "as it happens"
    if not reader.subscriptions:
        following = "follows nothing"
    if reader.paused:
        return [f"{place}: paused ({reader.paused})"]
    if one.digest is None:
        return [f"{place}: nothing; {following}"]
    digest = one.digest
    lines = [f"{place}: {digest.cadence} digest, {digest.total} new; {following}"]
    lines += [f"    {item.card.category} · {item.card.title}" for item in digest.items]
    if digest.total > len(digest.items):
        lines.append(f"    and {digest.total - len(digest.items)} more")
    return lines

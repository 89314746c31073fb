"""A backup takes the database's place, and nobody is sent again what fell due before."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.restoration import Restoration
from bot.services.delivery.skipping import AT_ONCE, Passed, skip
from bot.services.shelf import folder_state
from bot.storage import backup, facts
from bot.storage.address import DatabaseAddress, StorageError, parse_address
from bot.storage.delivery import holders, planning, subscribers
from bot.storage.engine import Connection, Database, open_database
from bot.storage.inspecting import found_revision
from bot.storage.occupancy import in_use
from bot.storage.operators import passed_over, restorations
from bot.storage.shelf.visibility import VISIBLE_SEQ


@dataclass(frozen=True, slots=True)
class Restored:
    """`digests` and messages of admins' `texts` that were due and are not sent; `kept` is the replaced database."""

    digests: int
    texts: int
    kept: Path | None = None


async def back_up(url: str, target: Path) -> None:
    """Write a checked copy of the database to `target`. Raises StorageError."""
    await asyncio.to_thread(backup.back_up, parse_address(url), target)


async def restore(url: str, source: Path, *, now: datetime, catch_up: bool = False) -> Restored:
    """Put the backup in the database's place. Raises StorageError, and then nothing has changed.

    What fell due before `now` counts as sent, unless `catch_up` says that it shall go out: digests whose hour came,
    and posts as they happened. Of posts that the copy does not know the next sync decides.
    """
    address = parse_address(url)
    with in_use(address, alone=True):
        staged = await asyncio.to_thread(backup.stage, address, source)
        try:
            digests, texts = await _settle(f"sqlite:///{staged.file}", now=now, catch_up=catch_up)
            kept = await asyncio.to_thread(backup.swap, address, staged, now=now)
        except BaseException:
            backup.discard(staged.file)
            raise
    return Restored(digests, texts, kept)


async def restored_in_place(url: str, *, now: datetime, catch_up: bool = False) -> Restored:
    """As `restore`, for a database that another program has put back already. Raises StorageError."""
    address = parse_address(url)
    with in_use(address, alone=True):
        if await asyncio.to_thread(found_revision, address) is None:
            raise StorageError(f"{address} holds nothing of Heliograph: put a copy back first.")
        return Restored(*await _settle(url, now=now, catch_up=catch_up))


async def _settle(url: str, *, now: datetime, catch_up: bool) -> tuple[int, int]:
    """Bring the tables up to date, and quieten them; gives how many digests and texts are not sent."""
    await _refuse_while_served(parse_address(url))
    db = await open_database(url)
    try:
        async with db.write() as connection:
            await passed_over.forget_what_was_in_hand(connection)
            if catch_up:
                await restorations.forget(connection)
                return 0, 0
            await _remember(connection, now)
            digests = await _skip_what_is_due(connection, now)
            ended = await passed_over.end_open(connection, now=now)
            await planning.pass_over(connection, now=now)
        return digests + ended.digests, ended.texts
    finally:
        await db.close()


async def _refuse_while_served(address: DatabaseAddress) -> None:
    """Before the tables are brought up to date: who serves them may be another version."""
    if address.dialect == "sqlite":
        return
    db = Database(address)
    try:
        async with db.read() as connection:
            if await holders.any_lives(connection):
                raise StorageError(f"{address} is in use: stop the bot, every replica of it, then say that again.")
    finally:
        await db.close()


async def _remember(connection: Connection, now: datetime) -> None:
    """The next look at the folder shall know of the restore."""
    before = await restorations.read(connection)
    seen = [(await folder_state.read(connection)).synced_at, await passed_over.last_seen(connection)]
    # The folder of a copy that was itself restored, and not begun with, was last looked at before that.
    since = before.since if before else max((one for one in seen if one is not None), default=now)
    await restorations.keep(connection, Restoration(now, min(since, now)))
    await folder_state.look_anew(connection)


async def _skip_what_is_due(connection: Connection, now: datetime) -> int:
    """How many digests would have gone out."""
    slots = await passed_over.due_slots(connection, now=now)
    newest = await facts.count(connection, VISIBLE_SEQ)
    passed = {cadence: Passed(cadence.last(by=now) or now, newest) for cadence in slots.values()}
    number = after = 0
    while ids := await passed_over.reachable(connection, after=after, size=AT_ONCE):
        waiting = await passed_over.waiting(connection, ids)
        digests = await skip(connection, ids, passed, waiting=waiting)
        await subscribers.digested(connection, {id_: at for id_, at in digests.items() if at is not None})
        number += len(digests)
        after = ids[-1]
    return number

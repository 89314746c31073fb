"""Whether a replica has before it the content folder that all of them share: by a marker in it, and the same in the
database.

A volume that is not mounted leaves an empty folder, or a folder of somebody else's. A replica that loaded it would
withdraw what the others publish; so it loads nothing, and says so. SQLite has one process, and needs none of this.
"""

import asyncio
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.content import marker
from bot.content.problems import Code, ContentError, problem
from bot.domain.problem import Problem, Severity
from bot.storage import facts
from bot.storage.address import DatabaseAddress
from bot.storage.delivery import holders
from bot.storage.engine import Connection, Database
from bot.storage.inspecting import found_fact
from bot.storage.shelf import files

_ID: Final = "folder id"
_STRANGERS: Final = "strange folders"

# Three looks at the folder: what a replica said before, it says no more, whatever keeps its seat.
_TOLD_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Replica:
    """Who looks at the folder: its `place`, as people know it, and the seat it keeps while it lives, by `owner`.

    Without an owner it is a single look, which nobody else need be told of.
    """

    place: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """`stranger`: why this folder must not be loaded. `unmarked`: why it could not be marked, though it is loaded."""

    stranger: Problem | None = None
    unmarked: Problem | None = None


async def recognise(db: Database, root: Path, paths: Collection[str], *, adopt: bool = False) -> Recognised:
    """Compare the folder, in which `paths` were found, with the one that the database knows; mark a first one.

    `adopt` takes this folder for the shared one, whatever was known. Whoever calls holds the lock on syncing.
    """
    if db.dialect == "sqlite":
        return Recognised()
    try:
        found = await asyncio.to_thread(marker.read, root)
        async with db.read() as connection:
            known = await facts.get(connection, _ID)
            loaded = {} if known else await files.fingerprints(connection)
        if known is not None and found == known:
            return Recognised()
        is_other = known is not None or (loaded and not loaded.keys() & set(paths))
        if (is_other or found == "") and not adopt:
            return Recognised(_stranger(found))
        if not found:
            return await _mark(db, root, known, is_empty=not paths)
    except ContentError as error:
        return Recognised(replace(error.problem, file=marker.NAME))
    await _know(db, found)
    return Recognised()


async def require(db: Database, root: Path) -> None:
    """Raises ContentError when this is another folder than the database knows: nothing may be published there."""
    if db.dialect == "sqlite":
        return
    async with db.read() as connection:
        known = await facts.get(connection, _ID)
    if known is not None:
        found = await asyncio.to_thread(marker.read, root)
        if found != known:
            raise ContentError(_stranger(found))


def compared(address: DatabaseAddress, root: Path) -> Problem | None:
    """Whether this folder would be loaded now, without opening the database for good; blocks. Raises StorageError."""
    known = found_fact(address, _ID) if address.dialect == "postgresql" else None
    if known is None:
        return None
    try:
        found = marker.read(root)
    except ContentError as error:
        return error.problem
    return None if found == known else _stranger(found)


async def tell(
    db: Database, replica: Replica, trouble: Problem | None, *, adopted: bool = False, now: datetime
) -> None:
    """Keep for /status that this replica does not load its folder, or that it does again.

    `adopted`: the folder is the shared one from now on, so that what was said of others is to be said anew.
    """
    if db.dialect == "sqlite":
        return
    async with db.read() as connection:
        told = await facts.get(connection, _STRANGERS) or {}
    others = {name: one for name, one in told.items() if name != replica.place and _is_fresh(one, now)}
    if trouble is None:
        if adopted:
            others = {}
        elif replica.place not in told:
            return
    elif not replica.owner:
        return
    else:
        others[replica.place] = {
            **{name: getattr(trouble, name) for name in ("severity", "what", "mend", "code")},
            "facts": dict(trouble.facts),
            "at": now.isoformat(),
            "owner": replica.owner,
        }
    async with db.write() as connection:
        await facts.put(connection, _STRANGERS, others or None)


async def strangers(connection: Connection, *, now: datetime) -> tuple[Problem, ...]:
    """Replicas that live and do not load their folder; each problem's file is the replica's name and folder."""
    told: dict[str, Any] = await facts.get(connection, _STRANGERS) or {}
    return tuple(
        [
            Problem(place, 0, Severity(one["severity"]), one["what"], one["mend"], one["code"], one["facts"])
            for place, one in sorted(told.items())
            if _is_fresh(one, now) and await holders.lives(connection, one.get("owner", ""))
        ]
    )


async def _mark(db: Database, root: Path, known: str | None, *, is_empty: bool) -> Recognised:
    if known is None and is_empty:
        # Nothing tells an empty shelf from a volume that is not mounted: the first post does.
        return Recognised()
    folder_id = known or secrets.token_hex(16)
    try:
        await asyncio.to_thread(marker.write, root, folder_id)
    except ContentError as error:
        trouble = replace(error.problem, file=marker.NAME)
        return Recognised(unmarked=trouble) if known is None else Recognised(stranger=trouble)
    await _know(db, folder_id)
    return Recognised()


async def _know(db: Database, folder_id: str) -> None:
    async with db.write() as connection:
        await facts.put(connection, _ID, folder_id)


def _stranger(found: str | None) -> Problem:
    return problem(Code.FOLDER_UNMARKED if found is None else Code.FOLDER_OF_OTHERS, marker.NAME)


def _is_fresh(told: dict[str, Any], now: datetime) -> bool:
    return now - datetime.fromisoformat(told["at"]) < _TOLD_FOR

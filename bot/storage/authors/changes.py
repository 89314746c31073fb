"""The log of what admins did, with the versions that can be put back. Functions take the caller's connection."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.authors.upload_tables import changes


@dataclass(frozen=True, slots=True)
class Change:
    """One thing an admin did to one file; hashes are None where there was no file.

    `part_of` is the nonce of the change that this one was made for: a post's images come and go with it. `batch` is the
    upload that it came from, or that the change came from which it took back.
    """

    nonce: str
    at: datetime
    admin_id: int
    action: str
    path: str
    title: str
    state: str
    before_hash: str | None
    after_hash: str | None
    part_of: str = ""
    batch: str = ""


# Those that touch a post's file. Of images, which come and go with their posts, nobody decides alone.
_OF_POSTS = ("publish", "draft", "replace", "withdraw", "again", "schedule", "delete", "undo", "redo")

_CHANGE: Select[Any] = select(
    changes.c.nonce, changes.c.at, changes.c.admin_id, changes.c.action, changes.c.path, changes.c.title,
    changes.c.state, changes.c.before_hash, changes.c.after_hash, changes.c.part_of, changes.c.batch,
)  # fmt: skip


async def plan(connection: AsyncConnection, change: Change, before: bytes | None) -> None:
    """Write down what is about to be done, the version that it replaces with it."""
    row = {name: getattr(change, name) for name in Change.__slots__}
    await connection.execute(insert(changes).values(row | {"before": before}))


async def settle(connection: AsyncConnection, nonce: str, *, was: str, becomes: str) -> bool:
    """Move a change from one state to the next; False when somebody did that before."""
    moved = update(changes).where(changes.c.nonce == nonce, changes.c.state == was).values(state=becomes)
    return bool((await connection.execute(moved)).rowcount)


async def get(connection: AsyncConnection, nonce: str) -> tuple[Change, bytes | None] | None:
    """A change and the version before it."""
    row = (await connection.execute(_CHANGE.add_columns(changes.c.before).where(changes.c.nonce == nonce))).first()
    return (Change(*row[:-1]), row[-1]) if row else None


async def parts_of(connection: AsyncConnection, nonce: str) -> list[tuple[Change, bytes | None]]:
    """The images that came or went with this change and stand so still, with the versions before them."""
    parts = changes.c.part_of == nonce, changes.c.state == "done", changes.c.action == "image"
    query = _CHANGE.add_columns(changes.c.before).where(*parts)
    return [(Change(*row[:-1]), row[-1]) for row in await connection.execute(query.order_by(changes.c.id))]


async def announcement_of(connection: AsyncConnection, nonce: str) -> Change | None:
    """That readers were told of what this change made, unless it was called off."""
    told = changes.c.part_of == nonce, changes.c.state == "done", changes.c.action == "announce"
    row = (await connection.execute(_CHANGE.where(*told))).first()
    return Change(*row) if row else None


async def last_announcement(connection: AsyncConnection, path: str) -> Change | None:
    """That readers were told of the post at `path`, the last time; None when that was called off, or never was."""
    told = changes.c.path == path, changes.c.state == "done", changes.c.action == "announce"
    row = (await connection.execute(_CHANGE.where(*told).order_by(changes.c.id.desc()).limit(1))).first()
    return Change(*row) if row else None


async def of_batch(connection: AsyncConnection, batch: str) -> list[Change]:
    """What was done to posts by the taps under one upload, oldest first."""
    made = changes.c.batch == batch, changes.c.state != "planned", changes.c.action.in_(_OF_POSTS)
    return [Change(*row) for row in await connection.execute(_CHANGE.where(*made).order_by(changes.c.id))]


async def last_at(connection: AsyncConnection, paths: Collection[str]) -> dict[str, tuple[Change, bool]]:
    """The last change of each of these posts' files, by path, and whether the version before it is kept."""
    last = (
        select(func.max(changes.c.id))
        .where(changes.c.path.in_(sorted(paths)), changes.c.state != "planned", changes.c.action.in_(_OF_POSTS))
        .group_by(changes.c.path)
    )
    kept = or_(changes.c.before_hash.is_(None), changes.c.before.is_not(None))
    rows = await connection.execute(_CHANGE.add_columns(kept).where(changes.c.id.in_(last)))
    return {row.path: (Change(*row[:-1]), bool(row[-1])) for row in rows}


async def latest(connection: AsyncConnection, *, size: int, skip: int) -> tuple[list[Change], int]:
    """A page of what was done, newest first, and how much there is in all."""
    settled = changes.c.state != "planned"
    total = (await connection.execute(select(func.count()).select_from(changes).where(settled))).scalar_one()
    rows = await connection.execute(_CHANGE.where(settled).order_by(changes.c.id.desc()).limit(size).offset(skip))
    return [Change(*row) for row in rows], total


async def was_done(connection: AsyncConnection, action: str, path: str, after_hash: str) -> bool:
    """Whether this was done before to this version of the file."""
    same = (changes.c.action == action) & (changes.c.path == path) & (changes.c.after_hash == after_hash)
    return (await connection.execute(select(changes.c.id).where(same, changes.c.state == "done"))).first() is not None


async def let_go(connection: AsyncConnection, *, before: datetime) -> int:
    """Drop the kept versions of old changes, not the changes themselves; gives how many went."""
    old = changes.c.before.is_not(None) & (changes.c.at < before)
    return (await connection.execute(update(changes).where(old).values(before=None))).rowcount

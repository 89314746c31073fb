"""Uploads that wait for a decision. Functions take the caller's connection and never commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.authors.upload_tables import upload_albums, upload_files, uploads
from bot.storage.upsert import insert_or

_POSTS = ("post", "pasted")


@dataclass(frozen=True, slots=True)
class Upload:
    """What one admin has sent. `version` rises with every change; `language` is in which the admin was spoken to.

    `proof_message` is the message that holds the last proof, None before the first.
    """

    id: str
    admin_id: int
    language: str
    version: int
    shown_version: int
    touched_at: datetime
    proof_message: int | None = None

    @property
    def is_shown(self) -> bool:
        """Whether its admin has seen it as it stands: what comes now was not sent together with it."""
        return self.shown_version >= self.version > 0


@dataclass(frozen=True, slots=True)
class UploadFile:
    """A file of an upload; see the table for what `kind`, `cut` and `again` are."""

    id: int
    kind: str
    name: str
    data: bytes
    cut: int
    proven_path: str | None
    proven_hash: str | None
    again: bool = False

    @property
    def is_post(self) -> bool:
        return self.kind in _POSTS


_UPLOAD = select(
    uploads.c.id, uploads.c.admin_id, uploads.c.language, uploads.c.version, uploads.c.shown_version,
    uploads.c.touched_at, uploads.c.proof_message,
)  # fmt: skip
_FILES = select(
    upload_files.c.id, upload_files.c.kind, upload_files.c.name, upload_files.c.data, upload_files.c.cut,
    upload_files.c.proven_path, upload_files.c.proven_hash, upload_files.c.again,
)  # fmt: skip


async def create(connection: AsyncConnection, upload_id: str, admin_id: int, language: str, *, now: datetime) -> None:
    row = {"id": upload_id, "admin_id": admin_id, "language": language, "version": 0, "shown_version": 0}
    await connection.execute(insert(uploads).values(row | {"created_at": now, "touched_at": now}))


async def get(connection: AsyncConnection, upload_id: str) -> Upload | None:
    row = (await connection.execute(_UPLOAD.where(uploads.c.id == upload_id))).first()
    return Upload(*row) if row else None


async def of_admin(connection: AsyncConnection, admin_id: int) -> list[Upload]:
    """What the admin has sent and not decided, the one touched last first."""
    query = _UPLOAD.where(uploads.c.admin_id == admin_id).order_by(uploads.c.touched_at.desc(), uploads.c.id)
    return [Upload(*row) for row in await connection.execute(query)]


async def with_name(connection: AsyncConnection, admin_id: int, name: str) -> str | None:
    """The upload of this admin, the one touched last, that has a file of this name."""
    query = (
        select(uploads.c.id)
        .join(upload_files, upload_files.c.upload_id == uploads.c.id)
        .where(uploads.c.admin_id == admin_id, upload_files.c.name == name)
        .order_by(uploads.c.touched_at.desc(), uploads.c.id)
        .limit(1)
    )
    found: str | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def proven_at(connection: AsyncConnection, admin_id: int, path: str, *, but: str) -> list[tuple[str, int, str]]:
    """Upload, file and file's name of what this admin sent for the same place, in other uploads than `but`."""
    query = (
        select(uploads.c.id, upload_files.c.id, upload_files.c.name)
        .join(upload_files, upload_files.c.upload_id == uploads.c.id)
        .where(uploads.c.admin_id == admin_id, uploads.c.id != but, upload_files.c.proven_path == path)
        .order_by(upload_files.c.id)
    )
    return [(row[0], row[1], row[2]) for row in await connection.execute(query)]


async def of_album(connection: AsyncConnection, admin_id: int, album: str) -> str | None:
    """The upload that the first item of this album went to, while it is there."""
    query = select(upload_albums.c.upload_id).where(
        upload_albums.c.admin_id == admin_id, upload_albums.c.album == album
    )
    found: str | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def keep_album(connection: AsyncConnection, admin_id: int, album: str, upload_id: str) -> None:
    """What else comes under this album goes to this upload."""
    row = {"admin_id": admin_id, "album": album, "upload_id": upload_id}
    await connection.execute(insert(upload_albums).values(row))


async def files(connection: AsyncConnection, upload_id: str) -> list[UploadFile]:
    """Its files, in the order in which they came."""
    query = _FILES.where(upload_files.c.upload_id == upload_id).order_by(upload_files.c.id)
    return [UploadFile(*row) for row in await connection.execute(query)]


async def names(connection: AsyncConnection, upload_id: str) -> list[str]:
    """What its files are called, in the order in which they came."""
    query = select(upload_files.c.name).where(upload_files.c.upload_id == upload_id).order_by(upload_files.c.id)
    return list((await connection.execute(query)).scalars())


async def has_posts(connection: AsyncConnection, upload_id: str) -> bool:
    """Whether an upload is there and has more than images."""
    one = select(upload_files.c.id).where(upload_files.c.upload_id == upload_id, upload_files.c.kind.in_(_POSTS))
    return (await connection.execute(one.limit(1))).first() is not None


async def size(connection: AsyncConnection, upload_id: str) -> tuple[int, int]:
    """How many files it has, and of how many bytes."""
    query = select(func.count(), func.coalesce(func.sum(func.length(upload_files.c.data)), 0))
    count, total = (await connection.execute(query.where(upload_files.c.upload_id == upload_id))).one()
    return count, total


async def put_file(
    connection: AsyncConnection, upload_id: str, kind: str, name: str, data: bytes, *, cut: int = 0, again: bool = False
) -> None:
    """Add a file, or put it in the place of the one with its name."""
    fresh = {"kind": kind, "data": data, "cut": cut, "proven_path": None, "proven_hash": None, "again": again}
    adding = insert_or(connection, upload_files).values(fresh | {"upload_id": upload_id, "name": name})
    await connection.execute(adding.on_conflict_do_update(index_elements=["upload_id", "name"], set_=fresh))


async def drop_files(connection: AsyncConnection, file_ids: Sequence[int]) -> None:
    await connection.execute(delete(upload_files).where(upload_files.c.id.in_(list(file_ids))))


async def touch(connection: AsyncConnection, upload_id: str, *, now: datetime) -> None:
    """It changed: proofs that were shown before are out of date."""
    changed = update(uploads).where(uploads.c.id == upload_id)
    await connection.execute(changed.values(version=uploads.c.version + 1, touched_at=now))


async def shown(connection: AsyncConnection, upload_id: str, version: int) -> None:
    """The admin sees the proof of this version."""
    await connection.execute(update(uploads).where(uploads.c.id == upload_id).values(shown_version=version))
    seen = update(upload_files).where(upload_files.c.upload_id == upload_id, upload_files.c.again)
    await connection.execute(seen.values(again=False))


async def unseen(connection: AsyncConnection, upload_id: str, version: int) -> None:
    """The admin does not see the proof of this version, if no later one."""
    this = uploads.c.id == upload_id, uploads.c.shown_version == version
    await connection.execute(update(uploads).where(*this).values(shown_version=version - 1))


async def keep_message(connection: AsyncConnection, upload_id: str, message_id: int) -> None:
    """The proof stands in this message."""
    await connection.execute(update(uploads).where(uploads.c.id == upload_id).values(proof_message=message_id))


async def prove(connection: AsyncConnection, file_id: int, path: str, present_hash: str) -> None:
    """The admin was shown this file against what is at `path`; `present_hash` is empty when nothing is."""
    proven = update(upload_files).where(upload_files.c.id == file_id)
    await connection.execute(proven.values(proven_path=path, proven_hash=present_hash))


async def remove(connection: AsyncConnection, upload_id: str) -> bool:
    """Forget an upload with its files; whether it was there."""
    for table in (upload_albums, upload_files):
        await connection.execute(delete(table).where(table.c.upload_id == upload_id))
    return bool((await connection.execute(delete(uploads).where(uploads.c.id == upload_id))).rowcount)


async def unshown(connection: AsyncConnection, *, before: datetime) -> list[Upload]:
    """Uploads whose newest version was never proven, though nothing came since `before`."""
    query = _UPLOAD.where(uploads.c.shown_version < uploads.c.version, uploads.c.touched_at < before)
    return [Upload(*row) for row in await connection.execute(query)]


async def expired(connection: AsyncConnection, *, before: datetime) -> list[Upload]:
    """Uploads that nobody touched since `before`."""
    return [Upload(*row) for row in await connection.execute(_UPLOAD.where(uploads.c.touched_at < before))]

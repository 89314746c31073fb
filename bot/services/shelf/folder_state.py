"""How the last look at the content folder ended, as the database keeps it for every process."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from bot.storage import facts
from bot.storage.engine import Connection, Database

_NAME = "folder"


@dataclass(frozen=True, slots=True)
class FolderState:
    """How the last sync ended. `problem` says why the folder could not be listed, `held_withdrawals` what is kept.

    `digest` is None as long as something is left to do; `loaded` once a first load was finished. `others_digest` is of
    the files that posts may show, when it was last looked whether they are there.
    """

    digest: str | None = None
    reading: str = ""
    loaded: bool = False
    problem: str = ""
    held_withdrawals: tuple[str, ...] = ()
    synced_at: datetime | None = None
    others_digest: str = ""


async def folder_state(db: Database) -> FolderState:
    """How the last sync of any process ended."""
    async with db.read() as connection:
        return await read(connection)


async def look_anew(connection: Connection) -> None:
    """The next sync compares every file, though nothing seems to have changed."""
    await keep(connection, replace(await read(connection), digest=None))


async def read(connection: Connection) -> FolderState:
    kept = await facts.get(connection, _NAME)
    if kept is None:
        return FolderState()
    at = kept["synced_at"]
    return FolderState(
        **kept
        | {"held_withdrawals": tuple(kept["held_withdrawals"]), "synced_at": datetime.fromisoformat(at) if at else None}
    )


async def keep(connection: Connection, state: FolderState) -> None:
    at = state.synced_at.isoformat() if state.synced_at else None
    await facts.put(connection, _NAME, asdict(state) | {"synced_at": at})

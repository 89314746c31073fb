"""Changes of the content folder as they are made: written down with what they replace, done, then marked as done."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from bot.content import writing
from bot.services.ports import Clock
from bot.services.shelf import recognising
from bot.storage.authors import changes
from bot.storage.authors.changes import Change
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class Journal:
    """The changes of one content folder. Whoever uses it holds the lock on editing."""

    db: Database
    root: Path
    now: Clock

    def change(
        self,
        admin_id: int,
        action: str,
        path: str,
        *,
        title: str,
        before: bytes | None,
        after: bytes | None,
        part_of: str = "",
    ) -> Change:
        """A change that is about to be made; `part_of` is the nonce of the one that it is made for."""
        old, new = (writing.content_hash(data) if data is not None else None for data in (before, after))
        return Change(_nonce(), self.now(), admin_id, action, path, title, "planned", old, new, part_of)

    def told(self, admin_id: int, path: str, title: str, content_hash: str, *, because_of: str = "") -> Change:
        """That readers are told of a version, as a part of the change that made it: the file stays as it is."""
        change = self.change(admin_id, "announce", path, title=title, before=None, after=None, part_of=because_of)
        return replace(change, before_hash=content_hash, after_hash=content_hash)

    async def present(self, path: str) -> bytes | None:
        """What lies there now; None when nothing does. Raises ContentError."""
        return await asyncio.to_thread(writing.present, self.root, path)

    async def put(self, change: Change, *, before: bytes | None, after: bytes | None) -> None:
        """Make the change: a crash in between loses no version. Without `after` the file goes to the trash.

        Raises ContentError, among others when the file is not as it was `before`.
        """
        await recognising.require(self.db, self.root)
        async with self.db.write() as connection:
            await changes.plan(connection, change, before)
        await asyncio.to_thread(self._act, change, after)
        async with self.db.write() as connection:
            await changes.settle(connection, change.nonce, was="planned", becomes="done")

    async def tidy(self, folder: str) -> None:
        """Remove a folder, if it stands empty now."""
        await asyncio.to_thread(writing.remove_empty, self.root, folder)

    def _act(self, change: Change, after: bytes | None) -> None:
        if after is not None:
            writing.write(self.root, change.path, after, expected=change.before_hash)
        elif change.before_hash is not None:
            name = f"{self.now():%Y%m%d-%H%M%S}-{change.nonce}{PurePosixPath(change.path).suffix}"
            writing.trash(self.root, change.path, expected=change.before_hash, name=name)


def _nonce() -> str:
    return secrets.token_hex(6)

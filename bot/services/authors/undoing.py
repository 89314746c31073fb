"""Taking back what an admin did: the post and the images that came with it, all or nothing."""

import posixpath
from dataclasses import replace

from bot.content.problems import Code, ContentError, problem
from bot.content.writing import content_hash
from bot.services.authors.journal import Journal
from bot.storage.authors import changes
from bot.storage.authors.changes import Change


async def undo(journal: Journal, admin_id: int, nonce: str) -> Change | None:
    """Put back what was there before a change, and before its parts; gives the change that this is in its turn.

    None when that was done already, or the version is kept no more. Raises ContentError, before anything is touched,
    when a file is not as the change left it.
    """
    async with journal.db.read() as connection:
        found = await changes.get(connection, nonce)
        parts = await changes.parts_of(connection, nonce)
    if found is None or found[0].state != "done":
        return None
    whole = [*parts, found]
    if any(old.before_hash is not None and before is None for old, before in whole):
        return None
    for old, _ in whole:
        there = await journal.present(old.path)
        if (content_hash(there) if there is not None else None) != old.after_hash:
            raise ContentError(problem(Code.FILE_CHANGED, old.path))
    old, before = found
    there = await journal.present(old.path)
    # What was taken back is done once more: the log and the way back are called by that.
    action = "redo" if old.action == "undo" else "undo"
    made = journal.change(admin_id, action, old.path, title=old.title, before=there, after=before)
    change = replace(made, batch=old.batch)
    if before is None:
        # A post that goes shows nothing any more; one that comes back finds its images there.
        await _put_back(journal, change, old, there, before)
    await undo_parts(journal, admin_id, nonce, undone_by=change.nonce)
    if before is not None:
        await _put_back(journal, change, old, there, before)
    return change


async def undo_parts(journal: Journal, admin_id: int, nonce: str, *, undone_by: str) -> None:
    """Put back what a change brought with it, and was not put back yet. Raises ContentError."""
    async with journal.db.read() as connection:
        parts = await changes.parts_of(connection, nonce)
    for old, before in parts:
        there = await journal.present(old.path)
        change = journal.change(
            admin_id, "image", old.path, title=old.title, before=there, after=before, part_of=undone_by
        )
        await _put_back(journal, change, old, there, before)
        if before is None:
            await journal.tidy(posixpath.dirname(old.path))


async def _put_back(journal: Journal, change: Change, old: Change, there: bytes | None, before: bytes | None) -> None:
    await journal.put(change, before=there, after=before)
    async with journal.db.write() as connection:
        await changes.settle(connection, old.nonce, was="done", becomes="undone")

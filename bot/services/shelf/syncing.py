"""The content folder into the database: what changed is read and shelved, what vanished is withdrawn with care.

Files are the source: a sync may be cut off at any point and the next one finishes it. Posts are parsed outside the
transactions, each of which holds the write lock for some hundredths of a second.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.content.folder import Kind
from bot.content.problems import Code, ContentError
from bot.domain.post import State
from bot.domain.problem import Problem
from bot.services.ports import Indexer
from bot.services.shelf import folder, folder_state, publishing, recognising, resuming
from bot.services.shelf.describing import describe_categories
from bot.services.shelf.folder import Changes, Scan, Source
from bot.services.shelf.folder_state import FolderState
from bot.services.shelf.illustrated import look_for_images
from bot.services.shelf.loading import KEPT_BYTES, Loaded, Loader, Progress
from bot.services.shelf.recognising import Replica
from bot.services.shelf.sync_report import SyncReport
from bot.storage.engine import Connection, Database
from bot.storage.exclusive import exclusive
from bot.storage.operators import restorations
from bot.storage.shelf import files, posts, sections, visibility
from bot.storage.shelf.files import SeenFile
from bot.storage.shelf.visibility import Turned

# More posts than this, and a fifth of the shelf, are not withdrawn at once unless an admin confirms.
WITHDRAWN_UNASKED = 5
WITHDRAWN_SHARE = 5
# More posts than this appearing at once are pushed only when an admin says so.
PUSH_HOLD = 10
_ONCE = Replica()


async def sync(
    db: Database,
    root: Path,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: str,
    zone_is_assumed: bool = False,
    allow_withdraw: bool = False,
    adopt: bool = False,
    replica: Replica = _ONCE,
    push_hold: int = PUSH_HOLD,
    settle: timedelta = timedelta(0),
    settled: Collection[str] = (),
    indexer: Indexer | None = None,
    on_progress: Progress | None = None,
    keep_bytes: int = KEPT_BYTES,
) -> SyncReport:
    """Bring the shelf up to date with the folder.

    `settle`: changed files are looked at again after this time, and those still changing are left for the next sync;
    `settled` are paths that have stayed as they are for so long already.
    `allow_withdraw`: posts whose files are gone are withdrawn however many they are. Texts of more than `keep_bytes`
    in all are read twice, to save memory. One sync at a time runs on a database; a second one waits. A folder that
    cannot be listed, or is not the one that replicas share, is a problem in the report, and changes nothing.
    `adopt`: it is theirs from now on; `replica` is who looks, for those who are told that it has another one.
    """
    source = Source(root, zone, language, zone_is_assumed)
    loader = Loader(db, source, now, indexer, on_progress or (lambda _done, _total: None), keep_bytes)
    async with exclusive(db, "sync"):
        return await _Run(loader, allow_withdraw, adopt, replica, push_hold, settle, frozenset(settled)).run()


async def turn_due(db: Database, *, now: datetime, indexer: Indexer | None = None) -> list[Turned]:
    """Publish what is due and take off what has expired, without any change in the folder."""
    if not await _is_due(db, now):
        return []
    async with db.write() as connection:
        return await publishing.turn_due(connection, now=now, indexer=indexer)


async def next_due(db: Database) -> datetime | None:
    """When the clock next publishes or takes off a post; None when it never will."""
    async with db.read() as connection:
        return await visibility.next_due(connection)


async def _is_due(db: Database, now: datetime) -> bool:
    moment = await next_due(db)
    return moment is not None and moment <= now


@dataclass(frozen=True, slots=True)
class _Run:
    loader: Loader
    allow_withdraw: bool
    adopt: bool
    replica: Replica
    push_hold: int
    settle: timedelta
    settled: frozenset[str]

    @property
    def db(self) -> Database:
        return self.loader.db

    async def run(self) -> SyncReport:
        try:
            scanned = await asyncio.to_thread(folder.scan, self.loader.source)
        except ContentError as error:
            return await self._unreadable(error.problem)
        recognised = await recognising.recognise(self.db, self.loader.source.root, scanned.entries, adopt=self.adopt)
        trouble = recognised.stranger
        await recognising.tell(self.db, self.replica, trouble, adopted=self.adopt, now=self.loader.now)
        if trouble:
            return SyncReport(problems=(trouble,), stranger=trouble)
        return replace(await self._compare(scanned), unmarked=recognised.unmarked)

    async def _compare(self, scanned: Scan) -> SyncReport:
        async with self.db.read() as connection:
            state = await folder_state.read(connection)
            due = await visibility.next_due(connection)
            if state.digest != scanned.digest:
                known = await files.fingerprints(connection)
                names = await sections.category_names(connection)
        if state.digest == scanned.digest:
            turned = await self._turn_due() if due and due <= self.loader.now else []
            missed = await self._look_for_images(scanned, state)
            return SyncReport(unchanged=len(scanned.listed), problems=tuple(missed), turned=tuple(turned))
        return await self._load(scanned, known, state, names)

    async def _load(
        self, scanned: Scan, known: dict[str, str], state: FolderState, names: dict[str, str]
    ) -> SyncReport:
        reading = self.loader.source.reading
        everything = state.reading != reading
        changes, unsettled = await self._settled(scanned, known, everything=everything)
        looked_at = {entry.path for entry in (*changes.changed, *changes.refused)} | changes.vanished
        async with self.db.read() as connection:
            # A post that shared its slug may have it to itself, now that something is gone.
            sharing = await files.with_problem(connection, Code.SLUG_SHARED) - looked_at if changes.vanished else set()
            seen = await files.seen(connection, looked_at | sharing)
        changes = folder.also(changes, scanned, sharing)
        seen |= {path: replace(seen[path], content_hash=None) for path in sharing}
        loader = replace(self.loader, there=lambda: scanned.attachments)
        loaded = await loader.load(changes, seen, everything=everything)
        unsettled += loaded.unsettled
        withdrawn, held = await self._withdraw(scanned, [seen[path] for path in changes.vanished], loaded)
        # Posts that did not change may stand in a category that goes by another name now.
        is_renamed = changes.unchanged > 0 and names != await self._category_names()
        # Without a digest the next sync looks again at every file.
        digest = None if held or unsettled or is_renamed else scanned.digest
        turned = await self._turn_due()
        async with self.db.write() as connection:
            pushes = await self._settle_pushes(connection, scanned, first_load=not state.loaded)
            known_as = "" if is_renamed else reading
            ended = FolderState(digest, known_as, True, "", tuple(held), self.loader.now, state.others_digest)
            await folder_state.keep(connection, ended)
        missed = await self._look_for_images(scanned, ended, but={*loaded.added, *loaded.changed})
        return SyncReport(
            added=tuple(loaded.added),
            changed=tuple(loaded.changed),
            withdrawn=tuple(withdrawn),
            refused=tuple(loaded.refused),
            unchanged=changes.unchanged + loaded.same,
            unsettled=tuple(unsettled),
            held_withdrawals=tuple(held),
            held_pushes=pushes,
            problems=(*loaded.problems, *missed),
            turned=tuple(turned),
            look_again=is_renamed,
        )

    async def _look_for_images(self, scanned: Scan, state: FolderState, *, but: Collection[str] = ()) -> list[Problem]:
        """What posts miss since files that they may show came or went; of `but` that is known already."""
        if state.others_digest == scanned.others_digest:
            return []
        missed = await look_for_images(self.db, scanned, but=but)
        async with self.db.write() as connection:
            # Read anew: a delayed withdrawal may have been confirmed meanwhile.
            now = await folder_state.read(connection)
            await folder_state.keep(connection, replace(now, others_digest=scanned.others_digest))
        return missed

    async def _settle_pushes(self, connection: Connection, scanned: Scan, *, first_load: bool) -> int:
        """How many posts are held for an admin."""
        restored = await restorations.read(connection)
        if restored is not None:
            await restorations.forget(connection)
            if not first_load:
                await resuming.settle_pushes(connection, restored, scanned.entries, hold=self.push_hold)
        return await publishing.settle_pushes(connection, first_load=first_load, hold=self.push_hold)

    async def _turn_due(self) -> list[Turned]:
        return await turn_due(self.db, now=self.loader.now, indexer=self.loader.indexer)

    async def _category_names(self) -> dict[str, str]:
        async with self.db.read() as connection:
            return await sections.category_names(connection)

    async def _settled(self, scanned: Scan, known: dict[str, str], *, everything: bool) -> tuple[Changes, list[str]]:
        """What changed and then stayed as it is; and what is still being written."""
        changes = await asyncio.to_thread(folder.compare, scanned, known, everything=everything)
        if not self.settle or all(entry.path in self.settled for entry in changes.changed):
            return changes, []
        await asyncio.sleep(self.settle.total_seconds())
        again = (await asyncio.to_thread(folder.scan, self.loader.source)).entries
        moving = {entry.path for entry in changes.changed if again.get(entry.path) != entry}
        return folder.without(changes, moving), sorted(moving)

    async def _withdraw(self, scanned: Scan, vanished: list[SeenFile], loaded: Loaded) -> tuple[list[str], list[str]]:
        """Withdraw the posts of files that are gone, or hold them all back; gives the paths of both."""
        if not vanished and not loaded.orphans:
            return [], []
        async with self.db.read() as connection:
            missing_ids = {file.post_id for file in vanished if file.post_id is not None} - loaded.rows
            holders = await posts.holders(connection, ids=missing_ids)
            live = await posts.count_live(connection)
        missing = sorted(
            file.path
            for file in vanished
            if file.post_id in missing_ids and holders[file.post_id].state != State.WITHDRAWN
        )
        is_empty = not any(entry.kind == Kind.POST for entry in scanned.entries.values())
        is_much = len(missing) > WITHDRAWN_UNASKED and len(missing) * WITHDRAWN_SHARE >= live
        held = missing if (is_empty or is_much) and not self.allow_withdraw else []
        gone = {file.path: file for file in vanished if file.path not in held}
        leaving = {file.post_id for path, file in gone.items() if path in missing and file.post_id is not None}
        async with self.db.write() as connection:
            await publishing.withdraw(
                connection, leaving | loaded.orphans, now=self.loader.now, indexer=self.loader.indexer
            )
            await files.forget(connection, gone)
            await describe_categories(connection, {}, gone)
        return [path for path in missing if path not in held], list(held)

    async def _unreadable(self, problem: Problem) -> SyncReport:
        """The folder cannot be listed: nothing is withdrawn, and the operator is told."""
        if self.db.dialect == "postgresql":
            # Other replicas may see it well: what they know of it stays.
            await recognising.tell(self.db, self.replica, problem, now=self.loader.now)
            return SyncReport(problems=(problem,), stranger=problem)
        async with self.db.write() as connection:
            state = await folder_state.read(connection)
            await folder_state.keep(connection, replace(state, digest=None, problem=str(problem)))
        return SyncReport(problems=(problem,), unreadable=problem)

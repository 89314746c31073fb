"""Changed files onto the shelf: read, given their slugs and rows, parsed in a thread, and written batch by batch."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, TypeVar

from bot.content.bundle import Attachments
from bot.content.folder import FileEntry
from bot.content.shelf import resolve_slugs
from bot.domain.post import State
from bot.domain.problem import Problem
from bot.services.ports import Indexer
from bot.services.shelf import folder, publishing
from bot.services.shelf.batches import BatchSize
from bot.services.shelf.describing import describe_categories
from bot.services.shelf.folder import Changes, ReadFile, Source
from bot.services.shelf.identity import Plan, claim_of, held_slugs, plan, standing_claims
from bot.services.shelf.proofreading import missing_images
from bot.services.shelf.publishing import Prepared
from bot.storage.engine import Connection, Database
from bot.storage.operators import statistics
from bot.storage.shelf import files, posts, sections
from bot.storage.shelf.files import SeenFile
from bot.storage.shelf.posts import Holder

# The texts of changed files of so many bytes are kept between reading and shelving; of more, each is read twice.
KEPT_BYTES = 32 * 1024 * 1024
FILES_AT_ONCE = 200
ANALYSED_FIRST = 500  # posts; then whenever there are twice as many

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many files of how many are done."""
T = TypeVar("T")


@dataclass
class Loaded:
    """What became of the changed files, by path.

    `rows` are the posts that they are now; `orphans` are posts that their files have left for another.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    orphans: set[int] = field(default_factory=set)
    same: int = 0
    category_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Granted:
    """Slugs by path, what is wrong with some of them, rows that may be gone on with, and paths that vanished."""

    slugs: Mapping[str, str]
    problems: Mapping[str, Problem]
    holders: Mapping[int, Holder]
    vanished: Collection[str]

    def problems_of(self, file: ReadFile) -> list[Problem]:
        """All that is wrong with a file."""
        clash = self.problems.get(file.path)
        return [*file.problems, clash] if clash else list(file.problems)


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads from one folder into one database at one moment. `there` gives the files that posts may show."""

    db: Database
    source: Source
    now: datetime
    indexer: Indexer | None
    on_progress: Progress
    keep_bytes: int = KEPT_BYTES
    there: Callable[[], Attachments] = lambda: Attachments(())

    async def load(self, changes: Changes, seen: Mapping[str, SeenFile], *, everything: bool) -> Loaded:
        """Shelve every changed file that is good; the others keep what they had, and are reported."""
        loaded = Loaded()
        read = await self._read(changes, {} if everything else seen)
        loaded.unsettled = [file.path for file in read if file.is_gone]
        read = [file for file in read if not file.is_gone]
        vanished = changes.vanished
        own = {
            file.path: before.post_id for file in read if (before := seen.get(file.path)) and before.post_id is not None
        }
        good = [file for file in read if file.document]
        granted = await self._grant(good, own, vanished)
        planned = plan(
            [claim_of(file) for file in good],
            slugs=granted.slugs,
            own=own,
            holders=granted.holders,
            vanished=vanished,
        )
        await self._write_others([file for file in read if file.path not in granted.slugs], seen, granted, loaded)
        async with self.db.read() as connection:
            loaded.category_names = await sections.category_names(connection)
        await self._shelve([file for file in good if file.path in granted.slugs], granted, planned, loaded)
        kept = {own.get(path) for path in (*loaded.refused, *loaded.unsettled)}
        kept |= {own.get(file.path) for file in read if file.is_same}
        loaded.orphans = set(own.values()) - loaded.rows - {post_id for post_id in kept if post_id is not None}
        return loaded

    async def _read(self, changes: Changes, seen: Mapping[str, SeenFile]) -> list[ReadFile]:
        keep = sum(entry.fingerprint[0] for entry in changes.changed) <= self.keep_bytes
        read = [ReadFile(entry, problems=(entry.problem,)) for entry in changes.refused if entry.problem]

        def some(entries: Sequence[FileEntry]) -> list[ReadFile]:
            found = [folder.read(self.source, entry, seen.get(entry.path)) for entry in entries]
            return found if keep else [_without_body(file) for file in found]

        for entries in _chunks(changes.changed, FILES_AT_ONCE):
            read += await asyncio.to_thread(some, entries)
        return read

    async def _grant(self, good: Sequence[ReadFile], own: Mapping[str, int], vanished: Collection[str]) -> _Granted:
        """Slugs for files that are to be shelved; what did not change, or gets none, holds what it has."""
        claims = [claim_of(file) for file in good]
        refused: dict[str, Problem] = {}
        holders: dict[int, Holder] = {}
        asked: set[str] = set()
        wanted = {claim.slug for claim in claims}
        ids, hashes = set(own.values()), {claim.content_hash for claim in claims}
        while True:
            async with self.db.read() as connection:
                holders |= await posts.holders(connection, slugs=wanted - asked, hashes=hashes, ids=ids)
            asked |= wanted
            ids, hashes = set(), set()
            claims = [claim for claim in claims if claim.path not in refused]
            standing = standing_claims(holders.values(), gone={*vanished, *(claim.path for claim in claims)})
            held = held_slugs(claims, standing, own=own, holders=holders)
            found = await asyncio.to_thread(resolve_slugs, [*claims, *standing], held)
            slugs = {claim.path: found.by_path[claim.path] for claim in claims if claim.path in found.by_path}
            problems = {problem.file: problem for problem in found.problems}
            # A slug that gave way to a longer one may meet a post that has the longer one.
            wanted = set(slugs.values())
            if len(slugs) < len(claims):
                refused |= {claim.path: problems[claim.path] for claim in claims if claim.path not in slugs}
            elif wanted <= asked:
                return _Granted(slugs, problems | refused, holders, vanished)

    async def _write_others(
        self, others: Sequence[ReadFile], seen: Mapping[str, SeenFile], granted: _Granted, loaded: Loaded
    ) -> None:
        """Files that give no post now: sections, what is refused, what is the same, what is no post."""
        clock, batch = asyncio.get_running_loop().time, BatchSize()
        for some in batch.of(others):
            wrong = {file.path: granted.problems_of(file) for file in some if not file.is_same}
            refused = {file.path for file in some if file.is_refused or file.path in granted.problems}
            rows = [folder.still_seen(file, seen.get(file.path), refused=file.path in refused) for file in some]
            async with self.db.write() as connection:
                started = clock()
                await files.remember(connection, rows)
                await files.report(connection, wrong)
                await describe_categories(connection, {file.path: file.section for file in some if file.section})
            batch.took(clock() - started)
            loaded.same += sum(file.is_same for file in some)
            loaded.refused += sorted(refused)
            loaded.problems += [problem for found in wrong.values() for problem in found]

    async def _shelve(self, good: Sequence[ReadFile], granted: _Granted, planned: Plan, loaded: Loaded) -> None:
        if planned.put_aside:
            async with self.db.write() as connection:
                await posts.put_aside(connection, planned.put_aside)
        clock, batch, done, analysed = asyncio.get_running_loop().time, BatchSize(), 0, 0
        for some in batch.of(good):
            prepared = await asyncio.to_thread(self._prepare, some, granted, planned, loaded.category_names)
            if prepared:
                async with self.db.write() as connection:
                    started = clock()
                    post_ids = await self._put(connection, prepared, granted)
                batch.took(clock() - started)
                loaded.rows.update(post_ids)
            _count(prepared, granted, loaded)
            loaded.unsettled += sorted({file.path for file in some} - {file.path for file, _ in prepared})
            done += len(some)
            if done >= 2 * analysed + ANALYSED_FIRST:
                await statistics.renew(self.db)
                analysed = done
            self.on_progress(done, len(good))

    def _prepare(
        self, some: Sequence[ReadFile], granted: _Granted, planned: Plan, category_names: Mapping[str, str]
    ) -> list[tuple[ReadFile, Prepared]]:
        prepared = []
        for file in some:
            document = (file if file.has_body else folder.read(self.source, file.entry, None)).document
            if document is None or document.content_hash != file.content_hash:
                # It changed since it was first read: the next sync takes it as it is then.
                continue
            row = planned.rows[file.path]
            holder = granted.holders[row] if row is not None else None
            ready = publishing.prepare(
                document,
                slug=granted.slugs[file.path],
                language=file.language,
                now=self.now,
                first_seen=holder.first_seen if holder else self.now,
                category_names=category_names,
                indexed=self.indexer is not None,
            )
            edition = replace(ready.edition, post_id=row, previous_key=holder.key if holder else None)
            missed = missing_images(file.path, ready.images, self.there()) if ready.images else ()
            told = replace(file, problems=(*file.problems, *ready.problems, *missed))
            prepared.append((told, replace(ready, edition=edition)))
        return prepared

    async def _put(
        self, connection: Connection, prepared: Sequence[tuple[ReadFile, Prepared]], granted: _Granted
    ) -> list[int]:
        moved_from = {
            granted.holders[post_id].path
            for file, ready in prepared
            if (post_id := ready.edition.post_id) is not None and granted.holders[post_id].path in granted.vanished
        }
        post_ids = await publishing.put(
            connection, [ready for _, ready in prepared], now=self.now, indexer=self.indexer
        )
        await files.forget(connection, moved_from)
        seen = [
            folder.seen_now(file, post_id, images=[[image.source, image.line] for image in ready.images] or None)
            for (file, ready), post_id in zip(prepared, post_ids, strict=True)
        ]
        await files.remember(connection, seen)
        await files.report(connection, {file.path: granted.problems_of(file) for file, _ in prepared})
        return post_ids


def _count(prepared: Sequence[tuple[ReadFile, Prepared]], granted: _Granted, loaded: Loaded) -> None:
    for file, ready in prepared:
        row = ready.edition.post_id
        is_back = row is None or granted.holders[row].state == State.WITHDRAWN
        (loaded.added if is_back else loaded.changed).append(file.path)
        loaded.problems += granted.problems_of(file)


def _without_body(file: ReadFile) -> ReadFile:
    return replace(file, document=replace(file.document, body="", extra={}), has_body=False) if file.document else file


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))

"""What admins do to the content folder: each change is written down with what it replaced, then done, then synced."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.content import writing
from bot.content.amending import Amended, amend
from bot.content.coerce import NO
from bot.content.dates import written
from bot.content.decode import decode
from bot.content.frontmatter import read_front_matter
from bot.content.problems import Code, ContentError, problem
from bot.domain.problem import Problem
from bot.services.authors import announcing, undoing
from bot.services.authors.acts import act
from bot.services.authors.journal import Journal
from bot.services.authors.proving import Proof, Ready
from bot.services.ports import Clock
from bot.services.shelf import noticing
from bot.storage.authors import changes, managing
from bot.storage.authors.changes import Change
from bot.storage.authors.managing import ManagedPost
from bot.storage.engine import Database
from bot.storage.exclusive import exclusive

# How long a replaced version can be put back.
KEPT = timedelta(days=90)

# Keys that keep a post from readers, and what they say when they do not.
_HIDING: Mapping[str, bool] = {"draft": False, "hidden": False, "published": True, "publish": True}
_DATES = ("publishdate", "publish_date", "pubdate")


@dataclass(frozen=True, slots=True)
class Done:
    """A change that was made; `post` is what the file is now, None when it is none.

    `to_tell` counts the chats that will hear of it because the admin asked so, None when nobody asked; `told` those
    that had heard of it before it was taken back, None when nobody was to hear of it.
    """

    change: Change
    post: ManagedPost | None
    to_tell: int | None = None
    told: int | None = None


@dataclass(frozen=True, slots=True)
class Editing:
    """Edits one content folder; `sync` brings the shelf up to date after each change."""

    db: Database
    root: Path
    zone: ZoneInfo
    sync: Callable[[], Awaitable[object]]
    now: Clock
    journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "journal", Journal(self.db, self.root, self.now))

    async def publish(
        self, admin_id: int, proofs: Sequence[Proof], *, announce: bool = False, batch: str = ""
    ) -> tuple[list[Done], Problem | None]:
        """Write proven posts with their images, up to the first that fails; gives what was done, and why it ended."""
        made: list[Change] = []
        failed: Problem | None = None
        async with exclusive(self.db, "editing"):
            for ready in [proof.ready for proof in proofs if proof.ready is not None]:
                try:
                    made.append(await self._publish_one(admin_id, ready, batch))
                except ContentError as error:
                    failed = error.problem
                    break
        if made:
            await self._follow({change.path for change in made})
        if announce:
            for change in made:
                await self.announce(admin_id, change.path, because_of=change.nonce)
        return [await self._done(change) for change in made], failed

    async def made_in(self, batch: str) -> list[Done]:
        """What the taps under one upload have come to, post by post."""
        async with self.db.read() as connection:
            last = {change.path: change for change in await changes.of_batch(connection, batch)}
        return [await self._done(change) for change in last.values()]

    async def repeated(self, what: Collection[str], path: str, version: str) -> Done | None:
        """What became of it, when the last that was done to this file is one of these, to the version that was seen.

        `version` is the start of a hash.
        """
        async with self.db.read() as connection:
            change, _ = (await changes.last_at(connection, [path])).get(path, (None, False))
        is_same = change is not None and change.action in what and (change.before_hash or "").startswith(version)
        return await self._done(change) if change is not None and is_same else None

    async def withdraw(self, admin_id: int, post: ManagedPost) -> Done:
        """Take a post from readers: its file says that it is a draft. Raises ContentError."""
        # The log calls things as they are for readers, who lose nothing that they never had.
        action = "draft" if post.first_published_at is None else "withdraw"
        return await self._rewrite(admin_id, action, post, [("draft", True, ())])

    async def publish_again(self, admin_id: int, post: ManagedPost) -> Done:
        """Give a withdrawn post or a draft back to readers. Raises ContentError."""
        data = await self._current(post)
        values = visible_values(post.path, data)
        if post.publish_at > self.now():
            values.append(at_moment(self.now(), self.zone))
        action = "publish" if post.first_published_at is None else "again"
        return await self._rewrite(admin_id, action, post, values)

    async def schedule(self, admin_id: int, post: ManagedPost, moment: datetime) -> Done:
        """Give a post to readers at this moment, whatever keeps it from them now. Raises ContentError."""
        values = [*visible_values(post.path, await self._current(post)), at_moment(moment, self.zone)]
        return await self._rewrite(admin_id, "schedule", post, values)

    async def delete(self, admin_id: int, post: ManagedPost) -> Done:
        """Move a post's file to the trash. Raises ContentError."""
        async with exclusive(self.db, "editing"):
            data = await self._current(post)
            change = self.journal.change(admin_id, "delete", post.path, title=post.title, before=data, after=None)
            await self.journal.put(change, before=data, after=None)
        await self._follow({post.path})
        return Done(change, None)

    async def undo(self, admin_id: int, nonce: str) -> Done | None:
        """Put back what was there before a change; None when that was done already, or the version is kept no more.

        Of an announcement, tell nobody else. Raises ContentError when the file is not as the change left it.
        """
        async with exclusive(self.db, "editing"):
            stopped = await announcing.stop(self.journal, admin_id, nonce)
            if stopped is not None:
                return Done(stopped[0], await self._post_at(stopped[0].path), told=stopped[1])
            change = await undoing.undo(self.journal, admin_id, nonce)
            told = await announcing.call_off(self.db, nonce) if change is not None else None
        if change is None:
            return None
        await self._follow({change.path})
        await announcing.unpublish(self.db, nonce)
        return replace(await self._done(change), told=told)

    async def source(self, post: ManagedPost) -> bytes:
        """The file of a post. Raises ContentError."""
        return await self._current(post, at_any_version=True)

    async def kept(self, nonce: str) -> tuple[Change, bytes | None, ManagedPost | None] | None:
        """A change, the version before it (None when it is not kept, or there was none), and what the post is now."""
        async with self.db.read() as connection:
            found = await changes.get(connection, nonce)
        return (*found, await self._post_at(found[0].path)) if found is not None else None

    async def let_go(self) -> None:
        """Drop versions that are too old to be put back."""
        async with self.db.write() as connection:
            await changes.let_go(connection, before=self.now() - KEPT)

    async def _publish_one(self, admin_id: int, ready: Ready, batch: str) -> Change:
        before = await self.journal.present(ready.path)
        proven = ready.present.content_hash if ready.present else None
        if (writing.content_hash(before) if before is not None else None) != proven:
            raise ContentError(problem(Code.FILE_CHANGED, ready.path))
        title, action = ready.prepared.edition.title, act(ready, await self._post_at(ready.path))
        made = self.journal.change(admin_id, action, ready.path, title=title, before=before, after=ready.data)
        change = replace(made, batch=batch)
        try:
            # Before the post, which must never show what is not there.
            for path, data in ready.images.items():
                there = await self.journal.present(path)
                if there != data:
                    image = self.journal.change(
                        admin_id, "image", path, title="", before=there, after=data, part_of=change.nonce
                    )
                    await self.journal.put(image, before=there, after=data)
            await self.journal.put(change, before=before, after=ready.data)
        except ContentError:
            await undoing.undo_parts(self.journal, admin_id, change.nonce, undone_by="")
            raise
        return change

    async def _rewrite(
        self, admin_id: int, action: str, post: ManagedPost, values: Sequence[tuple[str, Amended, Sequence[str]]]
    ) -> Done:
        async with exclusive(self.db, "editing"):
            before = await self._current(post)
            data = before
            for key, value, aliases in values:
                data = amend(post.path, data, key, value, aliases=aliases)
            change = self.journal.change(admin_id, action, post.path, title=post.title, before=before, after=data)
            await self.journal.put(change, before=before, after=data)
        await self._follow({post.path})
        return Done(change, await self._post_at(post.path))

    async def _follow(self, paths: Collection[str]) -> None:
        """Bring the shelf up to date; of problems in what admins did themselves they need not be told."""
        await self.sync()
        await noticing.count_as_told(self.db, paths)

    async def _current(self, post: ManagedPost, *, at_any_version: bool = False) -> bytes:
        data = await self.journal.present(post.path)
        if data is None:
            raise ContentError(problem(Code.FILE_GONE, post.path))
        if not at_any_version and writing.content_hash(data) != post.content_hash:
            raise ContentError(problem(Code.FILE_CHANGED, post.path))
        return data

    async def _post_at(self, path: str) -> ManagedPost | None:
        async with self.db.read() as connection:
            return await managing.at_path(connection, path)

    async def _done(self, change: Change) -> Done:
        post = await self._post_at(change.path)
        if change.state != "done" or post is None:
            return Done(change, post)
        async with self.db.read() as connection:
            told = change.action == "announce" or await changes.announcement_of(connection, change.nonce) is not None
            return Done(change, post, await announcing.to_tell(connection, post.key) if told else None)

    async def announce(self, admin_id: int, path: str, *, because_of: str = "") -> Done | None:
        """Tell the followers of the post at `path`, once for each version of its file; see `announcing.announce`."""
        async with exclusive(self.db, "editing"):
            post = await self._post_at(path)
            told = await announcing.announce(self.journal, admin_id, post, because_of=because_of)
        return await self._done(told) if told is not None else None


def visible_values(file: str, data: bytes) -> list[tuple[str, Amended, Sequence[str]]]:
    """What to set so that nothing but its date keeps a post from readers. Raises ContentError."""
    front = read_front_matter(file, decode(file, data).text)
    given = {key.casefold(): (key, value) for key, value in front.values.items()}
    values: list[tuple[str, Amended, Sequence[str]]] = []
    for folded, shows in _HIDING.items():
        key, value = given.get(folded, (folded, None))
        word = value.strip().casefold() if isinstance(value, str) else ""
        # A draft "maybe" is hidden too; `published` may be a date, which does not hide.
        if word and (word in NO if shows else word not in NO):
            values.append((key, shows, ()))
    return values


def at_moment(moment: datetime, zone: ZoneInfo) -> tuple[str, Amended, Sequence[str]]:
    """What to set so that a post appears at this moment."""
    return "date", written(moment, zone), _DATES

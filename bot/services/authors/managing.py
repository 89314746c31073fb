"""What admins look up: posts by state, problems of files, and what was done; pages of five."""

from dataclasses import dataclass

from bot.domain.post import State
from bot.domain.problem import Problem
from bot.services.authors import announcing
from bot.services.authors.announcing import Told
from bot.storage.authors import changes, managing
from bot.storage.authors.changes import Change
from bot.storage.authors.managing import ManagedPost, Shelf
from bot.storage.engine import Database
from bot.storage.shelf import files

PAGE_SIZE = 5
LOG_SIZE = 10


@dataclass(frozen=True, slots=True)
class PostList:
    """A page (from 0) of the posts in a state, how many are in each, and the problems when these were asked for.

    `words` are those that were looked for in any state; `origin` names the list in buttons.
    """

    shelf: Shelf
    posts: tuple[ManagedPost, ...]
    page: int
    pages: int
    counts: dict[str, int]
    problems: tuple[Problem, ...] = ()
    words: str = ""
    origin: str = "p"


@dataclass(frozen=True, slots=True)
class Managed:
    """A post with the problems of its file, and what was last done to it, while that can be taken back.

    `told` is what became of its last announcement.
    """

    post: ManagedPost
    problems: tuple[Problem, ...]
    last: Change | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page (from 0) of what admins did, newest first; `undoable` are the nonces of what can be taken back."""

    changes: tuple[Change, ...]
    page: int
    pages: int
    undoable: frozenset[str] = frozenset()


async def list_posts(db: Database, shelf: Shelf, page: int = 0) -> PostList:
    """A page of a state; a page past the end is the last one."""
    async with db.read() as connection:
        counts = await managing.counts(connection)
        problems = tuple(await files.all_problems(connection))
        pages = max(1, -(-counts[shelf] // PAGE_SIZE))
        # A file with errors may have no post at all.
        counts["x"] = len({one.file for one in problems})
        page = min(max(page, 0), pages - 1)
        found = await managing.on_shelf(connection, shelf, size=PAGE_SIZE, skip=page * PAGE_SIZE)
    return PostList(shelf, tuple(found), page, pages, counts, problems if shelf == "x" else (), origin=shelf)


async def find_posts(db: Database, words: str, page: int = 0, *, origin: str = "p") -> PostList:
    """A page of the posts whose title, slug or path holds the words, newest first."""
    async with db.read() as connection:
        counts = await managing.counts(connection)
        counts["x"] = len({one.file for one in await files.all_problems(connection)})
        pages = max(1, -(-await managing.count_matching(connection, words) // PAGE_SIZE))
        page = min(max(page, 0), pages - 1)
        found = await managing.matching(connection, words, size=PAGE_SIZE, skip=page * PAGE_SIZE)
    return PostList("p", tuple(found), page, pages, counts, words=words, origin=origin)


async def get(db: Database, post_id: int) -> Managed | None:
    """A post as its admins manage it."""
    async with db.read() as connection:
        post = await managing.get(connection, post_id)
        if post is None:
            return None
        wrong = [one for one in await files.all_problems(connection) if one.file == post.path]
        last, is_kept = (await changes.last_at(connection, [post.path])).get(post.path, (None, False))
        told = await announcing.told_of(connection, post.path)
    there = None if post.state is State.WITHDRAWN else post.content_hash
    can_undo = last is not None and is_kept and last.after_hash == there
    return Managed(post, tuple(wrong), last if can_undo else None, told)


async def followers(db: Database, key: str) -> int:
    """How many chats an announcement of this post would reach."""
    async with db.read() as connection:
        return await announcing.to_tell(connection, key)


async def log(db: Database, page: int = 0) -> LogPage:
    """What admins did; a page past the end is the last one."""
    async with db.read() as connection:
        found, total = await changes.latest(connection, size=LOG_SIZE, skip=max(page, 0) * LOG_SIZE)
        pages = max(1, -(-total // LOG_SIZE))
        if not found and page > 0:
            page = pages - 1
            found, _ = await changes.latest(connection, size=LOG_SIZE, skip=page * LOG_SIZE)
        last = await changes.last_at(connection, {change.path for change in found if change.path})
        waiting = [one for one in found if one.action == "announce" and await announcing.is_waiting(connection, one)]
    undoable = frozenset(change.nonce for change in (*(one for one, is_kept in last.values() if is_kept), *waiting))
    return LogPage(tuple(found), max(page, 0), pages, undoable)

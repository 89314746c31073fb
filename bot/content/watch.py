"""Changes of the content folder, told once they have settled: a half-written file is not told."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from watchfiles import Change, awatch

from bot.content.folder import is_listed

# Events that come together are taken together; how long a file must rest is `settle`.
_STEP_MILLISECONDS = 50
_GATHER_MILLISECONDS = 400

_Identity: TypeAlias = tuple[int, int]
_Look: TypeAlias = tuple[int, int, int, int] | None


async def watch(root: Path, *, settle: timedelta) -> AsyncGenerator[frozenset[str], None]:
    """Yields the relative paths that changed and then stayed as they were for `settle`, files and folders alike.

    An empty set says that the folder as a whole came back or was replaced: all of it should be looked at. Runs until
    the iterator is closed.
    """
    is_known = True
    polling = False
    while True:
        identity = _identity(root)
        if identity is None:
            is_known = False
            await asyncio.sleep(settle.total_seconds())
            continue
        if not is_known:
            yield frozenset()
        try:
            async with aclosing(_settled(root, identity, settle, polling=polling)) as changes:
                async for paths in changes:
                    yield paths
        except FileNotFoundError:
            # It went away before it could be watched.
            pass
        except OSError:
            # The machine's limit of watches is reached: looking at every file costs more, but works.
            polling = True
        is_known = False


async def _settled(
    root: Path, identity: _Identity, settle: timedelta, *, polling: bool
) -> AsyncGenerator[frozenset[str], None]:
    """Changes below `root` while it is the folder it was."""
    clock = asyncio.get_running_loop().time
    waiting: dict[str, tuple[_Look, float]] = {}
    milliseconds = max(1, round(settle.total_seconds() * 1000))
    events = awatch(
        root,
        # Names are judged below: a filter here would keep this loop asleep while only hidden files change.
        watch_filter=None,
        debounce=_GATHER_MILLISECONDS,
        step=_STEP_MILLISECONDS,
        rust_timeout=milliseconds,
        yield_on_timeout=True,
        force_polling=polling or None,
        poll_delay_ms=milliseconds,
        ignore_permission_denied=True,
    )
    async with aclosing(events):
        async for batch in events:
            changed = {(kind, _relative(root, path)) for kind, path in batch}
            # A folder made again may have the inode of the one that was deleted.
            if _identity(root) != identity or (Change.deleted, ".") in changed:
                return
            for _, path in changed:
                if path != "." and is_listed(path):
                    waiting[path] = (_look(root, path), clock())
            ready = _take_ready(root, waiting, clock(), settle.total_seconds())
            if ready:
                yield ready


def _relative(root: Path, changed: str) -> str:
    path = Path(changed).absolute()
    # macOS tells the path behind links, Linux the one that was asked for.
    base = next((base for base in (root.absolute(), root.resolve()) if path.is_relative_to(base)), path)
    return path.relative_to(base).as_posix()


def _take_ready(root: Path, waiting: dict[str, tuple[_Look, float]], now: float, settle: float) -> frozenset[str]:
    ready: set[str] = set()
    for path, (before, since) in list(waiting.items()):
        look = _look(root, path)
        if look != before:
            waiting[path] = (look, now)
        elif now - since >= settle:
            ready.add(path)
            del waiting[path]
    return frozenset(ready)


def _identity(root: Path) -> _Identity | None:
    try:
        facts = root.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _look(root: Path, path: str) -> _Look:
    try:
        facts = os.lstat(root / path)
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino

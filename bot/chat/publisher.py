"""What the handlers of uploads need at hand; a proof is sent once no more files come for a moment."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.services.authors.editing import Editing
from bot.services.authors.previewing import Previewing
from bot.services.authors.uploading import Uploading
from bot.services.readers.reading import Library
from bot.services.shelf.folder import Source
from bot.services.shelf.shelving import Shelving

log = logging.getLogger(__name__)

# Apps send the files of one choice within some tenths of a second.
QUIET_SECONDS = 0.6
# Albums whose files were refused, kept long enough for the rest of each to arrive.
REFUSED_KEPT = 1000


@dataclass
class Publisher:
    """Uploads, previews and edits of one content folder at `root`."""

    root: Path
    uploading: Uploading
    editing: Editing
    previewing: Previewing
    quiet_seconds: float = QUIET_SECONDS
    _waiting: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    _coming: Counter[int] = field(default_factory=Counter)
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _refused: dict[str, None] = field(default_factory=dict)

    @contextmanager
    def awaiting(self, admin_id: int) -> Iterator[None]:
        """A file of this admin is on its way: proofs wait for it, however slow the line is."""
        self._coming[admin_id] += 1
        try:
            yield
        finally:
            self._coming[admin_id] -= 1
            self._came.set()

    def refuses_anew(self, album: str | None) -> bool:
        """Whether a file that is refused is the first of its album, or in none: one sentence serves a whole album."""
        if not album:
            return True
        if album in self._refused:
            return False
        self._refused[album] = None
        if len(self._refused) > REFUSED_KEPT:
            del self._refused[next(iter(self._refused))]
        return True

    def soon(self, upload_id: str, admin_id: int | None, show: Callable[[], Awaitable[object]]) -> None:
        """Call `show` when nothing more was added to the upload for a moment, and nothing of its admin is coming."""
        earlier = self._waiting.pop(upload_id, None)
        if earlier is not None:
            earlier.cancel()
        self._waiting[upload_id] = asyncio.create_task(self._later(upload_id, admin_id, show))

    async def close(self) -> None:
        """Give up what waits: it is shown after the next start."""
        waiting = list(self._waiting.values())
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _later(self, upload_id: str, admin_id: int | None, show: Callable[[], Awaitable[object]]) -> None:
        await asyncio.sleep(self.quiet_seconds)
        while admin_id is not None and self._coming[admin_id]:
            self._came.clear()
            await self._came.wait()
            await asyncio.sleep(self.quiet_seconds)
        # From here on it may not be called off: a file that comes now gets a proof of its own.
        self._waiting.pop(upload_id, None)
        try:
            await show()
        except Exception:
            # The update border, though the update has ended: the next look at unshown uploads tries again.
            log.exception("The proof of an upload could not be sent")


def make_publisher(library: Library, shelving: Shelving, data: Path) -> Publisher:
    """A publisher for the folder that `shelving` follows; `data` is the program's own folder."""
    source = Source(shelving.root, shelving.zone, shelving.language, shelving.zone_is_assumed)
    return Publisher(
        shelving.root,
        Uploading(shelving.db, source, shelving.now),
        Editing(shelving.db, shelving.root, shelving.zone, shelving.sync, shelving.now),
        Previewing(library, data / "previews"),
    )

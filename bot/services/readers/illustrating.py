"""Pictures for posts: formulas drawn when first needed and kept, images of the folder checked; known by hash."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from bot.content.images import MAX_IMAGE_BYTES, check_image
from bot.content.opening import read_file
from bot.content.problems import ContentError
from bot.services.ports import PictureStore
from bot.services.readers.pictures.card import MAX_RATIO, png_size
from bot.services.readers.pictures.kept import KeptPictures
from bot.services.readers.pictures.process import DrawingFailedError, DrawingProcess, DrawingRefusedError

_log = logging.getLogger(__name__)

TIME_LIMIT = timedelta(seconds=5)
KEPT_BYTES = 256 * 1024 * 1024
# Part of every key: raise it when formulas are drawn in another way, and all are drawn again.
_DRAWING_VERSION = 2
# Formulas remembered as undrawable, so that readers do not wait for them again; a slow one has a second try, since
# the machine may have been busy.
_MAX_FAILURES = 4096
_TRIES = 2
_PHOTO_TYPES = frozenset({"png", "jpeg", "webp"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture on the disk. `key` is its hash, `width` and `height` are in pixels.

    `file_id` is what Telegram called it when it was sent before.
    """

    key: str
    path: Path
    width: int
    height: int
    file_id: str | None = None


class Illustrator:
    """Makes pictures; `folder` is a folder under the data folder, `store` remembers file_ids across restarts.

    Use as an async context manager, or close it: it may hold a process.
    """

    def __init__(
        self,
        folder: Path,
        *,
        store: PictureStore | None = None,
        time_limit: timedelta = TIME_LIMIT,
        kept_bytes: int = KEPT_BYTES,
        process: DrawingProcess | None = None,
    ) -> None:
        self._kept = KeptPictures(folder, kept_bytes)
        self._store = store
        self._process = process or DrawingProcess(time_limit=time_limit)
        self._failures: OrderedDict[str, int] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._process.close()

    async def draw(self, latex: str) -> Drawing | None:
        """The displayed formula on a white card; None when it cannot be drawn, and is to be shown as source."""
        key = formula_key(latex)
        if self._failures.get(key, 0) >= _TRIES:
            return None
        data = await asyncio.to_thread(self._kept.get, key)
        if data is None:
            data = await self._drawn(key, latex)
        if data is None:
            return None
        width, height = png_size(data)
        return Drawing(key, self._kept.path(key), width, height, await self.file_id(key))

    async def photo(self, root: Path, path: str) -> Drawing | None:
        """The image at `path` (relative, forward slashes) in the content folder `root`, if it may be sent as photo.

        None when it is gone, outside, no PNG, JPEG or WebP, damaged or over a limit.
        """
        try:
            data = await asyncio.to_thread(read_file, root, path, limit=MAX_IMAGE_BYTES)
            facts = check_image(path, data)
        except ContentError as error:
            _log.info("%s", error)
            return None
        long, short = max(facts.width, facts.height), min(facts.width, facts.height)
        if facts.type not in _PHOTO_TYPES or long > short * MAX_RATIO:
            return None
        key = hashlib.sha256(data).hexdigest()
        return Drawing(key, root / path, facts.width, facts.height, await self.file_id(key))

    async def remember(self, key: str, file_id: str) -> None:
        """Keep what Telegram calls a picture, so that it is uploaded once."""
        if self._store is not None:
            await self._store.put(key, file_id)

    async def file_id(self, key: str) -> str | None:
        """What Telegram called the picture when it was sent last, by anybody's asking."""
        return await self._store.get(key) if self._store is not None else None

    async def _drawn(self, key: str, latex: str) -> bytes | None:
        try:
            data = await self._process.draw(latex)
        except DrawingRefusedError as error:
            self._give_up(key, _TRIES, error)
            return None
        except DrawingFailedError as error:
            self._give_up(key, 1, error)
            return None
        try:
            await asyncio.to_thread(self._kept.put, key, data)
        except OSError as error:
            _log.warning("the picture of a formula could not be kept: %s", error.strerror)
            return None
        return data

    def _give_up(self, key: str, tries: int, error: Exception) -> None:
        _log.info("a formula is shown as source: %s", error)
        self._failures[key] = self._failures.get(key, 0) + tries
        if len(self._failures) > _MAX_FAILURES:
            self._failures.popitem(last=False)


def formula_key(latex: str) -> str:
    """The hash under which a formula's picture is known, 64 hexadecimal digits."""
    return hashlib.sha256(f"formula {_DRAWING_VERSION}\0{latex.strip()}".encode("utf-8", "surrogatepass")).hexdigest()

"""Pictures kept in a folder under the hash of what they show; the least recently used go when it is full.

Blocking: call from a thread.
"""

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_SUFFIX = ".png"
# Kept when the folder is emptied to make room, as a share of its limit.
_KEPT_SHARE = 0.8


@dataclass
class KeptPictures:
    """`limit` is in bytes; the folder is made when the first picture comes."""

    folder: Path
    limit: int
    _size: int | None = field(default=None, repr=False)

    def path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def get(self, key: str) -> bytes | None:
        """The picture, which counts as used now."""
        path = self.path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data or None

    def put(self, key: str, data: bytes) -> Path:
        """Write the picture whole or not at all. Raises OSError when the disk does not take it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        before = self._measure() if self._size is None else self._size
        path = self.path(key)
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._size = before + len(data)
        if self._size > self.limit:
            self._make_room(path)
        return path

    def _measure(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _files(self) -> list[tuple[float, int, Path]]:
        files = []
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                facts = path.stat()
                files.append((facts.st_mtime, facts.st_size, path))
        return files

    def _make_room(self, newest: Path) -> None:
        files = sorted(self._files())
        size = sum(size for _, size, _ in files)
        for _, bytes_freed, path in files:
            if size <= self.limit * _KEPT_SHARE:
                break
            if path != newest:
                path.unlink(missing_ok=True)
                size -= bytes_freed
        self._size = size

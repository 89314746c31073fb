"""Files as Telegram keeps them: sent once, known by file_id ever after; the oldest make room for new ones."""

import hashlib
import mimetypes
import struct
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.sandbox.errors import bad_request
from bot.sandbox.limits import MAX_PHOTO_BYTES, MAX_PHOTO_RATIO, MAX_PHOTO_SIDES, MAX_STORED_FILE_BYTES


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`kind` is photo or document; `width` and `height` are a photo's, in pixels, else 0."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """The `file_path` of getFile."""
        folder = "photos" if self.kind == "photo" else "documents"
        suffix = mimetypes.guess_extension(self.mime_type) or ""
        return f"{folder}/{self.unique_id}{suffix}"


@dataclass
class FileStore:
    by_id: "OrderedDict[str, StoredFile]" = field(default_factory=OrderedDict)
    stored_bytes: int = 0

    def add(self, kind: str, name: str, data: bytes, mime_type: str | None = None) -> StoredFile:
        """Keep a file. Photos are measured; ApiError 400 when Telegram would refuse it."""
        if not data:
            raise bad_request("file must be non-empty")
        width = height = 0
        if kind == "photo":
            width, height = check_photo(data)
            mime_type = "image/jpeg" if data[:2] == b"\xff\xd8" else "image/png"
        unique = hashlib.sha256(kind.encode() + data + name.encode()).hexdigest()[:16]
        file_id = f"{'AgACAgIAAx' if kind == 'photo' else 'BQACAgIAAx'}{unique}"
        mime_type = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        stored = StoredFile(file_id, f"AQAD{unique}", kind, name, mime_type, data, width, height)
        if file_id not in self.by_id:
            self.stored_bytes += len(data)
        self.by_id[file_id] = stored
        while self.stored_bytes > MAX_STORED_FILE_BYTES and len(self.by_id) > 1:
            self.stored_bytes -= len(self.by_id.popitem(last=False)[1].data)
        return stored

    def get(self, file_id: str, kind: str | None = None) -> StoredFile:
        """The file of that id; ApiError 400 when unknown, or of another kind than asked."""
        stored = self.by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if kind is not None and stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
        return stored

    def at_path(self, path: str) -> StoredFile | None:
        return next((stored for stored in self.by_id.values() if stored.path == path), None)


def check_photo(data: bytes) -> tuple[int, int]:
    """Width and height from the header of a PNG, JPEG, GIF or WebP; ApiError 400 when it is no photo for Telegram."""
    if len(data) > MAX_PHOTO_BYTES:
        raise bad_request("file is too big for a photo")
    size = _png(data) or _gif(data) or _jpeg(data) or _webp(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if width < 1 or height < 1 or width + height > MAX_PHOTO_SIDES:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    if max(width, height) > MAX_PHOTO_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _png(data: bytes) -> tuple[int, int] | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> tuple[int, int] | None:
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 10:
        return None
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        # Start-of-frame markers carry the size; C4, C8 and CC share their range and do not.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    if data[12:16] == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF

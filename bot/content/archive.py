"""Zip bundles read in memory within caps: posts and images come out, a name is never used as a path on the disk."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from stat import S_IFMT, S_ISLNK

from bot.content.naming import is_post_name
from bot.content.problems import Code, ContentError, problem
from bot.content.sizes import file_size

MAX_ENTRIES = 200
MAX_UNPACKED_BYTES = 50 * 1024 * 1024
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
TEXT_SUFFIX = ".txt"

# APPNOTE.TXT 4.3: the end record, entries of the central directory, and the header before each file.
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MARK, _ENTRY_MARK, _LOCAL_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_MAX_COMMENT = 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_ZIP64 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in a bundle; `name` has forward slashes and leads nowhere outside."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """The posts and images of a bundle, and the names of what was left in it: `links`, and what is of neither kind."""

    files: tuple[Packed, ...]
    left_out: tuple[str, ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    is_link: bool
    at: int


def is_archive(data: bytes) -> bool:
    """Whether these bytes are meant as a zip file."""
    return data.startswith((_LOCAL_MARK, _END_MARK))


def unpack(file: str, data: bytes) -> Bundle:
    """The bundle in `data`, named `file` in problems. Raises ContentError; never more than the caps in memory."""
    try:
        return _unpack(file, data)
    except (struct.error, zlib.error, IndexError, UnicodeDecodeError):
        raise ContentError(problem(Code.ARCHIVE_BROKEN, file)) from None


def _unpack(file: str, data: bytes) -> Bundle:
    entries, directory = _entries(file, data)
    _check_apart(file, data, entries, directory)
    found: list[Packed] = []
    left_out: list[str] = []
    links: list[str] = []
    room = MAX_UNPACKED_BYTES
    for entry in entries:
        if entry.name.endswith("/"):
            continue
        if entry.is_link or not _is_wanted(entry.name):
            (links if entry.is_link else left_out).append(entry.name)
            continue
        content = _content(file, data, entry, room)
        room -= len(content)
        found.append(Packed(entry.name, content))
    if not found:
        raise ContentError(problem(Code.ARCHIVE_EMPTY, file))
    return Bundle(tuple(found), *(tuple(name for name in names if not _is_litter(name)) for names in (left_out, links)))


def _entries(file: str, data: bytes) -> tuple[list[_Entry], int]:
    """What the central directory lists, its count judged before it is read; and where the directory begins."""
    at = data.rfind(_END_MARK, max(0, len(data) - _END.size - _MAX_COMMENT))
    if at < 0:
        raise ContentError(problem(Code.ARCHIVE_BROKEN, file))
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(data, at)
    if count > MAX_ENTRIES:
        raise ContentError(problem(Code.ARCHIVE_TOO_MANY, file, count=str(count), limit=str(MAX_ENTRIES)))
    if disk or first_disk or here != count or _ZIP64 in {size, offset}:
        raise ContentError(problem(Code.ARCHIVE_UNSUPPORTED, file))
    if offset + size > at:
        raise ContentError(problem(Code.ARCHIVE_BROKEN, file))
    entries = list(_listed(file, data[offset : offset + size], count))
    return entries, offset


def _listed(file: str, directory: bytes, count: int) -> Iterator[_Entry]:
    at = 0
    for _ in range(count):
        fields = _ENTRY.unpack_from(directory, at)
        mark, _, _, flags, method, _, _, crc, packed, size, name_size, extra, comment, _, _, outside, offset = fields
        if mark != _ENTRY_MARK:
            raise ContentError(problem(Code.ARCHIVE_BROKEN, file))
        raw = directory[at + _ENTRY.size : at + _ENTRY.size + name_size]
        if flags & _ENCRYPTED or method not in {_STORED, _DEFLATED} or _ZIP64 in {packed, size, offset}:
            raise ContentError(problem(Code.ARCHIVE_UNSUPPORTED, file))
        is_link = S_ISLNK(S_IFMT(outside >> 16))
        yield _Entry(_name(file, raw, flags), flags, method, crc, packed, size, is_link, offset)
        at += _ENTRY.size + name_size + extra + comment
    if at != len(directory):
        # More entries than the end record owns up to.
        raise ContentError(problem(Code.ARCHIVE_BROKEN, file))


def _name(file: str, raw: bytes, flags: int) -> str:
    """The entry's name; without the UTF-8 mark, Chinese Windows writes GB18030."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        if flags & _UTF8:
            raise
        try:
            name = raw.decode("gb18030")
        except UnicodeDecodeError:
            name = raw.decode("cp437")
    name = name.replace("\\", "/")
    parts = name.removesuffix("/").split("/")
    leads_out = name.startswith("/") or ":" in parts[0] or any(part in {"", ".", ".."} for part in parts)
    if leads_out or not name.isprintable():
        shown = "".join(character if character.isprintable() else "\ufffd" for character in name)
        raise ContentError(problem(Code.ARCHIVE_NAME, file, name=shown))
    return name


def _check_apart(file: str, data: bytes, entries: list[_Entry], directory: int) -> None:
    """No two files share bytes: overlapping ones make a small archive unpack to a huge one."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.at):
        start = _data_start(file, data, entry)
        if entry.at < end or start + entry.packed > directory:
            raise ContentError(problem(Code.ARCHIVE_BROKEN, file))
        end = start + entry.packed


def _data_start(file: str, data: bytes, entry: _Entry) -> int:
    header = _LOCAL.unpack_from(data, entry.at)
    if header[0] != _LOCAL_MARK:
        raise ContentError(problem(Code.ARCHIVE_BROKEN, file))
    return entry.at + _LOCAL.size + int(header[9]) + int(header[10])


def _content(file: str, data: bytes, entry: _Entry, room: int) -> bytes:
    start = _data_start(file, data, entry)
    packed = memoryview(data)[start : start + entry.packed]
    if max(entry.size, entry.packed if entry.method == _STORED else 0) > room:
        raise ContentError(problem(Code.ARCHIVE_TOO_LARGE, file, limit=file_size(MAX_UNPACKED_BYTES)))
    if entry.method == _STORED:
        content = bytes(packed)
    else:
        # One byte more than declared is enough to see that the declaration is a lie.
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.size + 1)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise ContentError(problem(Code.ARCHIVE_BROKEN, file))
    return content


def _is_wanted(name: str) -> bool:
    last = name.rpartition("/")[2]
    if _is_litter(name):
        return False
    return is_post_name(last) or last.lower().endswith((*IMAGE_SUFFIXES, TEXT_SUFFIX))


def _is_litter(name: str) -> bool:
    """What macOS and editors put into folders without being asked."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/")) or name.endswith("Thumbs.db")

"""Bytes of a file to clean text with `\\n` line ends: UTF-8, then GB18030; lines keep their numbers."""

import re
from dataclasses import dataclass

from bot.content.problems import Code, ContentError, problem
from bot.content.sizes import file_size, size_over
from bot.domain.problem import Problem

# Stated to authors; a longer post is slow in every chat app, and PostgreSQL's text search refuses 1 MiB of words.
MAX_POST_BYTES = 1024 * 1024

# More control characters than one in so many: a binary file, whatever its name.
BINARY_SHARE = 100
# Of the characters beyond ASCII that GB18030 gives, so many must be everyday Chinese (GB 2312), else it was a guess.
EVERYDAY_SHARE = 0.7

# Control characters but tab and line feed, byte order marks, and code points that are no characters.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
# What turns the direction of text around: a title must not be able to disguise what follows it.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BINARY_STARTS = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"{\\rtf")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without control characters, and what had to be said about it (never an error)."""

    text: str
    problems: tuple[Problem, ...]


def decode(file: str, data: bytes) -> Decoded:
    """The text of a post's bytes. Raises ContentError when it is too long, binary, or in an unknown encoding."""
    if len(data) > MAX_POST_BYTES:
        size = size_over(len(data), MAX_POST_BYTES)
        raise ContentError(problem(Code.FILE_TOO_LARGE, file, size=size, limit=file_size(MAX_POST_BYTES)))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ContentError(problem(Code.ENCODING_UTF16, file, 1))
    if data.startswith(_BINARY_STARTS):
        raise ContentError(problem(Code.FILE_NOT_TEXT, file))
    text, found = _characters(file, data)
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(text)
    if control is None:
        return Decoded(text, found)
    clean, count = _CONTROL.subn("", text)
    if count * BINARY_SHARE > len(text) + BINARY_SHARE:
        raise ContentError(problem(Code.FILE_NOT_TEXT, file))
    line = text.count("\n", 0, control.start()) + 1
    return Decoded(clean, (*found, problem(Code.CONTROL_CHARACTERS, file, line, count=str(count))))


def printable(text: str) -> str:
    """`text` on its own: no control character but tab and line feed, nothing that turns its direction."""
    return _DIRECTION.sub("", _CONTROL.sub("", text))


def _characters(file: str, data: bytes) -> tuple[str, tuple[Problem, ...]]:
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
    loose = data.decode("utf-8", errors="replace")
    broken = loose.count("\ufffd")
    if sum(1 for character in loose if character > "\x7f") - broken > 4 * broken:
        # Mostly good UTF-8: a cut or mangled character, which GB18030 would turn into a page of nonsense.
        return loose, (problem(Code.ENCODING_BROKEN, file, line, count=str(broken)),)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if not _is_everyday_chinese(text):
        raise ContentError(problem(Code.ENCODING_UNKNOWN, file, line))
    return text, (problem(Code.ENCODING_GB18030, file, line),)


def _is_everyday_chinese(text: str) -> bool:
    beyond = "".join(character for character in text if character > "\x7f")
    known = beyond.encode("gb2312", errors="ignore")
    return bool(beyond) and len(known) // 2 >= len(beyond) * EVERYDAY_SHARE

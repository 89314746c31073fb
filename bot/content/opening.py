"""Files of the content folder, opened so that no link, pipe or device is ever followed or waited for."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.content.decode import MAX_POST_BYTES
from bot.content.problems import Code, ContentError, problem
from bot.content.sizes import file_size, size_over

# O_NONBLOCK: opening a pipe must not wait for its writer. O_NOFOLLOW on every component: no link leads out.
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_file(root: Path, path: str, *, limit: int = MAX_POST_BYTES) -> bytes:
    """The bytes of the regular file at `path` (relative, forward slashes) below `root`.

    Raises ContentError when it is gone, no regular file, behind a link, outside, unreadable, or over `limit` bytes.
    `root` itself may be a link: the operator named it.
    """
    folder, _, name = path.rpartition("/")
    with open_root(root) as top:
        parent = open_folder(top, folder, for_path=path)
        try:
            descriptor = _open(parent, name, _FILE_FLAGS, path)
        finally:
            os.close(parent)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise ContentError(problem(Code.FILE_NOT_REGULAR, path))
        if facts.st_size > limit:
            raise _too_large(path, facts.st_size, limit)
        # A file in /proc says it is empty; one may grow while it is read.
        data = _read(descriptor, limit + 1)
    except OSError as error:
        raise ContentError(problem(Code.FILE_UNREADABLE, path, reason=error.strerror or "")) from None
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise _too_large(path, len(data), limit)
    return data


@contextmanager
def open_root(root: Path) -> Iterator[int]:
    """A descriptor of the content folder. Raises ContentError when it is not there or cannot be read."""
    try:
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise ContentError(problem(Code.FOLDER_MISSING, str(root), folder=str(root))) from None
    except OSError as error:
        raise ContentError(problem(Code.FOLDER_UNREADABLE, str(root), reason=error.strerror or "")) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_folder(root: int, folder: str, *, for_path: str) -> int:
    """A descriptor of `folder` below the descriptor `root`, no component a link; the caller closes it.

    Raises ContentError about `for_path`.
    """
    descriptor = os.dup(root)
    try:
        for name in folder.split("/") if folder else ():
            inner = _open(descriptor, name, _FOLDER_FLAGS, for_path)
            os.close(descriptor)
            descriptor = inner
    except ContentError:
        os.close(descriptor)
        raise
    return descriptor


def _open(parent: int, name: str, flags: int, path: str) -> int:
    if name in {"", ".", ".."} or "\0" in name:
        raise ContentError(problem(Code.FILE_OUTSIDE, path))
    try:
        return os.open(name, flags, dir_fd=parent)
    except FileNotFoundError:
        code = Code.FILE_GONE
    except (OSError, UnicodeEncodeError) as error:
        if _is_link(parent, name):
            code = Code.FILE_IS_LINK
        elif isinstance(error, PermissionError):
            closed = Code.FOLDER_UNREADABLE if flags == _FOLDER_FLAGS else Code.FILE_UNREADABLE
            raise ContentError(problem(closed, path, reason=error.strerror or "")) from None
        else:
            # A socket cannot be opened, a file is no folder, a name is too long.
            code = Code.FILE_NOT_REGULAR
    raise ContentError(problem(code, path))


def _is_link(parent: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except (OSError, UnicodeEncodeError):
        return False


def _read(descriptor: int, limit: int) -> bytes:
    pieces: list[bytes] = []
    left = limit
    while left and (piece := os.read(descriptor, left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _too_large(path: str, size: int, limit: int) -> ContentError:
    return ContentError(problem(Code.FILE_TOO_LARGE, path, size=size_over(size, limit), limit=file_size(limit)))

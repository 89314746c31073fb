"""Files written into the content folder: whole or not at all, over what was expected there or not at all."""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from bot.content.opening import open_folder, open_root, read_file
from bot.content.problems import Code, ContentError, problem

# Not listed as posts are, because of the underscore; what lies there can be put back by hand.
TRASH = "_trash"
# The largest file that is ever kept or compared: an image.
MAX_FILE_BYTES = 16 * 1024 * 1024
# ext4, APFS and NTFS take 255 bytes or more.
MAX_NAME_BYTES = 255

_TEMPORARY = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def content_hash(data: bytes) -> str:
    """How a version of a file is known: SHA-256 in hex, as Document has it."""
    return sha256(data).hexdigest()


def present(root: Path, path: str) -> bytes | None:
    """What lies at `path` now; None when nothing does. Raises ContentError for links, devices and the like."""
    try:
        return read_file(root, path, limit=MAX_FILE_BYTES)
    except ContentError as error:
        if error.problem.code == Code.FILE_GONE:
            return None
        raise


def check_writable(root: Path) -> None:
    """Raises ContentError when files cannot be made in the content folder."""
    with open_root(root) as top:
        name = _temporary_name()
        try:
            os.close(os.open(name, _TEMPORARY, 0o600, dir_fd=top))
            os.unlink(name, dir_fd=top)
        except OSError as error:
            raise _unwritable(str(root), error) from None


def write(root: Path, path: str, data: bytes, *, expected: str | None) -> None:
    """Put `data` at `path`, whose present content has the hash `expected`; None when nothing may be there.

    Folders on the way are made, none of them through a link. A power cut leaves the old file or the new one. Raises
    ContentError: FILE_CHANGED when something else is there, FOLDER_READ_ONLY, or what is wrong with the path.
    """
    folder, _, name = path.rpartition("/")
    check_name(path)
    with open_root(root) as top, _made_folder(top, folder, path) as parent:
        _check_expected(root, path, expected)
        temporary = _temporary_name()
        try:
            _write_temporary(parent, temporary, data, _mode(parent, name))
            if expected is None:
                # Unlike a rename, a link never takes the place of a file that came in between.
                os.link(temporary, name, src_dir_fd=parent, dst_dir_fd=parent, follow_symlinks=False)
                os.unlink(temporary, dir_fd=parent)
            else:
                _check_expected(root, path, expected)
                os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
            os.fsync(parent)
        except OSError as error:
            _remove(parent, temporary)
            if isinstance(error, FileExistsError):
                raise ContentError(problem(Code.FILE_CHANGED, path)) from None
            raise _unwritable(path, error) from None
        except ContentError:
            _remove(parent, temporary)
            raise


def trash(root: Path, path: str, *, expected: str, name: str) -> str:
    """Move the file at `path` to the trash folder as `name`; gives its path there. Raises as `write` does."""
    folder, _, last = path.rpartition("/")
    target = f"{TRASH}/{name}"
    check_name(target)
    with open_root(root) as top, _made_folder(top, TRASH, target) as bin_:
        parent = open_folder(top, folder, for_path=path)
        try:
            _check_expected(root, path, expected)
            # A link first, because a rename would take the place of what is in the trash already.
            os.link(last, name, src_dir_fd=parent, dst_dir_fd=bin_, follow_symlinks=False)
            os.unlink(last, dir_fd=parent)
            os.fsync(bin_)
            os.fsync(parent)
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise ContentError(problem(Code.FILE_CHANGED, target)) from None
            raise _unwritable(path, error) from None
        finally:
            os.close(parent)
    return target


def remove_empty(root: Path, folder: str) -> None:
    """Remove a folder that nothing is in any more, and those above it that only held it, but none at the top."""
    while "/" in folder:
        above, _, name = folder.rpartition("/")
        try:
            with open_root(root) as top:
                parent = open_folder(top, above, for_path=folder)
                try:
                    os.rmdir(name, dir_fd=parent)
                finally:
                    os.close(parent)
        except (OSError, ContentError):
            # Mostly because something is in it.
            return
        folder = above


def check_name(path: str) -> None:
    """Raises ContentError when a component of `path` cannot be a file's name here."""
    for name in path.split("/"):
        if name in {"", ".", ".."} or not name.isprintable():
            raise ContentError(problem(Code.FILE_OUTSIDE, path))
        if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
            raise ContentError(problem(Code.FILE_NAME_UNUSABLE, path))


def _check_expected(root: Path, path: str, expected: str | None) -> None:
    data = present(root, path)
    if (content_hash(data) if data is not None else None) != expected:
        raise ContentError(problem(Code.FILE_CHANGED, path))


@contextmanager
def _made_folder(top: int, folder: str, for_path: str) -> Iterator[int]:
    descriptor = os.dup(top)
    try:
        for name in folder.split("/") if folder else ():
            try:
                os.mkdir(name, dir_fd=descriptor)
                os.fsync(descriptor)
            except FileExistsError:
                pass
            except OSError as error:
                raise _unwritable(for_path, error) from None
            inner = open_folder(descriptor, name, for_path=for_path)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _write_temporary(parent: int, name: str, data: bytes, mode: int | None) -> None:
    descriptor = os.open(name, _TEMPORARY, 0o666, dir_fd=parent)
    try:
        if mode is not None:
            os.fchmod(descriptor, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode(parent: int, name: str) -> int | None:
    """The rights of the file that is replaced, None for a new one, which gets those of the process."""
    try:
        return stat.S_IMODE(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return None


def _remove(parent: int, name: str) -> None:
    # It was never made, or the disk is gone: the first error says more.
    with suppress(OSError):
        os.unlink(name, dir_fd=parent)


def _temporary_name() -> str:
    return f".heliograph-{secrets.token_hex(8)}.tmp"


def _unwritable(path: str, error: OSError) -> ContentError:
    code = Code.FOLDER_READ_ONLY if error.errno in _READ_ONLY else Code.FILE_UNWRITABLE
    return ContentError(problem(code, path, reason=error.strerror or str(error.errno)))

"""The content folder listed: posts, sections and other files, with fingerprints that tell what changed.

What authors' tools hide is not listed: names that begin with a dot (`.git`, `.obsidian`, `.trash`) or an underscore
(Jekyll and Hexo pass over those; `_posts`, `_drafts` and `_index.md` excepted), and `node_modules`. Neither are the
patterns of new posts: Hugo's `archetypes` and Hexo's `scaffolds`, where they stand in a site of these tools.
"""

import os
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import NamedTuple, TypeAlias

from bot.content.naming import is_post_name
from bot.content.opening import open_folder, open_root
from bot.content.problems import Code, ContentError, problem
from bot.domain.problem import Problem

# Deeper than any site; a folder mounted into itself ends here.
MAX_FOLDER_DEPTH = 32
# PostgreSQL's indexes take rows of 2,704 bytes, and a file's own name has 255.
MAX_FOLDER_BYTES = 2000

_LISTED_UNDERSCORES = frozenset({"_posts", "_drafts"})
_UNLISTED = "node_modules"
# Where new posts are copied from, and what stands beside it in a site; a category may have that name elsewhere.
_PATTERNS = {
    "archetypes": frozenset({"content", "layouts", "themes"}),
    "scaffolds": frozenset({"source", "themes"}),
}
# Control characters, and what stands for bytes that are no UTF-8: neither database nor chat takes them.
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOTHING = (0, 0, 0, 0)


class Kind(StrEnum):
    """POST and SECTION are Markdown to read, OTHER may be an image, REFUSED comes with a problem."""

    POST = "post"
    SECTION = "section"
    OTHER = "other"
    REFUSED = "refused"


_POST, _SECTION, _OTHER = Kind.POST, Kind.SECTION, Kind.OTHER


Fingerprint: TypeAlias = tuple[int, int, int, int]
"""Size, time of the last change and of the last change of its facts in nanoseconds, inode: while these stay, the file
is taken as unchanged. A plain tuple, because ten thousand are made and compared at every look."""


class FileEntry(NamedTuple):
    """One file by its path in the folder; REFUSED may also be a folder, and all below it is unknown then."""

    path: str
    fingerprint: Fingerprint
    kind: Kind
    problem: Problem | None = None


def scan_folder(root: Path) -> Iterator[FileEntry]:
    """Every file below `root`, links and devices refused, folders in no particular order.

    Raises ContentError when `root` is not there or cannot be read.
    """
    with open_root(root) as top:
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                yield from _list(top, folder, waiting)
            except ContentError as error:
                if not folder:
                    raise
                # Gone since its parent was listed: nothing to say.
                if error.problem.code != Code.FILE_GONE:
                    yield FileEntry(folder, _NOTHING, Kind.REFUSED, error.problem)


def is_listed(path: str) -> bool:
    """Whether a file at this path would be listed, going by the names alone."""
    *folders, name = path.split("/")
    return all(is_listed_folder(folder) for folder in folders) and not name.startswith(".")


def is_listed_folder(name: str) -> bool:
    """Whether posts are looked for in a folder of this name."""
    return (name[:1] not in {".", "_"} or name in _LISTED_UNDERSCORES) and name != _UNLISTED


def _list(top: int, folder: str, waiting: list[str]) -> list[FileEntry]:
    """The files right in `folder`; the folders in it are added to `waiting`."""
    prefix = f"{folder}/" if folder else ""
    if prefix.count("/") > MAX_FOLDER_DEPTH:
        raise ContentError(problem(Code.FOLDER_TOO_DEEP, folder, limit=str(MAX_FOLDER_DEPTH)))
    if len(os.fsencode(folder)) > MAX_FOLDER_BYTES:
        raise ContentError(problem(Code.FOLDER_PATH_TOO_LONG, folder, limit=str(MAX_FOLDER_BYTES)))
    found: list[FileEntry] = []
    folders: list[str] = []
    descriptor = open_folder(top, folder, for_path=folder)
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                name = entry.name
                is_usable = name.isprintable() or not _UNUSABLE.search(name)
                if is_usable and entry.is_dir(follow_symlinks=False):
                    if is_listed_folder(name):
                        folders.append(name)
                    continue
                if name[0] == ".":
                    continue
                try:
                    facts = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    # Gone since it was listed: nothing to say.
                    continue
                if is_usable and S_ISREG(facts.st_mode):
                    kind = _POST if name.endswith(".md") and name[0] != "_" else _kind(name)
                    found.append(FileEntry(prefix + name, _fingerprint(facts), kind))
                elif is_post_name(name) or entry.is_dir():
                    found.append(_refused(prefix + name, facts, is_usable=is_usable))
                # A pipe or a link that hides no post is nobody's loss.
    except OSError as error:
        raise ContentError(problem(Code.FOLDER_UNREADABLE, folder, reason=error.strerror or "")) from None
    finally:
        os.close(descriptor)
    waiting += [prefix + name for name in folders if name not in _PATTERNS or _PATTERNS[name].isdisjoint(folders)]
    return found


def _fingerprint(facts: os.stat_result) -> Fingerprint:
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino


def _kind(name: str) -> Kind:
    if not is_post_name(name):
        return _OTHER
    if name[0] != "_":
        return _POST
    return _SECTION if name.startswith("_index.") else _OTHER


def _refused(path: str, facts: os.stat_result, *, is_usable: bool) -> FileEntry:
    if not is_usable:
        path = _UNUSABLE.sub("\ufffd", path)
        return FileEntry(path, _fingerprint(facts), Kind.REFUSED, problem(Code.FILE_NAME_UNUSABLE, path))
    code = Code.FILE_IS_LINK if S_ISLNK(facts.st_mode) else Code.FILE_NOT_REGULAR
    return FileEntry(path, _fingerprint(facts), Kind.REFUSED, problem(code, path))

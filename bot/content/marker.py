"""The file by which replicas know the content folder that they share: an id in a line of its own."""

import re
from pathlib import Path

from bot.content import writing
from bot.content.opening import read_file
from bot.content.problems import Code, ContentError

NAME = ".heliograph"
"""Hidden, so that it is never listed as a post."""

_LIMIT = 4096
_ID = re.compile(rb"^[0-9a-f]{32}\s*$", re.MULTILINE)
_WORDS = "# The replicas of a publication know the folder that they share by this line: keep it with the posts.\n"


def read(root: Path) -> str | None:
    """The folder's id; None without a marker, "" when it says none. Raises ContentError when it cannot be read."""
    try:
        data = read_file(root, NAME, limit=_LIMIT)
    except ContentError as error:
        if error.problem.code == Code.FILE_GONE:
            return None
        raise
    found = _ID.search(data)
    return found[0].decode().strip() if found else ""


def write(root: Path, folder_id: str) -> None:
    """Mark a folder, whatever its marker says now. Raises ContentError, as when the folder is read-only."""
    before = writing.present(root, NAME)
    expected = None if before is None else writing.content_hash(before)
    writing.write(root, NAME, f"{_WORDS}{folder_id}\n".encode(), expected=expected)

"""Which Markdown files a command means: each with the folder that its images and links are looked for in."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.content.bundle import Attachments
from bot.content.folder import FileEntry, Kind, scan_folder
from bot.content.problems import ContentError
from bot.domain.errors import HeliographError

# A file that stands alone may stand in a very full folder.
_MAX_FILES = 20_000


class NothingToRenderError(HeliographError):
    """A path that names no Markdown file; the message says what to do."""


@dataclass(frozen=True)
class Folder:
    """What images and links of its posts are resolved against."""

    root: Path
    site_url: str
    zone: ZoneInfo

    @cached_property
    def attachments(self) -> Attachments:
        """Its files that are no posts; listed when the first image asks."""
        return Attachments(entry.path for entry in islice(_scan(self.root), _MAX_FILES))


@dataclass(frozen=True, slots=True)
class Source:
    """A file to render: `path` is the one below the folder."""

    folder: Folder
    path: str

    @property
    def shown(self) -> str:
        """The path as a person would write it."""
        return str(self.folder.root / self.path)


def sources(paths: list[Path], *, site_url: str, zone: ZoneInfo) -> Iterator[Source]:
    """The Markdown files that `paths` are or hold. Raises NothingToRenderError at a path that has none."""
    for path in paths:
        if path.is_dir():
            root, names = path, sorted(entry.path for entry in _scan(path) if entry.kind is Kind.POST)
        elif path.is_file():
            root, names = path.parent, [path.name]
        else:
            raise NothingToRenderError(f"There is no file or folder at {path}; write the path of a Markdown file.")
        if not names:
            raise NothingToRenderError(f"No Markdown file is in {path}; write the path of one, or of their folder.")
        folder = Folder(root, site_url, zone)
        yield from (Source(folder, name) for name in names)


def _scan(root: Path) -> Iterator[FileEntry]:
    try:
        yield from scan_folder(root)
    except ContentError as error:
        raise NothingToRenderError(f"{error.problem.what}; {error.problem.mend}".capitalize() + ".") from None

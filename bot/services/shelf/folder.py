"""What changed in the content folder since it was last read, and the reading of what changed."""

import marshal
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.bundle import Attachments
from bot.content.document import read_document
from bot.content.folder import FileEntry, Fingerprint, Kind, scan_folder
from bot.content.language import detect
from bot.content.opening import read_file
from bot.content.problems import Code, ContentError
from bot.content.section import read_section
from bot.domain.post import Document, Section
from bot.domain.problem import Problem
from bot.storage.shelf.files import Images, SeenFile

# Marshal's version 2 writes equal values alike; later ones also tell which of them are the same object.
_STABLE = 2
_READ = frozenset({Kind.POST, Kind.SECTION})


# Raised whenever the same file would give another post: every file is read anew then.
READING = 3


@dataclass(frozen=True, slots=True)
class Source:
    """The folder and how it is read: the zone of dates without one, the language of texts without letters."""

    root: Path
    zone: ZoneInfo
    language: str
    zone_is_assumed: bool = False

    @property
    def reading(self) -> str:
        """What posts depend on beside their files."""
        return f"{READING} {self.zone.key} {self.language} {self.zone_is_assumed}"


@dataclass(frozen=True)
class Scan:
    """The folder as it is. `digest` stays the same as long as no file that is read changes.

    `others` are the paths of files that posts may show; as long as none comes or goes, `others_digest` stays the same.
    """

    listed: tuple[FileEntry, ...]
    digest: str
    others: tuple[str, ...] = ()
    others_digest: str = ""

    @cached_property
    def entries(self) -> Mapping[str, FileEntry]:
        """Posts and sections by path."""
        return {entry[0]: entry for entry in self.listed if entry[2] in _READ}

    @cached_property
    def attachments(self) -> Attachments:
        """What posts may show; made when it is first needed, for there may be a hundred thousand."""
        return Attachments(self.others)

    @cached_property
    def refused(self) -> tuple[FileEntry, ...]:
        """What cannot be read."""
        return tuple(entry for entry in self.listed if entry[2] is Kind.REFUSED)


@dataclass(frozen=True, slots=True)
class Changes:
    """`changed` are posts and sections to be read, `refused` what cannot be, `vanished` paths that are no more."""

    changed: tuple[FileEntry, ...]
    refused: tuple[FileEntry, ...]
    vanished: frozenset[str]
    unchanged: int


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read: a document in `language`, a section, or neither, and then `problems` may tell why.

    `is_same`: only the fingerprint changed. Neither document, section nor problem: the file is no post. Without
    `has_body` the document's body was dropped to save memory.
    """

    entry: FileEntry
    content_hash: str = ""
    is_same: bool = False
    document: Document | None = None
    language: str = ""
    section: Section | None = None
    problems: tuple[Problem, ...] = ()
    has_body: bool = True

    @property
    def path(self) -> str:
        return self.entry.path

    @property
    def is_gone(self) -> bool:
        """Whether the file went away after it was listed: the next listing tells more."""
        return any(problem.code == Code.FILE_GONE for problem in self.problems)

    @property
    def is_refused(self) -> bool:
        """Whether what was good before stays: something is wrong, and there is no new version."""
        return self.document is None and self.section is None and bool(self.problems)


def scan(source: Source) -> Scan:
    """List the folder. Blocks; raises ContentError when it cannot be listed."""
    listed, others = [], []
    for entry in scan_folder(source.root):
        if entry[2] is Kind.OTHER:
            others.append(entry[0])
        else:
            listed.append(entry)
    # The fastest bytes of ten thousand small tuples, in the order of the file system, which keeps it. Another Python
    # may write others: then everything is looked at once more.
    digest = _digest([source.reading, [entry[:2] for entry in listed]])
    # What an image shows is looked at when it is sent: that it is there needs no look at its facts.
    return Scan(tuple(listed), digest, tuple(others), _digest(others))


def _digest(content: list[Any]) -> str:
    return blake2b(marshal.dumps(content, _STABLE), digest_size=16).hexdigest()


def fingerprint_text(fingerprint: Fingerprint) -> str:
    """A fingerprint as the database keeps it."""
    return "%d:%d:%d:%d" % fingerprint  # noqa: UP031 - as `compare` makes them, in half the time of an f-string


def compare(scanned: Scan, known: Mapping[str, str], *, everything: bool) -> Changes:
    """What differs from the `known` fingerprints; with `everything`, each file counts as changed."""
    entries = scanned.entries
    changed = [
        entry
        for path, entry in entries.items()
        if everything or known.get(path) != "%d:%d:%d:%d" % entry[1]  # noqa: UP031 - ten thousand times
    ]
    changed.sort(key=lambda entry: entry.path)
    missing = known.keys() - entries.keys() - {entry.path for entry in scanned.refused}
    # Nothing is known of what lies in a folder that cannot be read.
    unknown = tuple(f"{entry.path}/" for entry in scanned.refused)
    vanished = frozenset(path for path in missing if not path.startswith(unknown))
    return Changes(tuple(changed), scanned.refused, vanished, len(entries) - len(changed))


def also(changes: Changes, scanned: Scan, paths: Collection[str]) -> Changes:
    """`changes` and those unchanged files."""
    more = tuple(scanned.entries[path] for path in sorted(paths) if path in scanned.entries)
    return replace(changes, changed=changes.changed + more, unchanged=changes.unchanged - len(more))


def without(changes: Changes, paths: Collection[str]) -> Changes:
    """`changes` less those files."""
    return replace(changes, changed=tuple(entry for entry in changes.changed if entry.path not in paths))


def read(source: Source, entry: FileEntry, before: SeenFile | None) -> ReadFile:
    """Read one changed file; `before` is None when it has to be read whatever it was. Never raises; blocks."""
    try:
        data = read_file(source.root, entry.path)
    except ContentError as error:
        return ReadFile(entry, problems=(error.problem,))
    content_hash = sha256(data).hexdigest()
    if before is not None and not before.refused and before.content_hash == content_hash:
        return ReadFile(entry, content_hash, is_same=True)
    if entry.kind is Kind.SECTION:
        section, problems = read_section(entry.path, data)
        return ReadFile(entry, content_hash, section=section, problems=tuple(problems))
    document, problems = read_document(entry.path, data, zone=source.zone, zone_is_assumed=source.zone_is_assumed)
    language = language_of(document, source.language) if document else ""
    return ReadFile(entry, content_hash, document=document, language=language, problems=tuple(problems))


def language_of(document: Document, fallback: str) -> str:
    """The post's language: as its file says, else as its text reads; `fallback` for a text without letters."""
    if document.language:
        return document.language
    return detect(document.body) if any(map(str.isalpha, document.body)) else fallback


def seen_now(file: ReadFile, post_id: int | None, *, refused: bool = False, images: Images | None = None) -> SeenFile:
    """What to remember of a file. One that is refused has no fingerprint: the next change looks at it again."""
    fingerprint = "" if refused else fingerprint_text(file.entry.fingerprint)
    return SeenFile(file.path, fingerprint, file.entry.kind, refused, file.content_hash or None, post_id, images)


def still_seen(file: ReadFile, before: SeenFile | None, *, refused: bool) -> SeenFile:
    """What to remember of a file that gives no post now: what it gave before, while that stands."""
    if before is None or not (file.is_same or refused):
        return seen_now(file, None, refused=refused)
    return seen_now(file, before.post_id, refused=refused, images=before.images if file.is_same else None)

"""What a post's path says: slug, date, language, category, title."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from bot.content import language
from bot.content.decode import printable

POST_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
# A slug becomes a file name, of which file systems take 255 bytes; a Han character is three.
MAX_SLUG_CHARACTERS = 80

# Folders that say how a site is built, not what a post is about.
NEUTRAL_FOLDERS = frozenset({"posts", "post", "_posts", "_drafts", "blog", "articles", "source", "content"})
# Pages that speak for their folder, as Hugo, GitBook, MkDocs and VuePress have them.
_INDEX_NAMES = frozenset({"index", "readme"})
# Papers about a repository; at the top of the folder, and without front matter, they are no posts.
_REPOSITORY_PAPERS = re.compile(
    "[Rr][Ee][Aa][Dd][Mm][Ee]|LICEN[CS]E|COPYING|NOTICE|CHANGELOG|CHANGES|HISTORY|CONTRIBUTING|CODE_OF_CONDUCT|SECURITY|"
    "SUPPORT|GOVERNANCE|MAINTAINERS|AUTHORS|CONTRIBUTORS|AGENTS|CLAUDE|SUMMARY|TODO"
)
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ ]+(.+))?", re.DOTALL)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH_OR_DAY = re.compile(r"[0-3]?\d")


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What a path says. `neutral_path` is the path without its language, so translations share it."""

    slug: str
    title: str
    neutral_path: str
    date: date | None
    language: str | None
    category: str | None
    is_draft: bool
    is_repository_paper: bool
    is_jekyll: bool


def path_facts(path: str) -> PathFacts:
    """What `path`, relative to the content folder, says about its post."""
    *folders, name = path.split("/")
    stem, tongue = _stem_and_language(name)
    day, rest = _day_and_rest(stem)
    subject_folders = [folder for folder in folders if not language.of_folder(folder)]
    tongue = tongue or next((tag for folder in reversed(folders) if (tag := language.of_folder(folder))), None)
    speaks_for_folder = stem.casefold() in _INDEX_NAMES and bool(subject_folders)
    word = subject_folders[-1] if speaks_for_folder else rest
    if speaks_for_folder:
        folder_day, word = _day_and_rest(word)
        day = day or folder_day
    # A Hugo leaf bundle (`nlp/my-post/index.md`) is a post, not a category of its own.
    candidates = subject_folders[:-1] if stem.casefold() == "index" else subject_folders
    return PathFacts(
        slug=clean_slug(word) or clean_slug(stem) or "post",
        title=printable(word).strip() or stem,
        neutral_path="/".join([*subject_folders, stem]),
        date=day,
        language=tongue,
        category=_category(candidates),
        is_draft="_drafts" in folders,
        is_repository_paper=not subject_folders and bool(_REPOSITORY_PAPERS.fullmatch(stem)),
        is_jekyll="_posts" in folders and day is not None,
    )


def clean_slug(text: str) -> str:
    """`text` in lower case, with hyphens for space and slashes; empty when nothing usable is left."""
    folded = unicodedata.normalize("NFKC", printable(text)).casefold()
    return re.sub(r"[\s/\\-]+", "-", folded).strip("-.")[:MAX_SLUG_CHARACTERS].strip("-.")


def qualified_slug(path: str) -> str:
    """A longer slug, with the names of the folders, for when the short one is taken."""
    *folders, stem = path_facts(path).neutral_path.split("/")
    parts = folders if stem.casefold() in _INDEX_NAMES else [*folders, _day_and_rest(stem)[1]]
    # Long paths lose their outermost folders, which tell the least.
    slug = clean_slug("-".join(part for part in parts if part.casefold() not in NEUTRAL_FOLDERS))
    return slug or path_facts(path).slug


def dated_slug(path: str) -> str:
    """The whole file name as a slug, with the date that Hugo and Jekyll take out of it."""
    return clean_slug(path_facts(path).neutral_path.rpartition("/")[2]) or "post"


def is_post_name(name: str) -> bool:
    """Whether a file of this name is Markdown."""
    return name.endswith(POST_SUFFIXES) or name.lower().endswith(POST_SUFFIXES)


def _stem_and_language(name: str) -> tuple[str, str | None]:
    stem = name[: -len(suffix)] if (suffix := PurePosixPath(name).suffix) else name
    front, dot, last = stem.rpartition(".")
    if dot and front and (tag := language.of_suffix(last)):
        return front, tag
    return stem, None


def _day_and_rest(stem: str) -> tuple[date | None, str]:
    match = _DATED.fullmatch(stem)
    if match is None:
        return None, stem
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None, stem
    return day, match[4] or stem


def _category(folders: list[str]) -> str | None:
    """The first folder that names a subject: not a neutral one, nor the year, month and day of an archive."""
    in_archive = False
    for folder in folders:
        if _YEAR.fullmatch(folder):
            in_archive = True
        elif not (in_archive and _MONTH_OR_DAY.fullmatch(folder)) and folder.casefold() not in NEUTRAL_FOLDERS:
            return " ".join(printable(folder).split()) or None
    return None

"""Posts: what a file says (Document), and how a post is known to the outside (slug and key)."""

import hashlib
import unicodedata
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a post stands. Only PUBLISHED is on the shelf; the clock moves SCHEDULED on and PUBLISHED to EXPIRED."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    DRAFT = "draft"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Document:
    """A post as its file gives it; times are aware and in UTC.

    `path` is relative to the content folder, with forward slashes. `title` and `summary` are None when the front
    matter has none: publishing fills them from the tree. `date` is None when neither front matter nor file name
    gives one: the first-seen time stands in. `categories` are paths, outermost name first. `body_line` is the line
    of the file on which `body` starts, from 1.
    `content_hash` is the SHA-256 of the file's bytes, in hex. `slug_line` is the line that gives the slug, 0 when the
    slug was made from the path. `not_before` is set when front matter holds the post back longer than `date` does.
    `weight` tells how strongly the post is pinned: 0 not at all, larger first. `language` is a lower-case tag: `zh`,
    `en`, `ja`, `pt-br`; traditional Chinese is `zh-hant`.
    """

    path: str
    slug: str
    body: str
    body_line: int
    content_hash: str
    title: str | None = None
    summary: str | None = None
    date: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    draft: bool = False
    categories: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    cover: str | None = None
    language: str | None = None
    weight: int = 0
    slug_line: int = 0
    not_before: datetime | None = None
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Section:
    """A category's page (`_index.md` in its folder): names and descriptions by language, an order.

    `folder` is relative to the content folder; `name` is what posts call the category when they name none.
    """

    folder: str
    name: str
    title: str | None = None
    title_zh: str | None = None
    title_en: str | None = None
    description: str | None = None
    description_zh: str | None = None
    description_en: str | None = None
    weight: int = 0


def post_key(slug: str) -> str:
    """Ten characters of `a-z2-7` (50 bits) that name the post in buttons and deep links.

    Made from the slug alone, so that links outlive a rebuilt database; translations of one post share it.
    """
    return b32encode(hashlib.blake2b(slug.encode(), digest_size=7).digest()).decode().lower()[:10]


def category_key(folded_name: str) -> str:
    """Eight characters of `a-z2-7` that name a category or tag in buttons; from its folded name."""
    return b32encode(hashlib.blake2b(folded_name.encode(), digest_size=5).digest()).decode().lower()


def fold_name(name: str) -> str:
    """The form in which two names of a category are one: width, case and space do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def topic_path(names: Sequence[str]) -> str:
    """The folded names of a category's path (or a tag), outermost first, joined by `/`; its key is made from this."""
    # U+2215 looks like a slash: a category called CI/CD is not the child of CI.
    return "/".join(fold_name(name).replace("/", "\u2215") for name in names)


def state_at(now: datetime, *, date: datetime, expires: datetime | None, draft: bool) -> State:
    """Where a post whose file is there stands at `now`."""
    if draft:
        return State.DRAFT
    if expires is not None and expires <= now:
        return State.EXPIRED
    return State.SCHEDULED if date > now else State.PUBLISHED


def best_language(languages: Iterable[str], reader: str) -> str:
    """Which of a post's languages a reader of `reader` sees: theirs, a variant of it, English, Chinese, else any."""

    def rank(language: str) -> tuple[int, str]:
        wishes = (
            language == reader,
            language.partition("-")[0] == reader,
            language == "en",
            language.startswith("zh"),
        )
        return (next((place for place, wish in enumerate(wishes) if wish), len(wishes)), language)

    return min(languages, key=rank)

"""The shelf as a whole: which post has which slug, and which posts are translations of one another.

A slug made from a file name gives way in silence when it is taken: the post gets a longer one with the names of its
folders, because `time/format.md` beside `strings/format.md` is no slip. A slug that an author wrote twice is a problem:
of two posts from different days, which Hugo tells apart by their dates, the newer gets a longer one; of two from the
same day, or without dates, it is refused as a copy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.content.naming import dated_slug, path_facts, qualified_slug
from bot.content.problems import Code, problem
from bot.domain.post import post_key
from bot.domain.problem import Problem

_NEVER = datetime.max.replace(tzinfo=UTC)


class Claimant(Protocol):
    """A post that wants a slug: a Document is one; `language` should be detected where it is not given."""

    @property
    def path(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def slug_line(self) -> int: ...
    @property
    def language(self) -> str | None: ...
    @property
    def date(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Slugs:
    """The slug of every post by path; a post that is missing is refused, and among the problems."""

    by_path: Mapping[str, str]
    problems: tuple[Problem, ...]


def resolve_slugs(documents: Iterable[Claimant], held: Mapping[str, str] | None = None) -> Slugs:
    """Give every post its slug; posts with one slug are translations of one another.

    `held` are the slugs given before, by path: who holds one keeps it, else the older post, by date, does. A
    slug in the same language, both written by their authors, is a problem of the newer post that names the other.
    """
    held = held or {}
    given: dict[str, str] = {}
    taken: dict[str, list[Claimant]] = {}
    problems: list[Problem] = []
    for document in sorted(documents, key=lambda document: _age(document, held)):
        rivals = [holder for holder in taken.get(document.slug, []) if not _are_translations(document, holder)]
        if not rivals and document.slug_line:
            slug: str | None = document.slug
        elif document.slug_line and not all(_are_days_apart(document, rival) for rival in rivals):
            slug = None
        else:
            slug = next((slug for slug in _wishes(document, held) if _is_free(document, taken.get(slug, []))), None)
        if slug is not None:
            given[document.path] = slug
            taken.setdefault(slug, []).append(document)
        if rivals and document.slug_line:
            problems.append(_collision(document, rivals[0], slug))
    return Slugs(given, tuple(problems))


def _collision(document: Claimant, rival: Claimant, given: str | None) -> Problem:
    facts = {"slug": document.slug, "language": document.language or "?", "other": rival.path}
    if given is None:
        return problem(Code.SLUG_TAKEN, document.path, document.slug_line, **facts)
    return problem(Code.SLUG_SHARED, document.path, document.slug_line, given=given, **facts)


def _age(document: Claimant, held: Mapping[str, str]) -> tuple[bool, datetime, int, str]:
    """Who holds a slug comes first, then the older post; the shorter path breaks a tie."""
    holds = document.path in held and (not document.slug_line or held[document.path] == document.slug)
    return not holds, document.date or _NEVER, document.path.count("/"), document.path


def _wishes(document: Claimant, held: Mapping[str, str]) -> Iterable[str]:
    """The slugs that would do, best first."""
    longer = qualified_slug(document.path)
    last = f"{longer}-{post_key(document.path)}"
    if document.slug_line:
        return document.slug, dated_slug(document.path), longer, last
    before = (held[document.path],) if document.path in held else ()
    return *before, document.slug, longer, last


def _is_free(document: Claimant, holders: list[Claimant]) -> bool:
    return all(_are_translations(document, holder) for holder in holders)


def _are_days_apart(one: Claimant, other: Claimant) -> bool:
    return one.date is not None and other.date is not None and one.date.date() != other.date.date()


def _are_translations(one: Claimant, other: Claimant) -> bool:
    """One slug in two languages: meant so when an author wrote it, or when only the language tells the paths apart."""
    if one.language == other.language:
        return False
    if one.slug_line or other.slug_line:
        return True
    return path_facts(one.path).neutral_path == path_facts(other.path).neutral_path

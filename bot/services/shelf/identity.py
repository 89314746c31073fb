"""Which post a file goes on with: the same slug, the same file, or the same content elsewhere. Pure decisions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.post import State
from bot.services.shelf.folder import ReadFile
from bot.storage.shelf.posts import Holder


@dataclass(frozen=True, slots=True)
class Claim:
    """What a post wants to be; `slug` is the wish of its file, `slug_line` 0 when it was made of the path."""

    path: str
    slug: str
    slug_line: int
    language: str
    date: datetime | None
    content_hash: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The row that each file goes on with, None for a new one; rows in `put_aside` must first give up their slug."""

    rows: Mapping[str, int | None]
    put_aside: frozenset[int]


def claim_of(file: ReadFile) -> Claim:
    """The claim of a file that holds a post."""
    document = file.document
    assert document is not None
    return Claim(document.path, document.slug, document.slug_line, file.language, document.date, file.content_hash)


def holding_claim(holder: Holder) -> Claim:
    """The claim of a post whose file did not change, or turned bad: it holds what it has."""
    return Claim(holder.path, holder.slug, int(holder.slug_written), holder.language, holder.date, holder.content_hash)


def standing_claims(holders: Iterable[Holder], *, gone: Collection[str]) -> list[Claim]:
    """What posts hold that stay as they are: all that have a file, except at these paths."""
    return [holding_claim(one) for one in holders if not _is_withdrawn(one) and one.path not in gone]


def held_slugs(
    claims: Iterable[Claim], standing: Iterable[Claim], *, own: Mapping[str, int], holders: Mapping[int, Holder]
) -> dict[str, str]:
    """The slugs that posts had before, by path; `standing` are those whose files are not read again."""
    stands = {(one.slug, one.language): one.path for one in standing}
    languages = {one.path: one.language for one in claims}
    before = {path: holders[post_id].slug for path, post_id in own.items() if post_id in holders}
    held = {
        path: slug
        for path, slug in before.items()
        # A slug with a slash was put aside by a sync that did not come to its end. And whoever goes over to another
        # language may find the slug taken there, by a post that nobody gives another one now.
        if "/" not in slug and (slug, languages.get(path, "")) not in stands
    }
    return held | {path: slug for (slug, _), path in stands.items()}


def plan(
    claims: Sequence[Claim],
    *,
    slugs: Mapping[str, str],
    own: Mapping[str, int],
    holders: Mapping[int, Holder],
    vanished: Collection[str],
) -> Plan:
    """Give every claim its row. `slugs` are those granted, by path; `own` the rows that the files had before.

    A post that moved is known by its slug, then by its content; an edited slug stays with its file.
    """
    by_slug = {(holder.slug, holder.language): holder for holder in holders.values()}
    rows: dict[str, int | None] = {}
    taken: set[int] = set()

    def take(claim: Claim, holder: Holder | None) -> None:
        if holder is not None and holder.id not in taken and claim.path not in rows:
            rows[claim.path] = holder.id
            taken.add(holder.id)

    def named(claim: Claim) -> Holder | None:
        return by_slug.get((slugs[claim.path], claim.language))

    granted = [claim for claim in claims if claim.path in slugs]
    for claim in granted:
        mine = holders.get(own.get(claim.path, -1))
        # Read again for another reason than an edit.
        take(claim, mine if mine and mine.content_hash == claim.content_hash else None)
    for claim in granted:
        holder = named(claim)
        take(claim, holder if holder and (holder.path == claim.path or holder.path in vanished) else None)
    for claim in granted:
        take(claim, holders.get(own.get(claim.path, -1)))
    for claim in granted:
        take(claim, named(claim))
    free = _by_content(holder for holder in holders.values() if holder.path in vanished or _is_withdrawn(holder))
    for claim in granted:
        for twin in free.get(claim.content_hash, ()):
            take(claim, twin)
        rows.setdefault(claim.path, None)
    blocking = {holder.id for claim in granted if (holder := named(claim)) and holder.id != rows[claim.path]}
    return Plan(rows, frozenset(blocking))


def _by_content(holders: Iterable[Holder]) -> Mapping[str, Sequence[Holder]]:
    found: dict[str, list[Holder]] = {}
    for holder in holders:
        found.setdefault(holder.content_hash, []).append(holder)
    return found


def _is_withdrawn(holder: Holder) -> bool:
    return holder.state == State.WITHDRAWN

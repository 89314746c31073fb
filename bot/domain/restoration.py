"""After a restore: since when readers had the posts that the copy does not know, as near as files can tell; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Restoration:
    """When a copy was put back (`at`), and the last that the copy itself has seen (`since`)."""

    at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A file that the first look at the folder finds to be a new post, or a new translation of one.

    `shown_from` is when its front matter lets readers have it, None without a date. `came` is when the file was put
    there or last changed there, `written` when its text last changed; None when the file is not there.
    """

    key: str
    shown_from: datetime | None
    came: datetime | None
    written: datetime | None


def shown_since(
    found: Iterable[Found], restored: Restoration, *, same_folder: bool, most: int
) -> list[tuple[str, datetime]]:
    """The posts that are news to anybody, by key, each with the moment since when readers had it, in that order.

    A file came to the folder when its facts last changed. In a folder that was put back too (not `same_folder`) that
    says nothing: there its date counts, or when it was written. So it does where there are more than `most` posts,
    which may be old ones that were brought together; what is dated before the copy is news to nobody then. A post that
    is not known to have come after the restore had come before it.
    """
    files = list(found)
    few = len({one.key for one in files}) <= most
    moments: dict[str, datetime] = {}
    for one in files:
        moment = _came(one, restored) if few and same_folder else _dated(one, restored)
        if moment <= restored.since and not few:
            continue
        moment = max(moment, restored.since)
        if one.shown_from is None or one.shown_from <= restored.at:
            moment = min(moment, restored.at)
        # With its first translation it was news.
        moments[one.key] = min(moment, moments.get(one.key, moment))
    return sorted(moments.items(), key=lambda each: each[1])


def _came(one: Found, restored: Restoration) -> datetime:
    return max(one.came or restored.since, one.shown_from or restored.since)


def _dated(one: Found, restored: Restoration) -> datetime:
    return one.shown_from or one.written or restored.since

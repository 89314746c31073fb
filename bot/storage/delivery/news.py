"""What became visible, by its numbers: the posts a digest may hold. Functions take the caller's connection."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import News
from bot.domain.post import State
from bot.domain.standing import READERS, Push
from bot.storage.delivery.digest_tables import announcements
from bot.storage.facts import raise_counter
from bot.storage.shelf.listing import SHOWN, CardRow
from bot.storage.shelf.visibility import VISIBLE_SEQ
from bot.storage.tables import post_topics, posts, topics

# A chat that was away for a year is told of the newest; its cursors pass the rest.
MOST = 500

_BETWEEN = (
    select(posts.c.key, func.max(posts.c.visible_seq).label("seq"))
    .where(posts.c.push == Push.OPEN, posts.c.visible_seq > bindparam("low"), posts.c.visible_seq <= bindparam("high"))
    .group_by(posts.c.key)
    .order_by(func.max(posts.c.visible_seq).desc())
    .limit(MOST)
)
_NUMBERED = (
    select(posts.c.key, func.max(posts.c.visible_seq).label("seq"))
    .where(posts.c.push == Push.OPEN, posts.c.visible_seq.in_(bindparam("seqs", expanding=True)))
    .group_by(posts.c.key)
)
_TOPICS = (
    select(posts.c.key, topics.c.kind, topics.c.key)
    .select_from(posts.join(post_topics, post_topics.c.post_id == posts.c.id).join(topics))
    .where(posts.c.key.in_(bindparam("keys", expanding=True)), posts.c.state == State.PUBLISHED)
)
_UPDATED = select(announcements.c.seq).where(announcements.c.seq.in_(bindparam("seqs", expanding=True)))


def _shown(reader: str) -> Select[Any]:
    name = func.coalesce(topics.c[f"name_{reader}"], topics.c.name)
    return (
        select(
            posts.c.key, posts.c.title, posts.c.excerpt, posts.c.date, posts.c.reading_minutes, posts.c.language,
            posts.c.weight, name, topics.c.key, literal(0),
        )
        .select_from(posts.outerjoin(topics, topics.c.id == posts.c.category_id))
        .where(SHOWN[reader], posts.c.key.in_(bindparam("keys", expanding=True)))
    )  # fmt: skip


_CARDS = {reader: _shown(reader) for reader in READERS}
_LATEST_OF = (
    select(posts.c.key)
    .select_from(posts.outerjoin(post_topics, post_topics.c.post_id == posts.c.id).outerjoin(topics))
    .group_by(posts.c.key)
    .order_by(func.max(posts.c.date).desc(), posts.c.key)
    .limit(bindparam("size"))
)


async def between(connection: AsyncConnection, low: int, high: int) -> list[News]:
    """What got a number above `low` and up to `high` and is on the shelf, newest first, MOST at most."""
    rows = (await connection.execute(_BETWEEN, {"low": low, "high": high})).all()
    return await _with_topics(connection, {row.key: row.seq for row in rows})


async def numbered(connection: AsyncConnection, seqs: Collection[int]) -> list[News]:
    """The posts that still have these numbers, newest first."""
    rows = (await connection.execute(_NUMBERED, {"seqs": sorted(seqs)})).all()
    found = sorted(((row.key, row.seq) for row in rows), key=lambda one: -one[1])
    return await _with_topics(connection, dict(found))


async def _with_topics(connection: AsyncConnection, seqs: dict[str, int]) -> list[News]:
    places: dict[str, set[tuple[str, str]]] = {}
    if seqs:
        for key, kind, topic in await connection.execute(_TOPICS, {"keys": sorted(seqs)}):
            places.setdefault(key, set()).add((kind, topic))
    # Whatever has no published row any more was withdrawn, and stands nowhere.
    return [News(seq, key, frozenset(places[key])) for key, seq in seqs.items() if key in places]


async def cards(connection: AsyncConnection, reader: str, keys: Collection[str]) -> dict[str, CardRow]:
    """What readers of a language are shown of these posts, by key."""
    found = await connection.execute(_CARDS[reader], {"keys": sorted(keys)})
    return {row[0]: CardRow(*row) for row in found}


async def texts(connection: AsyncConnection, keys: Collection[str]) -> dict[str, str]:
    """Everything written in these posts (in all translations), for keywords."""
    query = select(posts.c.key, posts.c.title, posts.c.excerpt, posts.c.other_names, posts.c.body).where(
        posts.c.key.in_(sorted(keys)), posts.c.state == State.PUBLISHED
    )
    found: dict[str, str] = {}
    for key, title, excerpt, other_names, body in await connection.execute(query):
        found[key] = "\n".join((found.get(key, ""), title, excerpt, *other_names, body))
    return found


async def updated(connection: AsyncConnection, seqs: Collection[int]) -> set[int]:
    """Which of these numbers announce a post again because it was updated."""
    return set((await connection.execute(_UPDATED, {"seqs": sorted(seqs)})).scalars())


async def latest_of(
    connection: AsyncConnection, reader: str, followed: Sequence[tuple[str, str]], *, everything: bool, size: int
) -> list[str]:
    """Keys of the newest posts of these topics (by kind and key), or of all."""
    query = _LATEST_OF.where(SHOWN[reader])
    if not everything:
        by_kind: dict[str, list[str]] = {}
        for kind, key in followed:
            by_kind.setdefault(kind, []).append(key)
        conditions = [(topics.c.kind == kind) & topics.c.key.in_(keys) for kind, keys in by_kind.items()]
        if not conditions:
            return []
        condition = conditions[0]
        for other in conditions[1:]:
            condition |= other
        query = query.where(condition)
    return list((await connection.execute(query, {"size": size})).scalars())


async def announce(connection: AsyncConnection, key: str, *, now: datetime, nonce: str = "") -> bool:
    """Make a post news once more, marked as updated; False when it is not on the shelf.

    `nonce` is the change by which it is called off.
    """
    on_shelf = posts.c.key == key, posts.c.state == State.PUBLISHED
    rows = (await connection.execute(select(posts.c.id, posts.c.push, posts.c.visible_seq).where(*on_shelf))).all()
    if not rows:
        return False
    seq = await raise_counter(connection, VISIBLE_SEQ, 1)
    await connection.execute(update(posts).where(*on_shelf).values(push=Push.OPEN, visible_seq=seq))
    row = {"seq": seq, "post_key": key, "announced_at": now, "nonce": nonce or None}
    await connection.execute(insert(announcements).values(row | {"before": [list(one) for one in rows]}))
    return True


async def call_off(connection: AsyncConnection, nonce: str) -> int | None:
    """Take an announcement back: its post is news as it was before, to whom it still is. Gives the number it had.

    None when there is no such announcement.
    """
    query = select(announcements.c.seq, announcements.c.before).where(announcements.c.nonce == nonce)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    seq: int = row.seq
    for post_id, push, number in row.before or ():
        # Unless it became news for another reason since then.
        still = posts.c.id == post_id, posts.c.visible_seq == seq
        await connection.execute(update(posts).where(*still).values(push=push, visible_seq=number))
    await connection.execute(delete(announcements).where(announcements.c.seq == seq))
    return seq


async def number_of_announcement(connection: AsyncConnection, nonce: str) -> int | None:
    """The number under which the change `nonce` announced a post."""
    query = select(announcements.c.seq).where(announcements.c.nonce == nonce)
    found: int | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def number_of(connection: AsyncConnection, path: str) -> int | None:
    """Under which number the post at `path` became news; None when it never did."""
    query = select(func.max(posts.c.visible_seq)).where(posts.c.path == path, posts.c.push == Push.OPEN)
    found: int | None = (await connection.execute(query)).scalar_one()
    return found

"""Categories and tags: their rows, their posts, and counters that are always true. Never commits."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

from sqlalchemy import Integer, bindparam, cast, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import Section, category_key, topic_path
from bot.storage.facts import raise_counters
from bot.storage.tables import post_topics, posts, topics
from bot.storage.upsert import insert_or


class Kind(StrEnum):
    CATEGORY = "category"
    TAG = "tag"


# Where a post goes that names no category; authors write the same in three ways.
UNCATEGORISED = "Uncategorised"
UNCATEGORISED_ZH = "未分类"


@dataclass(frozen=True, slots=True)
class Place:
    """A topic that a post names: the names from the outermost to its own."""

    kind: Kind
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        return topic_path(self.names)

    def with_parents(self) -> Iterable["Place"]:
        """The outermost first, itself last."""
        return (Place(self.kind, self.names[: end + 1]) for end in range(len(self.names)))


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one post stands: what is repeated in each of its rows of post_topics."""

    post_id: int
    places: Sequence[Place]
    shown_zh: bool
    shown_en: bool
    weight: int
    date: datetime


Ids = dict[tuple[str, str], int]
"""Topic ids by kind and path."""


async def ensure(connection: AsyncConnection, places: Iterable[Place]) -> Ids:
    """The ids of these topics and of all above them; missing ones are made."""
    wanted = {(str(one.kind), one.path): one for place in places for one in place.with_parents()}
    known = await _ids(connection, wanted)
    # Parents first, so that their ids are there for their children.
    for depth in sorted({len(place.names) for key, place in wanted.items() if key not in known}):
        rows = [
            _new_row(place, known) for key, place in wanted.items() if key not in known and len(place.names) == depth
        ]
        await connection.execute(insert_or(connection, topics).on_conflict_do_nothing(), rows)
        known |= await _ids(connection, {key: place for key, place in wanted.items() if len(place.names) == depth})
    return known


def _new_row(place: Place, known: Ids) -> dict[str, object]:
    parent = place.names[:-1]
    row: dict[str, object] = {
        "kind": place.kind,
        "key": category_key(place.path),
        "path": place.path,
        "parent_id": known[place.kind, topic_path(parent)] if parent else None,
        "name": place.names[-1],
        "name_zh": None,
        "name_en": None,
    }
    if place == Place(Kind.CATEGORY, (UNCATEGORISED,)):
        row |= {"name_zh": UNCATEGORISED_ZH, "name_en": UNCATEGORISED}
    return row


async def _ids(connection: AsyncConnection, wanted: Collection[tuple[str, str]]) -> Ids:
    query = select(topics.c.id, topics.c.kind, topics.c.path).where(topics.c.path.in_({path for _, path in wanted}))
    return {(row.kind, row.path): row.id for row in await connection.execute(query)}


async def place_posts(
    connection: AsyncConnection, placements: Sequence[Placement], ids: Ids, *, replaced: Collection[int]
) -> None:
    """Put posts in their topics; those in `replaced` stood in some before. Call it inside `counted`."""
    if replaced:
        await connection.execute(delete(post_topics).where(post_topics.c.post_id.in_(sorted(replaced))))
    rows = [row for placement in placements for row in _rows(placement, ids)]
    if rows:
        await connection.execute(insert(post_topics), rows)
    await _respell(connection, {row["topic_id"] for row in rows})


def _rows(placement: Placement, ids: Ids) -> list[dict[str, object]]:
    rows: dict[int, dict[str, object]] = {}
    for position, place in enumerate(placement.places):
        for one in place.with_parents():
            topic_id, direct = ids[one.kind, one.path], one == place
            if topic_id in rows and not direct:
                continue
            earlier = rows.get(topic_id)
            rows[topic_id] = {
                "post_id": placement.post_id,
                "topic_id": topic_id,
                "direct": direct,
                "position": earlier["position"] if earlier and earlier["direct"] else position,
                "spelling": one.names[-1],
                "shown_zh": placement.shown_zh,
                "shown_en": placement.shown_en,
                "weight": placement.weight,
                "date": placement.date,
            }
    return list(rows.values())


async def _respell(connection: AsyncConnection, topic_ids: Collection[object]) -> None:
    """A topic is called as its oldest post on the shelf spells it."""
    oldest = (
        select(post_topics.c.spelling)
        .where(post_topics.c.topic_id == topics.c.id, post_topics.c.shown_zh | post_topics.c.shown_en)
        .order_by(post_topics.c.post_id)
        .limit(1)
        .scalar_subquery()
    )
    await connection.execute(
        update(topics).where(topics.c.id.in_(topic_ids)).values(name=func.coalesce(oldest, topics.c.name))
    )


async def places_of(connection: AsyncConnection, post_id: int) -> tuple[Place, ...]:
    """What a post itself names, in its order and its spelling."""
    query = (
        select(topics.c.kind, topics.c.path, post_topics.c.spelling, post_topics.c.direct)
        .join(post_topics, post_topics.c.topic_id == topics.c.id)
        .where(post_topics.c.post_id == post_id)
        .order_by(post_topics.c.position, topics.c.path)
    )
    rows = (await connection.execute(query)).all()
    spelling = {(row.kind, row.path): row.spelling for row in rows}
    return tuple(
        Place(
            Kind(row.kind), tuple(spelling[row.kind, path] for path in accumulate(row.path.split("/"), "{}/{}".format))
        )
        for row in rows
        if row.direct
    )


_SHOW = (
    update(post_topics)
    .where(post_topics.c.post_id == bindparam("which"))
    .values(shown_zh=bindparam("zh"), shown_en=bindparam("en"))
)
_COUNTS = (
    select(
        post_topics.c.topic_id,
        func.sum(cast(post_topics.c.shown_zh, Integer)),
        func.sum(cast(post_topics.c.shown_en, Integer)),
    )
    .select_from(post_topics.join(posts, posts.c.id == post_topics.c.post_id))
    .where(posts.c.key.in_(bindparam("keys", expanding=True)))
    .group_by(post_topics.c.topic_id)
)
_SHOWN = select(func.sum(cast(posts.c.shown_zh, Integer)), func.sum(cast(posts.c.shown_en, Integer))).where(
    posts.c.key.in_(bindparam("keys", expanding=True))
)
_RAISE = (
    update(topics)
    .where(topics.c.id == bindparam("which"))
    .values(count_zh=topics.c.count_zh + bindparam("zh"), count_en=topics.c.count_en + bindparam("en"))
)


async def show(connection: AsyncConnection, shown: Sequence[tuple[int, bool, bool]]) -> None:
    """Repeat posts' `shown_zh` and `shown_en` in their topics. Call it inside `counted`."""
    if shown:
        await connection.execute(_SHOW, [{"which": post_id, "zh": zh, "en": en} for post_id, zh, en in shown])


@asynccontextmanager
async def counted(connection: AsyncConnection, keys: Collection[str], *, new: bool = False) -> AsyncIterator[None]:
    """Keeps counters true over changes to posts with these keys (before and after), by what was shown and what is.

    `new`: nothing has these keys yet, so there is nothing to count before.
    """
    before, shown_before = (Counter(), Counter()) if new else await _counts(connection, keys)
    yield
    after, shown_after = await _counts(connection, keys)
    changes = [
        {
            "which": topic_id,
            "zh": after[topic_id, 0] - before[topic_id, 0],
            "en": after[topic_id, 1] - before[topic_id, 1],
        }
        for topic_id in sorted({topic_id for topic_id, _ in (*before, *after)})
    ]
    if changes := [change for change in changes if change["zh"] or change["en"]]:
        await connection.execute(_RAISE, changes)
    await raise_counters(
        connection, {f"shown_{reader}": shown_after[reader] - shown_before[reader] for reader in ("zh", "en")}
    )


async def _counts(connection: AsyncConnection, keys: Collection[str]) -> tuple[Counter[tuple[int, int]], Counter[str]]:
    asked = {"keys": sorted(keys)}
    counts: Counter[tuple[int, int]] = Counter()
    for topic_id, zh, en in await connection.execute(_COUNTS, asked):
        counts[topic_id, 0], counts[topic_id, 1] = zh, en
    zh, en = (await connection.execute(_SHOWN, asked)).one()
    return counts, Counter({"zh": zh or 0, "en": en or 0})


async def describe(connection: AsyncConnection, name: str, section: Section | None) -> None:
    """Give a category what its pages say of it: names, description and order; None takes that back."""
    place = Place(Kind.CATEGORY, (name,))
    if section is not None:
        await ensure(connection, [place])
    told = {
        "name_zh": section and (section.title_zh or section.title),
        "name_en": section and (section.title_en or section.title),
        "description_zh": section and (section.description_zh or section.description),
        "description_en": section and (section.description_en or section.description),
        "weight": section.weight if section else 0,
    }
    await connection.execute(
        update(topics).where(topics.c.kind == place.kind, topics.c.path == place.path).values(told)
    )

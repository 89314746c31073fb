"""Posts on their way to the shelf and off it: rows, who is shown them, what may be pushed. Never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import State
from bot.domain.standing import Decision, Push, Standing, decide
from bot.storage.exclusive import SHELF, in_turn
from bot.storage.shelf import post_names, topics
from bot.storage.shelf.edition import Edition
from bot.storage.shelf.topics import Kind, Placement
from bot.storage.tables import posts

# SQLite takes some 32,000 values in a statement.
_ASKED_AT_ONCE = 2000

_STANDING = select(
    posts.c.id, posts.c.key, posts.c.language, posts.c.state, posts.c.shown_zh, posts.c.shown_en,
    posts.c.first_published_at, posts.c.push,
).where(posts.c.key.in_(bindparam("keys", expanding=True)))  # fmt: skip
_CONTENT = (
    "key", "slug", "slug_written", "language", "state", "path", "content_hash", "title", "excerpt", "body", "date",
    "updated", "expires", "publish_at", "weight", "category_id", "reading_minutes", "has_formulas", "has_tables",
    "cover", "other_names", "extra", "shown_zh", "shown_en", "first_published_at", "push",
)  # fmt: skip
_UPDATE = update(posts).where(posts.c.id == bindparam("which")).values({name: bindparam(name) for name in _CONTENT})
_DECIDE = (
    update(posts)
    .where(posts.c.id == bindparam("which"))
    .values({name: bindparam(name) for name in ("shown_zh", "shown_en", "first_published_at", "push")})
)


async def put(connection: AsyncConnection, editions: Sequence[Edition], *, now: datetime) -> list[int]:
    """Put editions on the shelf, each in its own row; gives their post ids. Slugs and languages must be free."""
    await in_turn(connection, SHELF)
    keys = {key for edition in editions for key in (edition.key, edition.previous_key) if key}
    before = await _standings(connection, keys)
    async with topics.counted(connection, keys, new=not before):
        decisions = await _decide_all(connection, before, editions, now)
        ids = await topics.ensure(connection, {place for edition in editions for place in edition.places})
        rows = [_row(edition, decision, ids, now) for edition, decision in zip(editions, decisions, strict=True)]
        if old := [row | {"which": row["id"]} for row in rows if row["id"] is not None]:
            await connection.execute(_UPDATE, [{name: row[name] for name in ("which", *_CONTENT)} for row in old])
        if new := [{name: value for name, value in row.items() if name != "id"} for row in rows if row["id"] is None]:
            await connection.execute(insert(posts), new)
        post_ids = await _ids(connection, editions)
        placements = [
            Placement(post_id, edition.places, *decision.shown, edition.weight, edition.date)
            for post_id, edition, decision in zip(post_ids, editions, decisions, strict=True)
        ]
        replaced = {edition.post_id for edition in editions if edition.post_id is not None}
        await topics.place_posts(connection, placements, ids, replaced=replaced)
    await post_names.write(connection, dict(zip(post_ids, editions, strict=True)), replaced)
    return post_ids


async def refresh(connection: AsyncConnection, keys: Collection[str], *, now: datetime) -> None:
    """Decide again who is shown the posts with these keys. Call it inside `topics.counted` after states changed."""
    await _decide_all(connection, await _standings(connection, keys), (), now)


async def change_state(connection: AsyncConnection, post_ids: Collection[int], state: State, *, now: datetime) -> None:
    """Move posts to `state`, and with it on or off every list."""
    if not post_ids:
        return
    await in_turn(connection, SHELF)
    query = select(posts.c.key).where(posts.c.id.in_(sorted(post_ids)))
    keys = set((await connection.execute(query)).scalars())
    async with topics.counted(connection, keys):
        await connection.execute(update(posts).where(posts.c.id.in_(sorted(post_ids))).values(state=state))
        await refresh(connection, keys, now=now)


async def _standings(connection: AsyncConnection, keys: Collection[str]) -> dict[int, Standing]:
    """What there is of these posts, by row id."""
    found: dict[int, Standing] = {}
    for row in await connection.execute(_STANDING, {"keys": sorted(keys)}):
        post_id, key, language, state, zh, en, first, push = row
        found[post_id] = Standing(post_id, key, language, state, (zh, en), first, push)
    return found


async def _decide_all(
    connection: AsyncConnection, before: Mapping[int, Standing], editions: Sequence[Edition], now: datetime
) -> list[Decision]:
    """Write the decisions for rows that stay as they are; give those for `editions`."""
    coming = {edition.post_id for edition in editions if edition.post_id is not None}
    groups: dict[str, list[tuple[int | None, Standing]]] = {}
    for post_id, standing in before.items():
        if post_id not in coming:
            groups.setdefault(standing.key, []).append((None, standing))
    for place, edition in enumerate(editions):
        old = before.get(edition.post_id) if edition.post_id is not None else None
        standing = Standing(
            edition.post_id,
            edition.key,
            edition.language,
            edition.state,
            first_published_at=old.first_published_at if old else None,
            push=old.push if old else Push.NONE,
        )
        groups.setdefault(edition.key, []).append((place, standing))
    decided: dict[int, Decision] = {}
    changed: list[tuple[int, Decision]] = []
    for group in groups.values():
        for (index, row), decision in zip(group, decide([row for _, row in group], now), strict=True):
            if index is not None:
                decided[index] = decision
            elif row.post_id is not None and decision != Decision(row.shown, row.first_published_at, row.push):
                changed.append((row.post_id, decision))
    await _write_decisions(connection, changed)
    return [decided[place] for place in range(len(editions))]


async def _write_decisions(connection: AsyncConnection, changed: Sequence[tuple[int, Decision]]) -> None:
    if changed:
        await connection.execute(_DECIDE, [{"which": post_id} | _columns(decision) for post_id, decision in changed])
        await topics.show(connection, [(post_id, *decision.shown) for post_id, decision in changed])


def _columns(decision: Decision) -> dict[str, object]:
    return {
        "shown_zh": decision.shown[0],
        "shown_en": decision.shown[1],
        "first_published_at": decision.first_published_at,
        "push": decision.push,
    }


def _row(edition: Edition, decision: Decision, ids: topics.Ids, now: datetime) -> dict[str, object]:
    category = next((place for place in edition.places if place.kind is Kind.CATEGORY), None)
    row = {name: getattr(edition, name) for name in _CONTENT if hasattr(edition, name)}
    return row | _columns(decision) | {
        "id": edition.post_id,
        "category_id": ids[category.kind, category.path] if category else None,
        "first_seen": now,
        "other_names": list(edition.other_names),
        "extra": dict(edition.extra),
    }  # fmt: skip


async def _ids(connection: AsyncConnection, editions: Sequence[Edition]) -> list[int]:
    query = select(posts.c.id, posts.c.slug, posts.c.language).where(
        posts.c.slug.in_(sorted({edition.slug for edition in editions}))
    )
    found = {(row.slug, row.language): row.id for row in await connection.execute(query)}
    return [found[edition.slug, edition.language] for edition in editions]


@dataclass(frozen=True, slots=True)
class Holder:
    """A row that a file may go on with."""

    id: int
    key: str
    slug: str
    slug_written: bool
    language: str
    path: str
    state: str
    content_hash: str
    date: datetime
    first_seen: datetime
    title: str = ""


_HOLDERS: Select[Any] = select(
    posts.c.id, posts.c.key, posts.c.slug, posts.c.slug_written, posts.c.language, posts.c.path, posts.c.state,
    posts.c.content_hash, posts.c.date, posts.c.first_seen, posts.c.title,
).where(
    or_(
        posts.c.slug.in_(bindparam("slugs", expanding=True)),
        posts.c.content_hash.in_(bindparam("hashes", expanding=True)),
        posts.c.id.in_(bindparam("ids", expanding=True)),
    )
)  # fmt: skip


async def holders(
    connection: AsyncConnection,
    *,
    slugs: Collection[str] = (),
    hashes: Collection[str] = (),
    ids: Collection[int] = (),
) -> dict[int, Holder]:
    """Rows with one of these slugs, contents or ids, by id."""
    found: dict[int, Holder] = {}
    wanted: dict[str, list[Any]] = {"slugs": sorted(slugs), "hashes": sorted(hashes), "ids": sorted(ids)}
    for start in range(0, max(len(values) for values in wanted.values()), _ASKED_AT_ONCE):
        asked = {name: values[start : start + _ASKED_AT_ONCE] for name, values in wanted.items()}
        found |= {row.id: Holder(*row) for row in await connection.execute(_HOLDERS, asked)}
    return found


async def put_aside(connection: AsyncConnection, post_ids: Collection[int]) -> None:
    """Free the slugs of posts whose name another takes, until they get one of their own. No file's slug has a slash."""
    aside = posts.c.slug + "/" + cast(posts.c.id, String)
    await connection.execute(update(posts).where(posts.c.id.in_(sorted(post_ids))).values(slug=aside))


async def count_live(connection: AsyncConnection) -> int:
    """How many rows stand for a file, on the shelf or not yet."""
    query = select(func.count()).select_from(posts).where(posts.c.state != State.WITHDRAWN)
    number: int = (await connection.execute(query)).scalar_one()
    return number

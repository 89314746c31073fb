"""By which names links find posts, and which keys lead to them. Never commits."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import fold_name, post_key
from bot.storage.shelf.edition import Edition
from bot.storage.tables import names, posts, redirects
from bot.storage.upsert import insert_or

# PostgreSQL's indexes take rows of 2,704 bytes; no link calls a post by so long a name.
_LONGEST_BYTES = 2500

_BY_NAME = (
    select(names.c.name, posts.c.key)
    .select_from(names.join(posts, posts.c.id == names.c.post_id))
    .where(names.c.name.in_(bindparam("wanted", expanding=True)), posts.c.shown_zh | posts.c.shown_en)
    # The last one wins below: the oldest post keeps a name that several have.
    .order_by(names.c.post_id.desc())
)


async def write(connection: AsyncConnection, editions: Mapping[int, Edition], replaced: Collection[int]) -> None:
    """Of these editions, by the ids of their posts; those `replaced` had others until now."""
    if replaced:
        stale = redirects.c.post_id.in_(sorted(replaced)), redirects.c.lasting.is_(False)
        await connection.execute(delete(redirects).where(*stale))
        await connection.execute(delete(names).where(names.c.post_id.in_(sorted(replaced))))
    called = {
        (name, post_id)
        for post_id, edition in editions.items()
        for name in _names_of(edition)
        if len(name.encode()) <= _LONGEST_BYTES
    }
    await connection.execute(insert(names), [{"name": name, "post_id": post_id} for name, post_id in sorted(called)])
    led: dict[tuple[str, int], bool] = {}
    for post_id, edition in editions.items():
        led |= {(post_key(alias), post_id): False for alias in edition.aliases}
        if edition.previous_key and edition.previous_key != edition.key:
            led[edition.previous_key, post_id] = True
    if led:
        rows = [{"key": key, "post_id": post_id, "lasting": lasting} for (key, post_id), lasting in sorted(led.items())]
        await connection.execute(insert_or(connection, redirects).on_conflict_do_nothing(), rows)


def _names_of(edition: Edition) -> Iterable[str]:
    stem = edition.path.rpartition("/")[2].rpartition(".")[0]
    yield edition.path
    yield from filter(None, (fold_name(name) for name in (stem, edition.slug, edition.title, *edition.other_names)))


async def keys_by_name(connection: AsyncConnection, wanted: Collection[str]) -> dict[str, str]:
    """Keys of posts on the shelf by what links call them: paths as they are; slugs, titles and other names folded."""
    found = await connection.execute(_BY_NAME, {"wanted": sorted(wanted)})
    return {row.name: row.key for row in found}

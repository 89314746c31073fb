"""Many subscribers in a few statements, as an import brings them; functions take the caller's connection."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.subscription import Subscriber
from bot.storage import facts
from bot.storage.delivery.digest_tables import subscribers, subscriptions
from bot.storage.delivery.subscribers import load
from bot.storage.shelf.visibility import VISIBLE_SEQ
from bot.storage.tables import chats
from bot.storage.upsert import insert_or

Place: TypeAlias = tuple[int, int]
"""A chat, and the topic in it; 0 is the whole chat."""

_IDS = select(subscribers.c.id, subscribers.c.chat_id, subscribers.c.thread_id).where(
    subscribers.c.chat_id.in_(bindparam("chats", expanding=True))
)
_LANGUAGE = update(chats).where(chats.c.chat_id == bindparam("chat")).values(language=bindparam("chosen"))


async def ids(connection: AsyncConnection, places: Collection[Place]) -> dict[Place, int]:
    """The subscribers' ids of those of these places that have one."""
    rows = await connection.execute(_IDS, {"chats": sorted({chat for chat, _ in places})})
    found = {(row.chat_id, row.thread_id): row.id for row in rows}
    return {place: found[place] for place in places if place in found}


async def find(connection: AsyncConnection, places: Collection[Place]) -> dict[Place, Subscriber]:
    """The subscribers of these places, with all they follow."""
    found = await ids(connection, places)
    whole = await load(connection, found.values())
    return {place: whole[id_] for place, id_ in found.items()}


async def remember(connection: AsyncConnection, kinds: Mapping[int, str], *, now: datetime) -> None:
    """Keep chats and their kinds (private, group, supergroup, channel)."""
    insert = insert_or(connection, chats)
    statement = insert.on_conflict_do_update(index_elements=["chat_id"], set_={"kind": insert.excluded.kind})
    # In one order, so that two who do this at once wait for each other only once.
    await connection.execute(
        statement, [{"chat_id": chat, "kind": kind, "created_at": now} for chat, kind in sorted(kinds.items())]
    )


async def choose_languages(connection: AsyncConnection, languages: Mapping[int, str]) -> None:
    """zh or en, by chat; the chats must be known."""
    if languages:
        rows = [{"chat": chat, "chosen": language} for chat, language in sorted(languages.items())]
        await connection.execute(_LANGUAGE, rows)


async def add(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make subscribers; each row holds its columns but for the id. Those that are there stay as they are."""
    if rows:
        await connection.execute(insert_or(connection, subscribers).on_conflict_do_nothing(), list(rows))


async def follow(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Follow from now on; each row holds subscriber_id, kind, key, name, slot_id and not_before.

    What is on the shelf already is not news.
    """
    if not rows:
        return
    cursor = await facts.count(connection, VISIBLE_SEQ)
    statement = insert_or(connection, subscriptions).on_conflict_do_nothing()
    await connection.execute(statement, [{**row, "cursor": cursor, "created_at": now} for row in rows])

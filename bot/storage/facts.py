"""Small facts about the database itself, by name, and counters. Functions take the caller's connection."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import counters, meta
from bot.storage.upsert import insert_or

_FACT = select(meta.c.value).where(meta.c.name == bindparam("wanted"))
_COUNT = select(counters.c.value).where(counters.c.name == bindparam("wanted"))


async def get(connection: AsyncConnection, name: str) -> Any:
    """The JSON value kept under `name`, None when there is none."""
    return (await connection.execute(_FACT, {"wanted": name})).scalar_one_or_none()


async def put(connection: AsyncConnection, name: str, value: Any) -> None:
    """Keep a JSON value under `name`; None removes it."""
    if value is None:
        await connection.execute(delete(meta).where(meta.c.name == name))
        return
    insert = insert_or(connection, meta)
    statement = insert.values(name=name, value=value)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded.value})
    )


async def count(connection: AsyncConnection, name: str) -> int:
    """A counter's value; 0 before it was first raised."""
    return (await connection.execute(_COUNT, {"wanted": name})).scalar_one_or_none() or 0


async def raise_counter(connection: AsyncConnection, name: str, by: int) -> int:
    """Raise a counter and give its new value.

    Its row stays locked until the transaction ends, so numbers become visible in the order in which they were given.
    """
    statement = update(counters).where(counters.c.name == name).values(value=counters.c.value + by)
    raised: int | None = (await connection.execute(statement.returning(counters.c.value))).scalar_one_or_none()
    if raised is not None:
        return raised
    insert = insert_or(connection, counters)
    added = insert.values(name=name, value=by).on_conflict_do_update(
        index_elements=["name"], set_={"value": counters.c.value + by}
    )
    first: int = (await connection.execute(added.returning(counters.c.value))).scalar_one()
    return first


async def raise_counters(connection: AsyncConnection, by: Mapping[str, int]) -> None:
    """Raise several counters, in one order everywhere so that two transactions never wait for each other."""
    for name in sorted(by):
        if by[name]:
            await raise_counter(connection, name, by[name])

"""Counts of everything, for operators. Functions take the caller's connection and never commit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.storage.border.border_tables import inbox
from bot.storage.delivery.digest_tables import deliveries, subscribers, subscriptions
from bot.storage.migrate import VERSION_TABLE, known_revisions
from bot.storage.tables import chats, posts, problems

# Of what ended only its age matters; counting a year of it would take longer than all the rest.
_STANDING = (State.PLANNED, State.CLAIMED, State.SENDING, State.RETRY, State.UNCERTAIN)
_POSTS = select(posts.c.state, func.count()).group_by(posts.c.state)
_PROBLEMS = select(problems.c.severity, func.count()).group_by(problems.c.severity)
_QUEUE = select(deliveries.c.state, func.count()).where(deliveries.c.state.in_(_STANDING)).group_by(deliveries.c.state)
_OLDEST = select(func.min(deliveries.c.available_at)).where(
    deliveries.c.state.in_([State.PLANNED, State.RETRY, State.CLAIMED])
)
_INBOX = select(func.count(), func.min(inbox.c.kept_at))


_ENGINE = {
    "sqlite": (
        "SQLite",
        "SELECT sqlite_version(), page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    ),
    "postgresql": (
        "PostgreSQL",
        "SELECT current_setting('server_version'), pg_database_size(current_database())",
    ),
}


async def schema_is_current(connection: AsyncConnection) -> bool:
    """Whether the tables are those of this program, neither older nor newer."""
    found = await connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
    current: bool = found.scalar_one_or_none() == known_revisions()[-1]
    return current


async def engine_and_size(connection: AsyncConnection) -> tuple[str, int]:
    """The database's name with its version, and its size in bytes."""
    name, asked = _ENGINE[connection.dialect.name]
    version, size = (await connection.execute(text(asked))).one()
    return f"{name} {version.split()[0]}", size


async def posts_by_state(connection: AsyncConnection) -> dict[str, int]:
    return await _pairs(connection, _POSTS)


async def problems_by_severity(connection: AsyncConnection) -> dict[str, int]:
    return await _pairs(connection, _PROBLEMS)


async def queue_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Digests on their way, and those of which nobody knows whether they arrived."""
    return await _pairs(connection, _QUEUE)


async def oldest_waiting(connection: AsyncConnection) -> datetime | None:
    """Since when the digest has been due that has waited longest; may lie ahead. None when none is open."""
    moment: datetime | None = (await connection.execute(_OLDEST)).scalar_one()
    return moment


async def unfinished(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many updates stand in the inbox, and when the oldest was put there."""
    number, since = (await connection.execute(_INBOX)).one()
    return number, since


async def people(connection: AsyncConnection) -> tuple[int, int, int]:
    """Chats, those of them (and topics) that follow something, and subscriptions."""
    return (
        await _rows(connection, chats),
        await _rows(connection, subscribers),
        await _rows(connection, subscriptions),
    )


async def _rows(connection: AsyncConnection, table: Table) -> int:
    number: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    return number


async def _pairs(connection: AsyncConnection, query: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in await connection.execute(query)}

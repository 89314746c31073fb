"""Slots on the one row that all replicas of a bot share, on PostgreSQL: a GCRA without burst, by the server's clock."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_NOW = "extract(epoch FROM clock_timestamp())::float8"
_ROW: Final = text("INSERT INTO paces (bot_id) VALUES (:bot_id) ON CONFLICT DO NOTHING")
# A crash of the server may forget the last slots: nobody sends without it, so a flush to its disk would buy nothing.
_LAZY = "lazy AS (SELECT set_config('synchronous_commit', 'off', true))"
_FREE = f"greatest(next_at, halted_until, {_NOW})"
_RESERVE: Final = text(f"""
    WITH {_LAZY}
    UPDATE paces SET next_at = {_FREE} + :length FROM lazy
    WHERE bot_id = :bot_id AND (:ahead < 0 OR {_FREE} <= {_NOW} + :ahead)
    RETURNING next_at - :length - {_NOW}, halted_until - {_NOW}
""")  # noqa: S608 - constants
_LOOK: Final = text(f"SELECT {_FREE} - {_NOW}, halted_until - {_NOW} FROM paces WHERE bot_id = :bot_id")  # noqa: S608
_HALT: Final = text(f"""
    WITH {_LAZY}
    UPDATE paces SET halted_until = greatest(halted_until, {_NOW} + :seconds) FROM lazy WHERE bot_id = :bot_id
""")  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Reserved:
    """`count` slots from `wait` seconds from now on; none when the next is too far ahead. `halt` is for everybody."""

    count: int
    wait: float
    halt: float


async def open_row(connection: AsyncConnection, bot_id: int) -> None:
    """Make the bot's row unless it is there."""
    await connection.execute(_ROW, {"bot_id": bot_id})


async def reserve(
    connection: AsyncConnection, bot_id: int, count: int, *, interval: float, ahead: float | None
) -> Reserved:
    """Take the next `count` slots; with `ahead`, only when the first of them is no more seconds away than that."""
    asked = {"bot_id": bot_id, "length": count * interval, "ahead": -1.0 if ahead is None else ahead}
    row = await _row(connection, _RESERVE, asked)
    if row is not None:
        return Reserved(count, max(0.0, row[0]), max(0.0, row[1]))
    row = await _row(connection, _LOOK, {"bot_id": bot_id})
    return Reserved(0, max(0.0, row[0]), max(0.0, row[1])) if row else Reserved(0, 0.0, 0.0)


async def halt(connection: AsyncConnection, bot_id: int, seconds: float) -> None:
    """Nobody's slots begin sooner than so many seconds from now."""
    await connection.execute(_HALT, {"bot_id": bot_id, "seconds": seconds})


async def _row(connection: AsyncConnection, statement: TextClause, asked: dict[str, Any]) -> Any:
    return (await connection.execute(statement, asked)).one_or_none()

"""Cursors of subscriptions on their way past what was sent, or counts as sent. Never commits."""

from collections.abc import Iterable

from sqlalchemy import bindparam, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import at_once
from bot.storage.delivery.digest_tables import subscriptions

_MOVE = (
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("which"), subscriptions.c.cursor == bindparam("from_"))
    .values(cursor=bindparam("to"))
)
_MOVE_TOGETHER = text("""
    UPDATE subscriptions SET cursor = moved."to" FROM
    json_to_recordset(CAST(:rows AS json)) AS moved(which integer, from_ bigint, "to" bigint)
    WHERE subscriptions.id = moved.which AND subscriptions.cursor = moved.from_
""")


async def move(connection: AsyncConnection, moved: Iterable[tuple[int, int, int]]) -> None:
    """Each subscription's cursor from where it was to where it goes; one that has moved since stays there."""
    rows = [{"which": which, "from_": old, "to": new} for which, old, new in moved]
    await at_once.change(connection, _MOVE, _MOVE_TOGETHER, rows)

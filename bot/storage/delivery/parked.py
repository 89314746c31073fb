"""Digests that may or may not have arrived: parked until an admin, or a setting, decides. Never commits."""

from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.storage.delivery.digest_tables import deliveries


async def park(connection: AsyncConnection, *, now: datetime, everybodys: bool) -> int:
    """Digests found in the air that nobody is sending any more are uncertain; gives how many.

    `everybodys` is for the start of a database's only process; else those whose lease is over.
    """
    lost = [deliveries.c.state == State.SENDING]
    if not everybodys:
        lost.append(deliveries.c.lease_until <= now)
    # Whoever holds one is just writing down what became of it.
    found = select(deliveries.c.id).where(*lost).with_for_update(skip_locked=True)
    statement = update(deliveries).where(deliveries.c.id.in_(found.scalar_subquery())).values(
        state=State.UNCERTAIN, cause="the program ended while it was being sent", settled_at=now, owner=None,
        lease_until=None,
    )  # fmt: skip
    return (await connection.execute(statement)).rowcount


async def again(connection: AsyncConnection, delivery_id: int, *, now: datetime) -> bool:
    """Send an uncertain digest once more, as it was; False when it is uncertain no longer."""
    statement = _again(now).where(deliveries.c.id == delivery_id)
    return bool((await connection.execute(statement)).rowcount)


async def all_again(connection: AsyncConnection, *, now: datetime) -> int:
    """Send every uncertain digest once more; gives how many."""
    return (await connection.execute(_again(now))).rowcount


def _again(now: datetime) -> Update:
    return (
        update(deliveries)
        .where(deliveries.c.state == State.UNCERTAIN)
        .values(state=State.PLANNED, resend=True, available_at=now, attempts=0, cause=None, settled_at=None)
    )


async def drop(connection: AsyncConnection, delivery_id: int, *, now: datetime) -> bool:
    """Count an uncertain digest as delivered; False when it is uncertain no longer."""
    statement = (
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == State.UNCERTAIN)
        .values(state=State.DROPPED, settled_at=now)
    )
    return bool((await connection.execute(statement)).rowcount)

"""Who holds claims in the outbox, and what becomes of those whose holder is gone. Never commits.

Only claims are freed: what is in the air may have arrived, whoever sent it. A claim that is freed under a holder which
lives all the same is lost to it, because its fence asks whose the claim is.
"""

from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.storage.digest_tables import deliveries
from bot.storage.seat import number_of

_OTHERS = (
    select(deliveries.c.owner)
    .where(deliveries.c.state == State.CLAIMED, deliveries.c.owner != bindparam("me"))
    .distinct()
)
_IS_FREE = text("SELECT pg_try_advisory_xact_lock(:number)")


def seat_of(owner: str) -> str:
    """The name of the seat that a sender keeps for as long as it lives."""
    return f"sends as {owner}"


async def give_up(connection: AsyncConnection, me: str | None, *, now: datetime) -> int:
    """Let others have what this sender (None: any sender) claimed and did not send."""
    statement = (
        update(deliveries)
        .where(deliveries.c.state == State.CLAIMED, *([deliveries.c.owner == me] if me else []))
        .values(state=State.RETRY, available_at=now, owner=None, lease_until=None)
    )
    return (await connection.execute(statement)).rowcount


async def others(connection: AsyncConnection, me: str) -> list[str]:
    """Senders that hold claims, except for me."""
    return list((await connection.execute(_OTHERS, {"me": me})).scalars())


async def give_up_if_gone(connection: AsyncConnection, owner: str, *, now: datetime) -> int:
    """Free a sender's claims if nobody sits on its seat; for PostgreSQL."""
    free = (await connection.execute(_IS_FREE, {"number": number_of(seat_of(owner))})).scalar_one()
    return await give_up(connection, owner, now=now) if free else 0

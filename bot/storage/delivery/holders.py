"""Who holds claims in the outbox, and what becomes of those whose holder is gone. Never commits.

Only claims are freed: what is in the air may have arrived, whoever sent it. A claim that is freed under a holder which
lives all the same is lost to it, because its fence asks whose the claim is.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.storage.delivery.digest_tables import deliveries
from bot.storage.seat import is_taken, number_of

_OTHERS = (
    select(deliveries.c.owner)
    .where(deliveries.c.state == State.CLAIMED, deliveries.c.owner != bindparam("me"))
    .distinct()
)
# As the connections of their seats call themselves.
_ANY_SITS = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'heliograph sends as %')"
)
_IS_FREE = text("SELECT pg_try_advisory_xact_lock(:number)")


def seat_of(owner: str) -> str:
    """The name of the seat that a sender keeps for as long as it lives."""
    return f"sends as {owner}"


async def lives(connection: AsyncConnection, owner: str) -> bool:
    """Whether this sender sits on its seat, as far as PostgreSQL knows."""
    return await is_taken(connection, seat_of(owner))


async def any_lives(connection: AsyncConnection) -> bool:
    """Whether any sender sits on its seat; for PostgreSQL."""
    return bool((await connection.execute(_ANY_SITS)).scalar_one())


async def give_up(connection: AsyncConnection, me: str | None, *, now: datetime, keep: Collection[int] = ()) -> int:
    """Let others have what this sender (None: any sender) claimed and did not send, except for `keep`."""
    statement = (
        update(deliveries)
        .where(
            deliveries.c.state == State.CLAIMED,
            deliveries.c.id.not_in(sorted(keep)),
            *([deliveries.c.owner == me] if me else []),
        )
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

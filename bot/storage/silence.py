"""After a restore: what fell due before it was sent already, or is too late. Never commits."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.subscription import INSTANT
from bot.storage import facts, planning
from bot.storage.digest_tables import deliveries, slots, subscriptions
from bot.storage.visibility import VISIBLE_SEQ

_OPEN = (State.PLANNED, State.CLAIMED, State.SENDING, State.RETRY, State.UNCERTAIN)


async def drop_due(connection: AsyncConnection, *, now: datetime) -> int:
    """Count every digest that is due or under way as delivered; gives how many there were.

    What readers wait for on a later day stays.
    """
    newest = await facts.count(connection, VISIBLE_SEQ)
    due = select(slots.c.id).where(or_(slots.c.next_due_at <= now, slots.c.days == INSTANT))
    waiting = select(deliveries.c.subscriber_id).where(deliveries.c.state.in_(_OPEN))
    await connection.execute(
        update(subscriptions)
        .where(or_(subscriptions.c.slot_id.in_(due), subscriptions.c.subscriber_id.in_(waiting)))
        .values(cursor=newest)
    )
    await planning.hurry(connection, now=now)
    await planning.plan(connection, now=now, gather=timedelta(0))
    dropped = update(deliveries).where(deliveries.c.state.in_(_OPEN))
    ended = dropped.values(
        state=State.DROPPED, cause="a backup was restored", settled_at=now, owner=None, lease_until=None
    )
    return (await connection.execute(ended)).rowcount

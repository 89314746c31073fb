"""Posts that a subscriber was sent while another of its subscriptions has not come so far. Never commits."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.delivery.digest_tables import delivered_posts
from bot.storage.upsert import insert_or


async def to(connection: AsyncConnection, subscriber_ids: Collection[int]) -> dict[int, set[int]]:
    """The numbers of those posts, by subscriber."""
    query = select(delivered_posts.c.subscriber_id, delivered_posts.c.seq).where(
        delivered_posts.c.subscriber_id.in_(sorted(subscriber_ids))
    )
    found: dict[int, set[int]] = {}
    for subscriber_id, seq in await connection.execute(query):
        found.setdefault(subscriber_id, set()).add(seq)
    return found


async def keep(connection: AsyncConnection, rows: Sequence[tuple[int, int, int]]) -> None:
    """Remember posts (subscriber, number, delivery) that are being sent ahead of a cursor."""
    if rows:
        values = [{"subscriber_id": who, "seq": seq, "delivery_id": id_} for who, seq, id_ in rows]
        await connection.execute(insert_or(connection, delivered_posts).on_conflict_do_nothing(), values)


async def take_back(connection: AsyncConnection, delivery_ids: Collection[int]) -> None:
    """These deliveries were surely not sent."""
    await connection.execute(delete(delivered_posts).where(delivered_posts.c.delivery_id.in_(sorted(delivery_ids))))


async def forget(connection: AsyncConnection, up_to: Mapping[int, int]) -> None:
    """Every cursor of these subscribers has passed these numbers."""
    for subscriber_id, seq in up_to.items():
        passed = delivered_posts.c.subscriber_id == subscriber_id, delivered_posts.c.seq <= seq
        await connection.execute(delete(delivered_posts).where(*passed))

"""A group that became a supergroup: all that is kept of it goes on under its new number. Never commits."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Contents
from bot.storage.border import chats
from bot.storage.delivery import delivered, outbox, subscribers
from bot.storage.delivery.digest_tables import deliveries, subscriptions


async def move(connection: AsyncConnection, old: int, new: int) -> None:
    """From the chat `old` to `new`; what that followed itself stays."""
    if old == new or not (await chats.preferences(connection, old)).known:
        return
    for chat in sorted((old, new)):
        await outbox.keep_still(connection, chat_id=chat)
    had = {one.thread_id: one for one in await subscribers.of_chat(connection, old)}
    for other in await subscribers.of_chat(connection, new):
        mine = had.get(other.thread_id)
        if mine is None:
            await subscribers.change(connection, other.id, chat_id=old)
            continue
        await _remember_sent(connection, mine.id, other.id)
        for one in other.subscriptions:
            if not mine.follows(one.what.kind, one.what.key):
                await connection.execute(
                    update(subscriptions).where(subscriptions.c.id == one.id).values(subscriber_id=mine.id)
                )
    await chats.move(connection, old, new)


async def _remember_sent(connection: AsyncConnection, to: int, sent_to: int) -> None:
    """What one subscriber was sent, another that becomes the same chat is not sent again."""
    # Locked, because one of them may just be on its way past its fence.
    query = select(deliveries.c.contents).where(deliveries.c.subscriber_id == sent_to).with_for_update()
    held = [Contents.from_json(found) for found in (await connection.execute(query)).scalars() if found]
    await delivered.keep(connection, [(to, seq, 0) for one in held for seq in one.seqs])

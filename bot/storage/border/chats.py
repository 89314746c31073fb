"""Chats and what they chose. Every function takes the caller's connection and never commits."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.preferences import Form, Preferences
from bot.storage.tables import chats
from bot.storage.upsert import insert_or

_CHOSEN = select(chats.c.language, chats.c.form).where(chats.c.chat_id == bindparam("chat"))
_FORMS: dict[str | None, Form] = {"rich": "rich", "classic": "classic"}


async def preferences(connection: AsyncConnection, chat_id: int) -> Preferences:
    """What the chat has chosen; the defaults for a chat never seen."""
    row = (await connection.execute(_CHOSEN, {"chat": chat_id})).one_or_none()
    if row is None:
        return Preferences()
    return Preferences(row.language or "", _FORMS.get(row.form, "classic"), known=True)


async def languages(connection: AsyncConnection, chat_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """What those of these chats that are known chose, and what their people's Telegram speaks; empty if unknown."""
    query = select(chats.c.chat_id, chats.c.language, chats.c.telegram_language)
    rows = await connection.execute(query.where(chats.c.chat_id.in_(sorted(chat_ids))))
    return {row.chat_id: (row.language or "", row.telegram_language or "") for row in rows}


async def remember(
    connection: AsyncConnection, chat_id: int, *, kind: str, telegram_language: str = "", now: datetime
) -> None:
    """Keep a chat, its kind (private, group, supergroup, channel), and the language its person's app speaks.

    An empty `telegram_language` leaves the one that was known.
    """
    row = {"chat_id": chat_id, "kind": kind, "telegram_language": telegram_language or None, "created_at": now}
    insert = insert_or(connection, chats)
    change = {"kind": kind} | ({"telegram_language": telegram_language} if telegram_language else {})
    await connection.execute(insert.values(row).on_conflict_do_update(index_elements=["chat_id"], set_=change))


async def choose_language(connection: AsyncConnection, chat_id: int, language: str) -> None:
    """zh, en, or empty to follow Telegram; the chat must be known."""
    await connection.execute(update(chats).where(chats.c.chat_id == chat_id).values(language=language or None))


async def choose_form(connection: AsyncConnection, chat_id: int, form: Form) -> None:
    """How posts are shown to the chat, which must be known."""
    await connection.execute(update(chats).where(chats.c.chat_id == chat_id).values(form=form))


async def move(connection: AsyncConnection, old: int, new: int) -> None:
    """A group became a supergroup: it goes on under its new number, with all that any table keeps of it.

    Whatever the new number had is dropped: Telegram tells of the move before people can use the supergroup.
    """
    query = select(*(column for column in chats.c if column.name not in {"chat_id", "kind"}))
    row = (await connection.execute(query.where(chats.c.chat_id == old))).mappings().one_or_none()
    if row is None or old == new:
        return
    await forget(connection, new)
    await connection.execute(insert(chats).values(chat_id=new, kind="supergroup", **row))
    for table in chats.metadata.tables.values():
        for column in (key.parent for key in table.foreign_keys if key.column is chats.c.chat_id):
            await connection.execute(update(table).where(column == old).values({column: new}))
    await forget(connection, old)


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Erase what is kept about a chat, in every table."""
    await connection.execute(delete(chats).where(chats.c.chat_id == chat_id))

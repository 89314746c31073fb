"""What a chat chooses: its language, and the form in which it reads."""

from datetime import datetime

from bot.domain.preferences import Form, Preferences
from bot.storage.border import chats
from bot.storage.engine import Database


async def read(db: Database, chat_id: int) -> Preferences:
    """What the chat has chosen; the defaults for one never seen."""
    async with db.read() as connection:
        return await chats.preferences(connection, chat_id)


async def spoken(db: Database, chat_id: int) -> str:
    """The language that the app of a chat's person speaks; empty when it is not known."""
    async with db.read() as connection:
        return (await chats.languages(connection, [chat_id])).get(chat_id, ("", ""))[1]


async def meet(db: Database, chat_id: int, *, kind: str, telegram_language: str, now: datetime) -> None:
    """Keep a chat that has spoken to the bot for the first time, or whose kind changed."""
    async with db.write() as connection:
        await chats.remember(connection, chat_id, kind=kind, telegram_language=telegram_language, now=now)


async def choose_language(db: Database, chat_id: int, language: str, *, kind: str, now: datetime) -> Preferences:
    """The chat's language from now on: zh, en, or empty to follow Telegram's."""
    async with db.write() as connection:
        await chats.remember(connection, chat_id, kind=kind, now=now)
        await chats.choose_language(connection, chat_id, language)
        return await chats.preferences(connection, chat_id)


async def choose_form(db: Database, chat_id: int, form: Form, *, kind: str, now: datetime) -> Preferences:
    """How posts are shown to the chat from now on."""
    async with db.write() as connection:
        await chats.remember(connection, chat_id, kind=kind, now=now)
        await chats.choose_form(connection, chat_id, form)
        return await chats.preferences(connection, chat_id)

"""Tells those who decide for a chat that the bot may not write there any more: once, each in their language."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.preferences import Preferences, language_for
from bot.domain.subscription import Subscriber
from bot.services.ports import Address, Busy, Messenger
from bot.storage.border import chats
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class RightsLost:
    """The bot may not write in `chat` any more, or only not in its topic that is closed."""

    chat: str
    language: str
    topic_closed: bool = False


async def tell_rights_lost(
    db: Database,
    messenger: Messenger,
    reader: Subscriber,
    *,
    cause: str,
    operators: Collection[int],
    fallback_language: str,
) -> None:
    """To the chat's admins and to whoever subscribed it; to the operators if nobody is known. `cause` is Telegram's.

    Telegram refuses what goes to people who never wrote to the bot; that is no fault, and nothing is sent again.
    """
    admins = await messenger.admins_of(reader.chat_id)
    asked = {reader.created_by} if reader.created_by is not None else set()
    everybody = {*admins, *asked, *operators}
    async with db.read() as connection:
        languages = await chats.languages(connection, everybody)
    told = asked | set(admins) or set(operators)
    name = await messenger.name_of(reader.chat_id)
    for person in sorted(told):
        chosen, spoken = languages.get(person, (reader.language, reader.telegram_language))
        language = language_for(Preferences(chosen), spoken, fallback_language)
        view = RightsLost(name, language, topic_closed="topic_closed" in cause.lower())
        slot = await messenger.ready(Address(person))
        if not isinstance(slot, Busy):
            await messenger.write(Address(person), view).send(slot)

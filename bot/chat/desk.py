"""What every handler needs at hand: the database, the publication's facts, and for whom a screen is made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.people import People, names_from
from bot.chat.publisher import Publisher
from bot.chat.transport.wire import PacedBot
from bot.domain.preferences import Preferences, language_for
from bot.screens.catalogue import words
from bot.screens.reader import Reader
from bot.services.operators.tallying import Tally
from bot.services.readers import preferences
from bot.services.readers.reading import Library
from bot.services.shelf.shelving import Shelving
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """`username` is the bot's own, without `@`; `now` gives an aware time in UTC."""

    bot: PacedBot
    db: Database
    library: Library
    publisher: Publisher
    shelving: Shelving
    tally: Tally
    title: str
    username: str
    fallback_language: str
    zone: ZoneInfo
    admins: frozenset[int]
    now: Callable[[], datetime]
    opened_at: datetime = field(init=False)
    people: People = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "opened_at", self.now())
        object.__setattr__(self, "people", People(names_from(self.bot), self.now))

    async def preferences(self, chat_id: int) -> Preferences:
        return await preferences.read(self.db, chat_id)

    def reader(self, chosen: Preferences, telegram_language: str, *, private: bool, user_id: int | None) -> Reader:
        language = language_for(chosen, telegram_language, self.fallback_language)
        return Reader(words(language), self.title, self.username, private, user_id in self.admins, self.zone)

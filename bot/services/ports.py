"""What services need from outside, written by its consumer: a messenger, an index, a picture store and a clock."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.search.document import IndexRow, SearchFields
from bot.storage.engine import Connection, Database

Clock: TypeAlias = Callable[[], datetime]
"""Gives the time: aware, UTC."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to: a chat, and the topic in it when the chat is a forum."""

    chat_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int


@dataclass(frozen=True, slots=True)
class Busy:
    """Flood control: nothing was sent; ask again after `wait`."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup: nothing was sent."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Blocked, kicked, deactivated or gone: keep what the chat has, stop sending until it comes back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The bot lost a right in this chat: temporary; its admins should know."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Our message is wrong: sending it again cannot help."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request cannot have reached Telegram: safe to send again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request may have reached Telegram: nobody can know."""

    reason: str


Outcome: TypeAlias = Sent | Busy | Moved | Unreachable | Forbidden | Refused | NotSent | Unknown


class Indexer(Protocol):
    """The search index, written in the post's own transaction; `bot.services.shelf.indexing` is one."""

    async def index_post(
        self, conn: Connection, *, post_id: int, date: datetime, fields: SearchFields, row: IndexRow | None = None
    ) -> None: ...

    async def drop_post(self, conn: Connection, post_id: int) -> None: ...

    async def tidy(self, db: Database) -> None:
        """Make searches fast again after many posts were written."""


class PictureStore(Protocol):
    """What Telegram calls the pictures it was sent, by their hash."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, file_id: str) -> None: ...


class Slot(Protocol):
    """The moment at which one message may leave; what it means, only the messenger knows that gave it."""

    @property
    def at(self) -> float: ...


class Letter(Protocol):
    """A message, written and addressed."""

    async def send(self, slot: Slot) -> Outcome:
        """Send it at its moment, neither before nor in a crowd; Busy, with nothing sent, if a flood came first."""

    def plain(self) -> "Letter":
        """The same in plain text, for when the styled one was refused."""


class Messenger(Protocol):
    """Sends views; the words are made by the receiving side, in the chat's language."""

    async def ready(self, address: Address, *, ahead: float = 0.0) -> Slot | Busy:
        """Wait for the turn of one message to this chat; Busy, at once, while flood control holds everything.

        The slot is given up to `ahead` seconds before its moment, so that the message can be written down meanwhile.
        """

    async def name_of(self, chat_id: int) -> str:
        """What people call this chat; its number when Telegram does not say."""

    async def admins_of(self, chat_id: int) -> Collection[int]:
        """Numbers of the people who decide for this chat; none when Telegram does not say."""

    def write(self, address: Address, view: object, *, silent: bool = False) -> Letter:
        """The message that shows this view."""

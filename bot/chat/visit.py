"""Who asks, where, and in which language: plain values from an update."""

from dataclasses import dataclass

from telegram import Chat, Message, Update

from bot.chat.desk import Desk
from bot.domain.message import Entity
from bot.domain.preferences import Preferences
from bot.screens.reader import Reader
from bot.services.readers import preferences
from bot.storage.address import StorageError

# An IETF tag may go on with variants, of which nobody here makes use.
_LONGEST_LANGUAGE = 16


@dataclass(frozen=True, slots=True)
class Visit:
    """One update, as handlers see it. `user_id` is None for anonymous admins and channels.

    `as_chat` is set when somebody speaks as the chat itself. `message_id` is the message that a group's answer
    replies to, or the one whose button was pressed; `asked_in` the visitor's own that this one answered. `styles` are
    those of a command's argument. `is_shared`: the button that was pressed is anybody's, and stays so.
    """

    chat_id: int
    chat_kind: str
    user_id: int | None
    reader: Reader
    preferences: Preferences
    thread_id: int | None = None
    message_id: int | None = None
    telegram_language: str = ""
    as_chat: bool = False
    styles: tuple[Entity, ...] = ()
    asked_in: int | None = None
    is_shared: bool = False

    @property
    def private(self) -> bool:
        return self.chat_kind == Chat.PRIVATE

    @property
    def language(self) -> str:
        return self.reader.words.language

    @property
    def owner(self) -> int | None:
        """Who alone may press the buttons of this visit's answer; None when anybody may."""
        return None if self.private or self.is_shared else self.user_id


async def visit_of(update: Update, desk: Desk, *, chosen: Preferences | None = None) -> Visit | None:
    """The visit behind a message or a tap; None for updates that have no chat.

    `chosen` is what the chat prefers, where the database cannot be asked. Raises StorageError.
    """
    chat = update.effective_chat
    if chat is None:
        return None
    user = update.effective_user
    message = update.effective_message
    anonymous = bool(isinstance(message, Message) and message.sender_chat and not update.callback_query)
    user_id = user.id if user and not anonymous else None
    telegram_language = (user.language_code or "")[:_LONGEST_LANGUAGE] if user else ""
    preferences = chosen or await desk.preferences(chat.id)
    return Visit(
        chat.id,
        chat.type,
        user_id,
        desk.reader(preferences, telegram_language, private=chat.type == Chat.PRIVATE, user_id=user_id),
        preferences,
        _thread(message),
        message.message_id if message else None,
        telegram_language,
        anonymous and isinstance(message, Message) and message.sender_chat == chat,
        asked_in=_asked_in(message, user_id),
    )


async def visit_anyway(update: Update, desk: Desk) -> Visit | None:
    """The same when the database does not answer: then in the language of the person's app."""
    try:
        return await visit_of(update, desk)
    except StorageError:
        return await visit_of(update, desk, chosen=Preferences())


async def meet(desk: Desk, visit: Visit) -> None:
    """Keep a chat that has spoken to the bot for the first time, and the language its person's app speaks."""
    await preferences.meet(
        desk.db, visit.chat_id, kind=visit.chat_kind, telegram_language=visit.telegram_language, now=desk.now()
    )


def _asked_in(message: Message | None, user_id: int | None) -> int | None:
    asked = message.reply_to_message if message is not None else None
    is_own = asked is not None and asked.from_user is not None and asked.from_user.id == user_id
    return asked.message_id if asked is not None and is_own else None


def _thread(message: object) -> int | None:
    # Replies in ordinary groups carry a thread id too; only a topic's must be repeated in the answer.
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id
    return None

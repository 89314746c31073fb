"""People, chats and messages as Telegram keeps them: plain values, all in memory, each collection bounded."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.sandbox.calls import CallLog
from bot.sandbox.clock import Clock
from bot.sandbox.errors import bad_request
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.files import FileStore
from bot.sandbox.limits import MAX_MESSAGES_IN_CHAT, MAX_OPEN_QUERIES
from bot.sandbox.profile import Profile
from bot.sandbox.throttle import Throttle
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.webhook import Webhook

JsonObject: TypeAlias = dict[str, Any]
ChatType: TypeAlias = Literal["private", "group", "supergroup", "channel"]

# core.telegram.org/bots/api#message: messages of anonymous administrators come from this account.
GROUP_ANONYMOUS_BOT_ID = 1087968824
SERVICE_ACCOUNT_ID = 777000
FIRST_PERSON_ID = 7_001
FIRST_BASIC_GROUP_ID = -4_001
FIRST_SUPERGROUP_ID = -1_002_000_000_001
PRESENT = frozenset({"creator", "administrator", "member"})


@dataclass(slots=True)
class Person:
    """An account. `started`, `blocked` and `deactivated` tell whether the bot can write to it."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Member:
    """A person's place in a chat; `rights` are an administrator's, `permissions` a restricted member's."""

    user_id: int
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    permissions: dict[str, bool] = field(default_factory=dict)
    is_anonymous: bool = False
    custom_title: str | None = None
    until_date: int = 0
    is_member: bool = True

    @property
    def present(self) -> bool:
        return self.status in PRESENT or (self.status == "restricted" and self.is_member)

    @property
    def administers(self) -> bool:
        return self.status in ("creator", "administrator")


@dataclass(slots=True)
class Topic:
    thread_id: int
    name: str
    is_closed: bool = False


@dataclass(slots=True)
class Message:
    """One message. `content` holds the Bot API's own keys: text and entities, photo and caption, service notes."""

    chat_id: int
    message_id: int
    date: int
    content: JsonObject
    from_id: int | None = None
    sender_chat_id: int | None = None
    thread_id: int | None = None
    reply_to: int | None = None
    reply_markup: JsonObject | None = None
    edit_date: int | None = None
    via_bot: bool = False
    inline_message_id: str | None = None
    media_group_id: str | None = None
    silent: bool = False
    protected: bool = False


@dataclass(slots=True)
class Chat:
    """A chat; a private one has the id of its person and no members of its own."""

    id: int
    type: ChatType
    title: str | None = None
    username: str | None = None
    description: str | None = None
    is_forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: "OrderedDict[int, Message]" = field(default_factory=OrderedDict)
    migrated_to: int | None = None
    last_message_id: int = 0

    def member(self, user_id: int) -> Member:
        """That person's place here; who never was here has left."""
        return self.members.get(user_id) or Member(user_id, "left")


@dataclass(slots=True)
class CallbackQuery:
    """A tap waiting for its answer; `answer` is what the bot said, None until then."""

    id: str
    from_id: int
    chat_id: int
    message_id: int | None
    asked_at: datetime
    answer: JsonObject | None = None


@dataclass(slots=True)
class InlineQuery:
    """Typed after @bot; `answer` holds the results, None until the bot answered."""

    id: str
    from_id: int
    query: str
    offset: str
    asked_at: datetime
    answer: JsonObject | None = None


@dataclass
class World:
    """Everything one bot's Telegram knows; the first three flags are what BotFather's switches set."""

    bot: Person
    clock: Clock
    throttle: Throttle
    can_read_all_group_messages: bool = False
    supports_inline_queries: bool = True
    inline_feedback: bool = True
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    webhook: Webhook = field(default_factory=Webhook)
    events: Events = field(default_factory=Events)
    files: FileStore = field(default_factory=FileStore)
    faults: Faults = field(default_factory=Faults)
    calls: CallLog = field(default_factory=CallLog)
    profile: Profile = field(default_factory=Profile)
    # By language: what whoever runs this server says to who opens the chat page.
    notes: dict[str, str] = field(default_factory=dict)
    callbacks: "OrderedDict[str, CallbackQuery]" = field(default_factory=OrderedDict)
    inline_queries: "OrderedDict[str, InlineQuery]" = field(default_factory=OrderedDict)
    inline_messages: dict[str, tuple[int, int]] = field(default_factory=dict)
    serial: int = 0
    shared_message_id: int = 0

    def __post_init__(self) -> None:
        self.people[self.bot.id] = self.bot
        self.people[GROUP_ANONYMOUS_BOT_ID] = Person(
            GROUP_ANONYMOUS_BOT_ID, "Group", username="GroupAnonymousBot", is_bot=True
        )

    def next_serial(self) -> int:
        """A number never given before in this world: for query, album and inline message ids."""
        self.serial += 1
        return self.serial

    def person(self, user_id: int) -> Person:
        """The account, or ApiError 400 `user not found`."""
        person = self.people.get(user_id)
        if person is None:
            raise bad_request("user not found")
        return person

    def add_person(self, person: Person) -> Person:
        """Add or replace an account, and the private chat that goes with it."""
        self.people[person.id] = person
        if person.id not in self.chats and not person.is_bot:
            self.chats[person.id] = Chat(person.id, "private")
        return person

    def next_person_id(self) -> int:
        return (
            max((FIRST_PERSON_ID - 1, *(i for i in self.people if i < GROUP_ANONYMOUS_BOT_ID and i != self.bot.id))) + 1
        )

    def next_chat_id(self, kind: ChatType) -> int:
        """Group ids are negative; those of supergroups and channels start with -100."""
        wide = kind in ("supergroup", "channel")
        floor = FIRST_SUPERGROUP_ID if wide else FIRST_BASIC_GROUP_ID
        taken = [i for i in self.chats if i < 0 and (i <= FIRST_SUPERGROUP_ID) == wide]
        return min((floor + 1, *taken)) - 1

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count for themselves; private chats and basic groups share one count."""
        if chat.type in ("supergroup", "channel"):
            chat.last_message_id += 1
            return chat.last_message_id
        self.shared_message_id += 1
        return self.shared_message_id

    def keep(self, message: Message) -> Message:
        """Put a message into its chat, the oldest making room."""
        chat = self.chats[message.chat_id]
        chat.messages[message.message_id] = message
        while len(chat.messages) > MAX_MESSAGES_IN_CHAT:
            chat.messages.popitem(last=False)
        return message

    def open_callback(self, query: CallbackQuery) -> None:
        self.callbacks[query.id] = query
        while len(self.callbacks) > MAX_OPEN_QUERIES:
            self.callbacks.popitem(last=False)

    def open_inline(self, query: InlineQuery) -> None:
        self.inline_queries[query.id] = query
        while len(self.inline_queries) > MAX_OPEN_QUERIES:
            self.inline_queries.popitem(last=False)

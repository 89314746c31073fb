"""A publication that runs as in production, in front of the local Bot API server, and guests who talk to it."""

import asyncio
import contextlib
import shutil
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import Heliograph, open_app
from bot.domain.post import post_key
from bot.sandbox import acting, membership
from bot.sandbox.calls import Call
from bot.sandbox.faults import Fault
from bot.sandbox.server import SandboxServer
from bot.sandbox.world import Chat, Message, Person, World
from bot.settings import Settings, load

NOON = datetime(2026, 1, 11, 12, tzinfo=UTC)
TITLE = "INCOMING TRANSMISSION"
# A busy machine is no fault of the bot's.
DEADLINE = 30.0


def png(width: int = 40, height: int = 20, shade: int = 90) -> bytes:
    """A small grey picture."""
    rows = b"".join(b"\x00" + bytes([shade]) * width for _ in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass
class Publication:
    """A content folder, a Telegram of its own, and the bot between them. `now` is the clock of the bot."""

    server: SandboxServer
    folder: Path
    settings: Settings
    now: datetime = NOON
    app: Heliograph | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _serving: "asyncio.Task[None] | None" = None

    @property
    def world(self) -> World:
        return self.server.world

    @property
    def database_file(self) -> Path:
        return self.settings.data / "heliograph.sqlite3"

    def write(self, path: str, text: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def post(self, path: str, title: str, body: str = "Some words.", **front: str) -> None:
        lines = [f"title: {title}", *(f"{key}: {value}" for key, value in front.items())]
        self.write(path, "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Publication"]:
        """The bot serves until the block ends; a block after it is a restart."""
        self._stop = asyncio.Event()
        async with open_app(self.settings, clock=lambda: self.now) as self.app:
            self._serving = asyncio.create_task(self.app.serve(self._stop))
            try:
                yield self
            finally:
                self._stop.set()
                await self._serving

    async def sync(self) -> None:
        """Load the folder now, as a change in it would make the bot do."""
        assert self.app is not None
        await self.app.shelving.sync()

    def guest(self, language: str = "en", *, name: str = "Ada") -> "Guest":
        """Somebody new, in the private chat with the bot."""
        person = self.world.add_person(Person(self.world.next_person_id(), name, language_code=language))
        return Guest(self, person.id, self.world.chats[person.id])

    async def group(self, *guests: "Guest", is_forum: bool = False) -> Chat:
        """A group of these guests and the bot, made by the first; the bot has greeted it."""
        kind: Any = "supergroup" if is_forum else "group"
        owner, *others = (one.id for one in guests)
        made = membership.create_chat(
            self.world, kind, "Readers", owner, member_ids=tuple(others), bot_status="member", is_forum=is_forum
        )
        await self.until(lambda: guests[0].into(made).seen)
        return made

    async def until(self, seen: Callable[[], Any]) -> Any:
        """What `seen` gives once it is true; fails when that takes too long."""
        events = self.world.events
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DEADLINE):
                after = events.last_number
                if found := seen():
                    return found
                async for _ in events.watch(after):
                    if found := seen():
                        return found
        raise AssertionError("that was not seen in time; the last words were: " + str(self.last_words()))

    def last_words(self) -> list[str]:
        """The bot's latest messages of all chats, for failures."""
        found = [m for chat in self.world.chats.values() for m in chat.messages.values() if m.from_id == self.bot_id]
        return [words_of(message)[:200] for message in found[-3:]]

    @property
    def bot_id(self) -> int:
        return self.world.bot.id

    def calls(self, method: str, chat_id: int) -> list[Call]:
        """Calls of a method that were about a chat, oldest first."""
        return [call for call in self.world.calls.since(0, method) if call.parameters.get("chat_id") == str(chat_id)]

    def fail(self, method: str, chat_id: int, **how: Any) -> Fault:
        """The next call of a method about this chat is refused with a 400, or fails as told."""
        given: dict[str, Any] = {"code": 400, "description": "Bad Request: not to my taste"} | how
        return self.world.faults.add(Fault(given.pop("kind", "error"), method=method, chat_id=chat_id, **given))


@dataclass
class Guest:
    """A person in one chat: what they say and tap there, and what they see of the bot."""

    publication: Publication
    id: int
    chat: Chat
    thread: int | None = None

    def into(self, chat: Chat, thread: int | None = None) -> "Guest":
        """The same person in another chat."""
        return Guest(self.publication, self.id, chat, thread)

    def writes(self, text: str) -> Message:
        """Says something and does not wait for an answer."""
        return acting.say(self.publication.world, self.chat.id, self.id, text, thread_id=self.thread)

    async def says(self, text: str) -> Message:
        """Says something; gives the bot's first answer."""
        before = {message.message_id for message in self.seen}
        self.writes(text)
        found: list[Message] = await self.publication.until(
            lambda: [message for message in self.seen if message.message_id not in before]
        )
        return found[0]

    async def taps(self, label: str, message: Message | None = None) -> dict[str, Any]:
        """Presses the button whose label is this; gives the answer to the tap: `{text, show_alert}`."""
        screen = message or self.screen
        for row, line in enumerate(keys_of(screen)):
            if label in line:
                return await self._answer(screen.message_id, row=row, column=line.index(label))
        raise AssertionError(f"there is no button {label!r} among {keys_of(screen)}")

    async def forges(self, data: str) -> dict[str, Any]:
        """Taps with callback data that no button has."""
        return await self._answer(self.screen.message_id, data=data)

    async def _answer(self, message_id: int, **tap: Any) -> dict[str, Any]:
        world = self.publication.world
        tapped = acting.tap(world, self.chat.id, self.id, message_id, **tap)
        if "callback_query_id" not in tapped:
            return tapped
        query = world.callbacks[tapped["callback_query_id"]]
        await self.publication.until(lambda: query.answer is not None)
        return dict(query.answer or {})

    async def leaves_silence_after(self, text: str) -> None:
        """Says something that must not be answered, then something that is: what is said in a chat goes in order."""
        before = len(self.seen)
        self.writes(text)
        last = await self.says(f"/help@{self.publication.world.bot.username}")
        assert len(self.seen) == before + 1, f"{text!r} was answered"
        assert last.message_id == self.seen[-1].message_id

    @property
    def seen(self) -> list[Message]:
        """What the bot has put into the chat and what still stands there."""
        return [message for message in self.chat.messages.values() if message.from_id == self.publication.bot_id]

    @property
    def screen(self) -> Message:
        """The latest message of the bot that is no picture."""
        return [message for message in self.seen if "photo" not in message.content][-1]

    @property
    def text(self) -> str:
        return words_of(self.screen)

    @property
    def buttons(self) -> list[str]:
        return [label for line in keys_of(self.screen) for label in line]

    @property
    def pictures(self) -> list[Message]:
        return [message for message in self.seen if "photo" in message.content]

    async def pictures_after(self, count: int) -> list[Message]:
        """The pictures in the chat once there are so many."""
        await self.publication.until(lambda: len(self.pictures) == count)
        return self.pictures

    async def opens(self, slug: str) -> Message:
        """Follows the deep link of a post."""
        return await self.says(f"/start {post_key(slug)}")


def keys_of(message: Message) -> list[list[str]]:
    """The labels of a message's buttons, row by row."""
    return [[key["text"] for key in row] for row in (message.reply_markup or {}).get("inline_keyboard", [])]


def urls_of(message: Message) -> list[str]:
    """The addresses that a message's buttons open."""
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return [key["url"] for row in rows for key in row if "url" in key]


def words_of(message: Message) -> str:
    """The text of a message, or all words of its blocks."""
    return message.content.get("text") or " ".join(_strings(message.content.get("rich_message", {}).get("blocks", [])))


def marked(message: Message, kind: str) -> list[str]:
    """The pieces of a message's text that carry an entity of this kind."""
    units = message.content["text"].encode("utf-16-le")
    return [
        units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in message.content.get("entities", [])
        if one["type"] == kind
    ]


def _strings(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [word for key, value in node.items() if key != "type" for word in _strings(value)]
    if isinstance(node, list):
        return [word for value in node for word in _strings(value)]
    return [node] if isinstance(node, str) else []


@asynccontextmanager
async def new_publication(home: Path, template: Path, **settings: Any) -> AsyncIterator[Publication]:
    """A publication whose bot does not run yet, its folder empty; `template` is a database with all tables."""
    for name in ("content", "data"):
        (home / name).mkdir(parents=True)
    shutil.copyfile(template, home / "data" / "heliograph.sqlite3")
    async with SandboxServer() as server:
        given = {
            "token": server.token,
            "api_url": server.base_url,
            "content": home / "content",
            "data": home / "data",
            "timezone": "Asia/Shanghai",
            # Guests of tests tap faster than people; how chats are paced has tests of its own.
            "chat_sends_per_second": 30.0,
            "sends_per_second": 1000.0,
        }
        yield Publication(server, home / "content", load({}, env_file=None, **given | settings))

"""`heliograph run` as a process of its own, in front of a local Bot API server of ours, with many followers."""

import asyncio
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.domain.subscription import INSTANT, Followed, Kind
from bot.sandbox.server import TOKEN, SandboxServer
from bot.sandbox.world import Person
from bot.services.delivery import digests, subscribing
from bot.services.delivery.subscribing import Place
from bot.services.operators import supervising
from bot.storage.engine import Database, open_database

FIRST_PERSON = 9001
PATIENCE = 60.0


@dataclass
class Program:
    """A running `heliograph run`, a child of the nursery."""

    number: int
    ending: asyncio.StreamReader
    writer: asyncio.StreamWriter
    code: int | None = None

    @classmethod
    async def started(cls, environment: dict[str, str], directory: Path, dies: dict[str, object] | None) -> "Program":
        reader, writer = await asyncio.open_unix_connection(await asyncio.to_thread(_nursery))
        asked = {"environment": environment, "directory": str(directory), "dies": dies}
        writer.write(json.dumps(asked).encode() + b"\n")
        return cls(int(await reader.readline()), reader, writer)

    def send_signal(self, how: signal.Signals) -> None:
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self.number, how)

    async def wait(self) -> int:
        if self.code is None:
            self.code = int(await self.ending.readline())
            self.writer.close()
        return self.code


@cache
def _nursery() -> str:
    """The address of the process that starts the others; it ends with this one."""
    folder = tempfile.mkdtemp(prefix="heliograph-nursery-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address = f"{folder}/door"
    command = [sys.executable, "-m", "tests.journeys.nursery", address]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE)
    atexit.register(process.communicate)
    began = time.monotonic()
    while not Path(address).exists():
        assert process.poll() is None, "the nursery could not start"
        assert time.monotonic() < began + PATIENCE, "the nursery takes too long"
        time.sleep(0.02)
    return address


@dataclass
class Running:
    """A publication whose followers get every post as it happens; `start` and `kill` it as often as you like."""

    server: SandboxServer
    home: Path
    people: int
    per_second: float = 1000.0
    process: "Program | None" = None
    starts: int = 0
    published: list[str] = field(default_factory=list)

    @property
    def content(self) -> Path:
        return self.home / "content"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.home / 'data' / 'heliograph.sqlite3'}"

    async def prepare(self) -> None:
        """People, their subscriptions, and one post that is on the shelf before."""
        self.content.mkdir()
        (self.home / "data").mkdir()
        self.write("before")
        for number in range(self.people):
            self.server.world.add_person(Person(FIRST_PERSON + number, f"Reader {number}", started=True))
        now = datetime.now(UTC)
        async with self.database() as db:
            for number in range(self.people):
                place = Place(FIRST_PERSON + number, "private", user_id=FIRST_PERSON + number)
                reader, _ = await subscribing.follow(db, place, Followed(Kind.ALL), zone="UTC", now=now)
                await subscribing.choose_time(db, reader.id, days=INSTANT, now=now)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        db = await open_database(self.database_url)
        try:
            yield db
        finally:
            await db.close()

    def write(self, title: str) -> None:
        text = f"---\ntitle: {title}\ndate: 2026-01-01\n---\n\nWords.\n"
        (self.content / f"{title}.md").write_text(text)

    def publish(self, title: str) -> None:
        """A file in the content folder, as an author leaves it there."""
        self.write(title)
        self.published.append(title)

    async def start(self, *, dies: dict[str, object] | None = None) -> None:
        """Run it until it asks for updates; `dies` is when it kills itself, see the nursery."""
        before = self.server.world.calls.last_number
        settings = {
            "TOKEN": TOKEN, "API_URL": self.server.base_url, "CONTENT": str(self.content),
            "DATA": str(self.home / "data"), "TIMEZONE": "UTC", "PUSH_GATHER": "0", "LOG_LEVEL": "warning",
            "SENDS_PER_SECOND": str(self.per_second), "CHAT_SENDS_PER_SECOND": "30",
        }  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HELIOGRAPH_")}
        environment |= {f"HELIOGRAPH_{name}": value for name, value in settings.items()}
        self.process = await Program.started(environment, self.home, dies)
        self.starts += 1
        await self.started_polling(before)

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to end; gives its exit code."""
        return await self._end(signal.SIGTERM)

    async def died(self) -> int:
        """Wait until it has ended by itself; gives its exit code."""
        assert self.process is not None
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return await self.process.wait()

    async def started_polling(self, after: int) -> None:
        """The bot has asked for updates since the call of that number."""
        await until(lambda: self.server.world.calls.since(after, "getUpdates"), "the bot asks for updates")

    def sends(self, after: int = 0) -> int:
        """How many messages the bot has tried to send."""
        return len(self.server.world.calls.since(after, "sendMessage"))

    def arrived(self) -> Counter[tuple[int, str]]:
        """How often each person has got each post."""
        found: Counter[tuple[int, str]] = Counter()
        for number in range(self.people):
            chat = self.server.world.chats[FIRST_PERSON + number]
            for message in chat.messages.values():
                text = str(message.content.get("text", ""))
                found.update((chat.id, title) for title in self.published if f". {title}\n" in text)
        return found

    async def uncertain(self) -> int:
        """How many digests are parked for an admin."""
        async with self.database() as db:
            return len(await supervising.uncertain(db, limit=10_000))

    async def recorded(self, count: int) -> None:
        """Wait until so many digests are written down as sent."""
        async with self.database() as db, asyncio.timeout(PATIENCE):
            while (await supervising.supervise(db, now=datetime.now(UTC))).ended.get("sent", 0) < count:
                await asyncio.sleep(0.05)

    async def uncertain_posts(self, db: Database) -> set[tuple[int, str]]:
        """Which posts for whom are parked."""
        found: set[tuple[int, str]] = set()
        for one in await supervising.uncertain(db, limit=100_000):
            page, pages = 0, 1
            while page < pages:
                view = await digests.page_of(
                    db, one.delivery_id, chat_id=one.chat_id, language="en", zone="UTC", page=page
                )
                assert view is not None
                found |= {(one.chat_id, item.card.title) for item in view.items}
                page, pages = page + 1, view.pages
        return found

    async def settled(self) -> None:
        """Wait until everybody has every post, or it is parked for them, and nothing more is on its way.

        What comes late or twice shows with the post after it: see `publish_another`.
        """
        everybody = range(FIRST_PERSON, FIRST_PERSON + self.people)
        async with self.database() as db, asyncio.timeout(PATIENCE):
            while True:
                waiting = (await supervising.supervise(db, now=datetime.now(UTC))).waiting
                there = self.arrived().keys() | await self.uncertain_posts(db)
                if waiting == 0 and all((one, title) in there for one in everybody for title in self.published):
                    return
                await asyncio.sleep(0.05)

    async def publish_another(self) -> None:
        """One more post, and everybody has it: all that was planned before it has been seen to by then."""
        self.publish("one more")
        await self.settled()


async def until(holds: Callable[[], object], what: str) -> None:
    """Wait for something to be true."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"not in time: {what}") from None


@asynccontextmanager
async def running(home: Path, *, people: int, per_second: float = 1000.0) -> AsyncIterator[Running]:
    """Prepared, not yet started; killed at the end whatever happens."""
    async with SandboxServer() as server:
        made = Running(server, home, people, per_second)
        await made.prepare()
        try:
            yield made
        finally:
            if made.process is not None:
                await made.kill()

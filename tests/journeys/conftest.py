"""The program as a process of its own, as an operator starts it, before a local Bot API server."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import acting
from bot.sandbox.server import SandboxServer
from bot.sandbox.world import Message, Person

ROOT = Path(__file__).parents[2]
# A busy machine is no fault of the program's.
DEADLINE = 30.0
READER = 7001


async def until(holds: Callable[[], Any], why: Callable[[], str] = str) -> Any:
    """What `holds` gives once it is true; fails, saying why, when that takes too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DEADLINE):
            while not (found := holds()):
                await asyncio.sleep(0.01)
            return found
    raise AssertionError(f"that did not happen in {DEADLINE:.0f} s; {why()}")


@dataclass
class Program:
    """A running `heliograph`; `said` is all it has written to its outputs."""

    process: asyncio.subprocess.Process
    said: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        return self.said.decode(errors="replace")

    async def says(self, words: str) -> None:
        """Waits until the program has written these words."""
        await until(lambda: words in self.text or self.process.returncode is not None, lambda: self.text)
        assert words in self.text, self.text

    async def ends(self) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(DEADLINE):
            return await self.process.wait()

    async def told(self, number: signal.Signals) -> int:
        """Sends a signal and gives the exit code."""
        self.process.send_signal(number)
        return await self.ends()

    async def read(self) -> None:
        assert self.process.stdout is not None
        while piece := await self.process.stdout.read(65536):
            self.said += piece


@dataclass
class Operator:
    """Somebody with a folder of posts, a data folder and a shell; `environment` is what the shell exports."""

    home: Path
    server: SandboxServer
    environment: dict[str, str]
    programs: list[Program] = field(default_factory=list)
    _readers: list["asyncio.Task[None]"] = field(default_factory=list)

    @property
    def content(self) -> Path:
        return self.home / "content"

    @property
    def data(self) -> Path:
        return self.home / "data"

    def write(self, path: str, title: str, body: str = "Some words.", date: str = "2026-01-10 09:00") -> Path:
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\ntitle: {title}\ndate: {date}\n---\n\n{body}\n", encoding="utf-8")
        return file

    async def starts(self, *arguments: str, **environment: str | None) -> Program:
        """`heliograph …` in the operator's home; a variable given as None is not exported."""
        exported = self.environment | environment
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.home,
            env={name: value for name, value in exported.items() if value is not None},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # A shell that runs things in the background would have SIGINT ignored.
            start_new_session=True,
        )
        program = Program(process)
        self.programs.append(program)
        self._readers.append(asyncio.create_task(program.read()))
        return program

    async def serves(self, **environment: str | None) -> Program:
        """`heliograph run`, up and answering."""
        program = await self.starts("run", **environment)
        await program.says("Serving INCOMING TRANSMISSION as @heliograph_bot")
        return program

    async def runs(self, *arguments: str, **environment: str | None) -> Program:
        """`heliograph …` to its end."""
        program = await self.starts(*arguments, **environment)
        await program.ends()
        await asyncio.gather(*self._readers)
        return program

    async def closes(self) -> None:
        for program in self.programs:
            if program.process.returncode is None:
                program.process.kill()
                await program.process.wait()
        await asyncio.gather(*self._readers)

    def seen(self, person: int = READER) -> list[Message]:
        """What the bot has put into a person's chat."""
        messages = self.server.world.chats[person].messages.values()
        return [message for message in messages if message.from_id == self.server.world.bot.id]

    async def asks(self, text: str, person: int = READER) -> str:
        """A reader writes and waits for the answer."""
        before = len(self.seen(person))
        acting.say(self.server.world, person, person, text)
        await until(lambda: len(self.seen(person)) > before, lambda: self.programs[-1].text)
        return str(self.seen(person)[-1].content["text"])

    async def finds(self, words: str) -> str:
        """Looks at the latest posts until these words are there, as somebody new each time."""
        for person in range(READER + 1, READER + 1000):
            self.server.world.add_person(Person(person, "Somebody", language_code="en"))
            if words in (answer := await self.asks("/latest", person)):
                return answer
            await asyncio.sleep(0.1)
        raise AssertionError(f"{words!r} never appeared")


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    (tmp_path / "content").mkdir()
    async with SandboxServer() as server:
        server.world.add_person(Person(READER, "Ada", language_code="en"))
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HELIOGRAPH_TOKEN": server.token,
            "HELIOGRAPH_API_URL": server.base_url,
            "HELIOGRAPH_TIMEZONE": "Asia/Shanghai",
        }
        somebody = Operator(tmp_path, server, environment)
        yield somebody
        await somebody.closes()

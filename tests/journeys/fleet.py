"""Several `heliograph run` on one PostgreSQL database, as processes of their own, before one Bot API server.

They fetch updates, or stand behind a webhook: then a balancer here takes each connection to a replica that answers.
"""

import asyncio
import itertools
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from bot.sandbox import acting
from bot.sandbox.server import TOKEN, SandboxServer
from bot.sandbox.world import Person
from tests.journeys.process import Running, until

SECRET = "a-secret-of-the-tests"
FIRST_ASKER = 5001


@dataclass
class Replica:
    """One process, and the file that its log goes to."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text()


@dataclass
class Fleet(Running):
    """A publication that replicas share; people may ask it for something while they come and go."""

    url: str = ""
    by_webhook: bool = False
    replicas: dict[str, Replica] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    everything_said: list[Path] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    balancer_port: int = 0

    @property
    def database_url(self) -> str:
        return self.url

    async def join(self, name: str, **settings: str) -> Replica:
        """Start one more replica and wait until it serves."""
        log = self.home / f"{name}-{len(self.everything_said)}.log"
        self.everything_said.append(log)
        more = {
            "TOKEN": TOKEN, "API_URL": self.server.base_url, "CONTENT": str(self.content), "DATABASE_URL": self.url,
            "DATA": str(self.home / name), "TIMEZONE": "UTC", "PUSH_GATHER": "0", "LOG_LEVEL": "info",
            "SENDS_PER_SECOND": str(self.per_second), "CHAT_SENDS_PER_SECOND": "30",
        }  # fmt: skip
        if self.by_webhook:
            self.ports[name] = _free_port()
            more |= {
                "WEBHOOK_URL": f"http://127.0.0.1:{self.balancer_port}/updates",
                "WEBHOOK_SECRET": SECRET,
                "LISTEN": f"127.0.0.1:{self.ports[name]}",
            }
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=Path(__file__).parents[2],
                env=_environment(more | settings), stdout=file, stderr=file,
            )  # fmt: skip
        made = self.replicas[name] = Replica(name, process, log)
        # The words of the start come before the updates do, and the webhook's port opens last.
        words = "Serving" if self.by_webhook else "fetches the updates"
        await until(lambda: words in made.said or process.returncode is not None, f"{name} serves")
        assert process.returncode is None, made.said
        return made

    async def leave(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """End a replica; gives its exit code."""
        replica = self.replicas.pop(name)
        self.ports.pop(name, None)
        replica.process.send_signal(how)
        return await replica.process.wait()

    async def lease_runs_out(self, dead: Replica) -> None:
        """What would take a minute and a half: what it had in the air may be parked. Its claims go on by themselves."""
        ours = text("UPDATE deliveries SET lease_until = now() WHERE state = 'sending' AND owner LIKE :owner")
        async with self.database() as db, db.write() as connection:
            await connection.execute(ours, {"owner": f"%:{dead.process.pid}:%"})

    def poller(self) -> str:
        """Who fetches updates now, as far as the logs tell; empty when nobody says so."""
        for name, replica in self.replicas.items():
            told = [line for line in replica.said.splitlines() if "fetches" in line]
            if told and "This process fetches the updates" in told[-1]:
                return name
        return ""

    def asks(self) -> int:
        """Somebody new asks for something; gives their number."""
        person = FIRST_ASKER + len(self.asked)
        self.asked.append(person)
        self.server.world.add_person(Person(person, "Asker", language_code="en"))
        acting.say(self.server.world, person, person, "/id")
        return person

    def answers(self, person: int) -> int:
        messages = self.server.world.chats[person].messages.values()
        return sum(message.from_id == self.server.world.bot.id for message in messages)

    async def answered(self) -> None:
        """Everybody who asked has an answer, and Telegram knows that it need not bring the question again."""
        await until(lambda: all(self.answers(person) for person in self.asked), "everybody is answered")
        await until(lambda: not self.server.world.updates.pending, "everything is acknowledged")

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in self.everything_said)

    async def balance(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection to a replica that answers, the next in turn."""
        for turn in itertools.count():
            ports = sorted(self.ports.values())
            if not ports or turn > 2 * len(ports):
                break
            self.starts += 1
            try:
                inward, outward = await asyncio.open_connection("127.0.0.1", ports[self.starts % len(ports)])
            except OSError:
                continue
            await asyncio.gather(_pipe(reader, outward), _pipe(inward, writer))
            break
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


def _environment(settings: dict[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HELIOGRAPH_")}
    return inherited | {f"HELIOGRAPH_{name}": value for name, value in settings.items()}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def fleet(
    home: Path, url: str, *, people: int = 0, per_second: float = 1000.0, by_webhook: bool = False
) -> AsyncIterator[Fleet]:
    """Prepared, nobody started yet; all are killed at the end whatever happens."""
    async with SandboxServer() as server:
        made = Fleet(server, home, people, per_second, url=url, by_webhook=by_webhook)
        await made.prepare()
        balancer = await asyncio.start_server(made.balance, "127.0.0.1", 0)
        made.balancer_port = balancer.sockets[0].getsockname()[1]
        try:
            yield made
        finally:
            balancer.close()
            for name in list(made.replicas):
                with suppress(ProcessLookupError):
                    await made.leave(name)

"""Served by webhook: people are answered as ever, and neither an end nor a kill loses what they said."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import open_app
from bot.chat.inbound.intake import Intake
from bot.chat.inbound.pushed import Pushed
from bot.chat.inbound.throttling import Throttle, Verdict
from bot.chat.updates import RawUpdate
from bot.services.receiving import LEASE, StoredInbox
from bot.settings import SettingsError, load
from bot.storage.address import StorageError, parse_address
from bot.storage.border import inbox
from bot.storage.engine import Database
from bot.web.serving import served
from bot.web.webhook import SECRET_HEADER, webhook_app
from tests.chat.publication import Publication
from tests.web.conftest import SECRET

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def test_a_reader_is_answered_by_webhook(pushed: Publication) -> None:
    ada = pushed.guest()
    async with pushed.running():
        await ada.says("/latest")
        assert "A first post" in ada.text
        while pushed.world.updates.pending:  # until Telegram has read the 200
            await asyncio.sleep(0.01)

    set_to = pushed.world.calls.since(0, "setWebhook")[-1].parameters
    assert (set_to["url"], pushed.world.webhook.secret_token) == (pushed.settings.webhook_url, SECRET)
    assert "callback_query" in set_to["allowed_updates"]
    assert not pushed.world.calls.since(0, "getUpdates")


async def test_what_is_said_while_the_bot_is_down_is_answered_at_the_next_start(pushed: Publication) -> None:
    ada = pushed.guest()
    async with pushed.running():
        await ada.says("/help")
    ada.writes("/latest")

    async with pushed.running():
        await pushed.until(lambda: "A first post" in ada.text)

    assert pushed.world.webhook.url


async def test_polling_again_takes_the_webhook_away(pushed: Publication) -> None:
    ada = pushed.guest()
    async with pushed.running():
        await ada.says("/help")
    pushed.settings = pushed.settings.model_copy(update={"webhook_url": ""})

    async with pushed.running():
        await ada.says("/latest")

    assert pushed.world.webhook.url == ""


async def test_an_outage_while_the_webhook_is_set_is_waited_out(pushed: Publication) -> None:
    pushed.world.faults.add(_fault("setWebhook"))
    ada = pushed.guest()
    async with pushed.running():
        await ada.says("/latest")

    assert len(pushed.world.calls.since(0, "setWebhook")) == 2


async def test_a_refused_webhook_is_told_as_such_with_what_to_do(
    pushed: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    words = "Bad Request: bad webhook: Failed to resolve host: Name or service not known"
    pushed.world.faults.add(_fault("setWebhook", code=400, description=words))
    async with pushed.running():
        await pushed.until(lambda: pushed.world.webhook.url)

    [said] = [one.getMessage() for one in caplog.records if "refuses" in one.getMessage()]
    assert said.startswith(
        "Telegram refuses setWebhook: Bad webhook: failed to resolve host: name or service not known. "
    )
    assert "Set HELIOGRAPH_WEBHOOK_URL to an address that" in said
    assert "getUpdates" not in caplog.text


async def test_a_webhook_that_cannot_be_removed_at_once_is_waited_for(
    pushed: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    pushed.settings = pushed.settings.model_copy(update={"webhook_url": ""})
    pushed.world.faults.add(_fault("deleteWebhook"))
    ada = pushed.guest()
    async with pushed.running():
        await ada.says("/latest")

    assert "The webhook of an earlier start cannot be removed: the server answered 502. Trying again." in caplog.text


async def test_updates_are_taken_where_the_address_is_written_in_percents(pushed: Publication) -> None:
    pushed.settings = pushed.settings.model_copy(update={"webhook_url": f"{pushed.settings.webhook_url}/a%20b%2Bc"})
    ada = pushed.guest()
    async with pushed.running():
        await ada.says("/latest")

    assert "A first post" in ada.text


async def test_without_a_secret_it_does_not_start(pushed: Publication) -> None:
    open_to_all = pushed.settings.model_copy(update={"webhook_secret": None})

    with pytest.raises(SettingsError, match="HELIOGRAPH_WEBHOOK_SECRET is not set"):
        async with open_app(open_to_all):
            pass


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HELIOGRAPH_WEBHOOK_URL", "http://bot.example.org/x", "begin with https://"),
        ("HELIOGRAPH_WEBHOOK_URL", "bot.example.org/x", "begin with https://"),
        ("HELIOGRAPH_WEBHOOK_SECRET", "short", "16 to 256"),
        ("HELIOGRAPH_WEBHOOK_SECRET", "has spaces in it, and commas", "16 to 256"),
        ("HELIOGRAPH_LISTEN", "localhost", "is no address to listen on"),
        ("HELIOGRAPH_HEALTH_LISTEN", "127.0.0.1:99999", "is no address to listen on"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: value}, env_file=None)

    assert said in str(caught.value)
    assert str(caught.value).startswith(name)
    assert value not in str(caught.value) or name != "HELIOGRAPH_WEBHOOK_SECRET"


@pytest.mark.parametrize(
    ("value", "address"),
    [("9464", ("127.0.0.1", 9464)), ("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:80", ("::1", 80))],
)
def test_an_address_is_a_port_or_a_host_with_one(value: str, address: tuple[str, int]) -> None:
    assert load({"HELIOGRAPH_HEALTH_LISTEN": value}, env_file=None).health_address == address


@dataclasses.dataclass
class Process:
    """The receiving half of a bot over a real database; `slow` are updates that never end in it."""

    db: Database
    port: int
    slow: frozenset[int] = frozenset()
    shared: bool = False
    now: datetime = NOW
    handled: list[int] = dataclasses.field(default_factory=list)
    stop: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    async def handle(self, update: RawUpdate, verdict: Verdict) -> None:
        if update["update_id"] in self.slow:
            await asyncio.Event().wait()
        self.handled.append(update["update_id"])

    async def has_handled(self, *numbers: int) -> bool:
        """Once so many are handled: whether it is these."""
        async with asyncio.timeout(10):
            while len(self.handled) < len(numbers):
                await asyncio.sleep(0.005)
        return sorted(self.handled) == sorted(numbers)

    def start(self) -> "asyncio.Task[None]":
        async def announced() -> None:
            return None

        self.inbox = StoredInbox(self.db, 1, lambda: self.now, shared=self.shared)
        self.intake = Intake(self.handle, self.inbox, Throttle(burst=1000))
        self.pushed = Pushed(
            lambda take: served(webhook_app("/", SECRET, take), ("127.0.0.1", self.port)),
            announced,
            self.inbox.admit,
            self.intake,
            lambda: self.now,
            grace=timedelta(seconds=0.1),
        )
        # Kept here, because the loop itself holds its tasks weakly.
        self.serving = asyncio.create_task(self.pushed.run(self.stop))
        return self.serving


async def kill() -> None:
    """As kill -9 does it: nothing more is finished, stored or answered."""
    for _ in range(3):
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)


async def bring(port: int, *numbers: int) -> list[int]:
    """The statuses for these updates, each of a chat of its own."""

    async def one(client: aiohttp.ClientSession, number: int) -> int:
        body: dict[str, Any] = {"update_id": number, "message": {"chat": {"id": number}, "text": "hi"}}
        while True:
            try:
                async with client.post(
                    f"http://127.0.0.1:{port}/", json=body, headers={SECRET_HEADER: SECRET}
                ) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.01)

    async with aiohttp.ClientSession() as client:
        return list(await asyncio.gather(*(one(client, number) for number in numbers)))


async def test_what_was_acknowledged_before_a_kill_is_done_after_it_and_only_once(
    database: Database, unused_tcp_port_factory: Callable[[], int]
) -> None:
    first = Process(database, unused_tcp_port_factory(), slow=frozenset({2, 4}))
    first.start()
    assert await bring(first.port, 1, 2, 3, 4) == [200, 200, 200, 200]
    assert await first.has_handled(1, 3)
    await until_kept(database, 2, 4)
    await kill()

    second = Process(database, unused_tcp_port_factory())
    serving = second.start()
    # Telegram may not have read the 200s: all of it comes again.
    assert await bring(second.port, 1, 2, 3, 4, 5) == [200] * 5

    assert await second.has_handled(2, 4, 5)
    await until_kept(database)
    await end(serving)


async def test_an_update_that_is_brought_to_two_replicas_is_handled_once(
    database: Database, unused_tcp_port_factory: Callable[[], int]
) -> None:
    replicas = [Process(database, unused_tcp_port_factory(), shared=True) for _ in range(2)]
    serving = [one.start() for one in replicas]

    await asyncio.gather(*(bring(one.port, *range(1, 21)) for one in replicas))

    while sum(len(one.handled) for one in replicas) < 20:
        await asyncio.sleep(0.005)
    await until_kept(database)
    await end(*serving)
    assert sorted(replicas[0].handled + replicas[1].handled) == list(range(1, 21))


async def test_a_replica_takes_over_from_one_that_ended_and_never_from_one_that_works(
    database: Database, unused_tcp_port_factory: Callable[[], int]
) -> None:
    slow = Process(database, unused_tcp_port_factory(), slow=frozenset({1}), shared=True)
    serving = [slow.start()]
    await bring(slow.port, 1)
    slow.now += LEASE
    await slow.inbox.hold(slow.intake.kept)
    other = Process(database, unused_tcp_port_factory(), shared=True, now=NOW + LEASE + SECOND)
    serving.append(other.start())
    await bring(other.port, 2)
    assert await other.has_handled(2)

    other.now += LEASE
    await other.intake.resume()

    assert await other.has_handled(1, 2)
    await until_kept(database)
    await end(*serving)


async def test_what_a_replica_leaves_at_its_end_is_free_for_another_at_once(
    database: Database, unused_tcp_port_factory: Callable[[], int]
) -> None:
    leaving = Process(database, unused_tcp_port_factory(), slow=frozenset({1}), shared=True)
    leaving.start()
    await bring(leaving.port, 1)
    staying = Process(database, unused_tcp_port_factory(), shared=True)
    serving = staying.start()
    await bring(staying.port, 2)
    assert await staying.has_handled(2)
    await staying.pushed.tend(staying.inbox.hold)
    assert staying.handled == [2]

    leaving.stop.set()
    await leaving.serving
    await staying.pushed.tend(staying.inbox.hold)

    assert await staying.has_handled(1, 2)
    await until_kept(database)
    await end(serving)


async def test_after_an_outage_nobody_takes_over_before_the_others_could_say_what_they_work_on(
    database: Database, unused_tcp_port_factory: Callable[[], int]
) -> None:
    slow = Process(database, unused_tcp_port_factory(), slow=frozenset({1}), shared=True)
    other = Process(database, unused_tcp_port_factory(), shared=True)
    serving = [slow.start(), other.start()]
    await bring(slow.port, 1)
    await bring(other.port, 2)
    assert await other.has_handled(2)

    slow.now = other.now = NOW + LEASE + SECOND
    with pytest.raises(OSError, match="down"):
        await other.pushed.tend(_is_down)
    await other.pushed.tend(other.inbox.hold)
    await slow.pushed.tend(slow.inbox.hold)
    await other.pushed.tend(other.inbox.hold)
    assert other.handled == [2]

    slow.serving.cancel()
    other.now += LEASE + SECOND
    await other.pushed.tend(other.inbox.hold)
    assert await other.has_handled(1, 2)
    await until_kept(database)
    await end(*serving)


async def _is_down(update_ids: Sequence[int]) -> None:
    raise OSError("the database is down")


@pytest.fixture
async def broken(tmp_path: Path) -> AsyncIterator[Database]:
    """A database that answers nothing."""
    file = tmp_path / "broken.db"
    file.write_bytes(b"no database" * 1000)
    database = Database(parse_address(f"sqlite:///{file}"))
    yield database
    await database.close()


async def test_who_holds_nothing_learns_all_the_same_that_the_database_does_not_answer(broken: Database) -> None:
    with pytest.raises(StorageError):
        await StoredInbox(broken, 1, lambda: NOW).hold([])


async def test_updates_are_accepted_while_the_port_is_open(
    database: Database, unused_tcp_port_factory: Callable[[], int]
) -> None:
    process = Process(database, unused_tcp_port_factory(), slow=frozenset({1}))
    serving = process.start()
    assert not process.pushed.accepts_updates
    await bring(process.port, 1)
    assert process.pushed.accepts_updates

    process.stop.set()
    async with asyncio.timeout(5):
        while process.pushed.accepts_updates:
            await asyncio.sleep(0)
    assert not serving.done()

    await serving


async def test_what_cannot_be_stored_is_not_acknowledged(broken: Database) -> None:
    nowhere = StoredInbox(broken, 1, lambda: NOW)
    async with served(webhook_app("/", SECRET, nowhere.admit), ("127.0.0.1", 0)) as port:
        assert await bring(port, 1) == [503]


async def until_kept(database: Database, *numbers: int) -> None:
    """Returns when the inbox holds these and nothing else; a write that a test cuts off would block its database."""
    async with asyncio.timeout(10):
        while True:
            async with database.read() as connection:
                if [each["update_id"] for each in await inbox.kept(connection, 1)] == list(numbers):
                    return
            await asyncio.sleep(0.005)


async def end(*serving: "asyncio.Task[None]") -> None:
    for one in serving:
        one.cancel()
    await asyncio.gather(*serving, return_exceptions=True)


def _fault(method: str, *, code: int = 502, description: str = "Bad Gateway") -> Any:
    from bot.sandbox.faults import Fault

    return Fault("error", method=method, code=code, description=description)

"""Replicas share one content folder, and one that has another before it changes nothing; on PostgreSQL alone."""

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content import marker
from bot.content.problems import ContentError
from bot.services.authors.journal import Journal
from bot.services.delivery.presence import Presence
from bot.services.operators import operating
from bot.services.operators.supervising import supervise
from bot.services.shelf.folder_state import folder_state
from bot.services.shelf.recognising import Replica
from bot.services.shelf.shelving import Shelving
from bot.storage import facts
from bot.storage.address import parse_address
from bot.storage.delivery import holders
from bot.storage.engine import Database
from tests.conftest import _delete_all_rows
from tests.services.conftest import NOON, Folder

pytestmark = pytest.mark.postgres

NOBODY = 65534


@dataclass
class Replicas:
    """Two processes' views of one database: `first` has the posts, `second` what its volume brings."""

    first: Folder
    second: Folder

    def shelving(self, which: Folder, place: str) -> Shelving:
        return Shelving(which.database, which.root, ZoneInfo("UTC"), "en", lambda: which.now, replica=Replica(place))


@pytest.fixture
async def replicas(_migrated_postgres: str) -> AsyncIterator[Replicas]:
    _delete_all_rows(_migrated_postgres)
    opened = [Database(parse_address(_migrated_postgres)) for _ in range(2)]
    # Not below pytest's folder, into which nobody but its user may look: see `read_only`.
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        folders = []
        for number, database in enumerate(opened):
            root = Path(home) / f"content-{number}"
            root.mkdir()
            replica = Replica(f"replica-{number}", f"sender-{number}")
            folders.append(Folder(database, root, options={"replica": replica}))
        yield Replicas(*folders)
    for database in opened:
        await database.close()


@pytest.fixture
async def seated(replicas: Replicas) -> AsyncIterator[Presence]:
    """The second one lives, for as long as it has its seat."""
    presence = Presence(replicas.second.database, "sender-1")
    presence.begin()
    await until_lives(replicas, is_alive=True)
    yield presence
    await presence.end()


async def until_lives(replicas: Replicas, *, is_alive: bool) -> None:
    """The server knows of a connection's end a moment later."""
    async with asyncio.timeout(10):
        while True:
            async with replicas.first.database.read() as connection:
                if await holders.lives(connection, "sender-1") is is_alive:
                    return
            await asyncio.sleep(0.01)


async def test_the_first_sync_marks_the_folder_and_replicas_that_share_it_load_it(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    replicas.second.root = replicas.first.root
    replicas.second.post("b.md", "B")

    report = await replicas.second.sync()

    assert marker.read(replicas.first.root)
    assert (report.stranger, report.added) == (None, ("b.md",))
    assert (await replicas.first.sync()).unchanged == 2


async def test_an_empty_folder_of_one_replica_withdraws_nothing(replicas: Replicas) -> None:
    for name in "abcdefgh":
        replicas.first.post(f"{name}.md")
    await replicas.first.sync()
    before = await folder_state(replicas.first.database)

    # Even with the yes of a button in /status, which may reach any replica.
    for options in ({}, {"allow_withdraw": True}):
        report = await replicas.second.sync(**options)
        assert report.stranger is not None
        assert (report.stranger.code, report.withdrawn, report.held_withdrawals) == ("folder-unmarked", (), ())

    assert await folder_state(replicas.first.database) == before
    assert len(await replicas.first.cards()) == 8
    assert list(replicas.second.root.iterdir()) == []


async def test_a_folder_with_another_marker_is_not_loaded(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    replicas.second.post("b.md", "B")
    await replicas.first.sync()
    marker.write(replicas.second.root, "0" * 32)

    report = await replicas.second.sync()

    assert report.stranger is not None
    assert (report.stranger.code, await replicas.first.titles()) == ("folder-of-others", ["A"])


@pytest.mark.usefixtures("seated")
async def test_it_is_told_in_status_until_the_folder_is_right_again(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    await replicas.second.sync()
    database = replicas.first.database

    seen = await supervise(database, now=NOON)
    counted = await operating.status(database, now=NOON)

    assert [(one.file, one.code) for one in seen.strangers] == [("replica-1", "folder-unmarked")]
    assert seen.needs == 1
    assert counted.strangers[0].startswith("replica-1: this folder is not loaded")
    replicas.second.root = replicas.first.root
    await replicas.second.sync()
    assert (await supervise(database, now=NOON)).strangers == ()


async def test_a_replica_that_is_no_more_is_told_no_more(replicas: Replicas, seated: Presence) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    await replicas.second.sync()
    assert len((await supervise(replicas.first.database, now=NOON)).strangers) == 1

    await seated.end()
    await until_lives(replicas, is_alive=False)

    assert (await supervise(replicas.first.database, now=NOON)).strangers == ()


@pytest.mark.usefixtures("seated")
async def test_a_folder_that_is_taken_for_the_shared_one_is_no_problem_any_more(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    replicas.second.post("a.md", "A")
    await replicas.second.sync()

    # On the command line, in a container of another name than the replica's.
    await replicas.second.sync(adopt=True, allow_withdraw=True, replica=Replica("elsewhere"))

    assert (await supervise(replicas.first.database, now=NOON)).strangers == ()


async def test_a_single_look_at_another_folder_is_no_replica(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()

    report = await replicas.second.sync(replica=Replica("replica-1"))

    assert report.stranger
    async with replicas.first.database.read() as connection:
        assert await facts.get(connection, "strange folders") is None


async def test_it_is_logged_once(replicas: Replicas, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.services.shelf.shelving")
    replicas.first.post("a.md", "A")
    await replicas.shelving(replicas.first, "replica-0").sync()
    caplog.clear()
    shelving = replicas.shelving(replicas.second, "replica-1")

    await shelving.sync()
    await shelving.sync()
    shelving.root = replicas.first.root
    await shelving.sync()

    said = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert said == ["Posts stay as they are", "The content folder is the one that all replicas share again"]


async def test_a_folder_is_adopted_on_purpose(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    replicas.second.post("b.md", "B")

    report = await replicas.second.sync(allow_withdraw=True, adopt=True)

    assert (report.added, report.withdrawn, report.stranger) == (("b.md",), ("a.md",), None)
    assert marker.read(replicas.second.root) == marker.read(replicas.first.root)


async def test_a_new_database_adopts_the_marker_that_is_there(replicas: Replicas) -> None:
    marker.write(replicas.first.root, "f" * 32)
    replicas.first.post("a.md", "A")

    report = await replicas.first.sync()

    assert (report.added, marker.read(replicas.first.root)) == (("a.md",), "f" * 32)
    assert (await replicas.second.sync()).stranger


async def test_a_damaged_marker_is_not_written_over_unasked(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    replicas.first.write(".heliograph", "title: something of somebody else's\n")

    refused = await replicas.first.sync()
    adopted = await replicas.first.sync(adopt=True)

    assert refused.stranger is not None
    assert (refused.stranger.code, adopted.added) == ("folder-of-others", ("a.md",))


async def test_an_empty_folder_is_not_marked_so_that_the_one_with_posts_can_be(replicas: Replicas) -> None:
    assert (await replicas.second.sync()).stranger is None
    replicas.first.post("a.md", "A")

    report = await replicas.first.sync()

    assert report.added == ("a.md",)
    assert (await replicas.second.sync()).stranger


async def test_a_database_that_knows_no_marker_takes_no_folder_without_its_posts(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    with read_only(replicas.first.root):
        await replicas.first.sync()
    replicas.second.post("b.md", "B")

    stranger = (await replicas.second.sync()).stranger

    assert stranger is not None
    assert (stranger.code, list(replicas.second.root.glob(".*"))) == ("folder-unmarked", [])
    assert (await replicas.first.sync()).stranger is None
    assert marker.read(replicas.first.root)


async def test_a_read_only_folder_is_loaded_unmarked_and_said_so(
    replicas: Replicas, caplog: pytest.LogCaptureFixture
) -> None:
    replicas.first.post("a.md", "A")
    shelving = replicas.shelving(replicas.first, "replica-0")

    with read_only(replicas.first.root):
        await shelving.sync()
        report = await shelving.sync()

    assert report.unmarked is not None
    assert (report.unmarked.code, report.unchanged) == ("folder-read-only", 1)
    said = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert len(said) == 1
    assert "cannot tell whether they share one content folder: .heliograph: the content folder cannot" in said[0]


async def test_a_read_only_folder_is_not_adopted_for_a_marked_one(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    replicas.second.post("b.md", "B")

    with read_only(replicas.second.root):
        report = await replicas.second.sync(allow_withdraw=True, adopt=True)

    assert report.stranger is not None
    assert (report.stranger.code, await replicas.first.titles()) == ("folder-read-only", ["A"])


@pytest.mark.usefixtures("seated")
async def test_a_folder_that_is_not_there_is_told_and_leaves_what_the_others_know(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    before = await folder_state(replicas.first.database)
    replicas.second.root.rmdir()

    report = await replicas.second.sync()

    assert [one.code for one in report.problems] == ["folder-missing"]
    assert await folder_state(replicas.first.database) == before
    assert [one.code for one in (await supervise(replicas.first.database, now=NOON)).strangers] == ["folder-missing"]


async def test_nothing_is_published_into_a_folder_that_the_others_do_not_see(replicas: Replicas) -> None:
    replicas.first.post("a.md", "A")
    await replicas.first.sync()
    journal = Journal(replicas.second.database, replicas.second.root, lambda: NOON)
    change = journal.change(1, "publish", "b.md", title="B", before=None, after=b"# B")

    with pytest.raises(ContentError) as refused:
        await journal.put(change, before=None, after=b"# B")

    assert refused.value.problem.code == "folder-unmarked"
    assert list(replicas.second.root.iterdir()) == []


@contextmanager
def read_only(root: Path) -> Iterator[None]:
    """Nobody may write into the folder meanwhile, and root is somebody else."""
    user, mode = os.geteuid(), root.stat().st_mode
    root.chmod(0o555)
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        root.chmod(mode)

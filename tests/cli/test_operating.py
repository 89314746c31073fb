"""An operator's commands: each fault in one line with advice, and counts that machines can read."""

import asyncio
import errno
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from typer.testing import CliRunner, Result

from bot.app import open_app, sync_once
from bot.chat.examining import clock_skew, telegram, webhook
from bot.cli import build
from bot.cli.operating import _told
from bot.sandbox.faults import Fault
from bot.sandbox.server import TOKEN, SandboxServer
from bot.services.operators import examining
from bot.services.operators.examining import Mark
from bot.services.shelf.syncing import sync
from bot.settings import Settings, SettingsError, load
from bot.storage.address import parse_address
from bot.storage.engine import open_database
from bot.storage.migrate import known_revisions, migrate

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SandboxServer]:
    async with SandboxServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("# A post\n\nWords.")
    (tmp_path / "content" / "bad.md").write_text("---\ntitle: [\n---\n\nWords.")
    return tmp_path


def run(home: Path, *words: str, **more: str) -> Result:
    environ = {"CONTENT": str(home / "content"), "DATA": str(home / "data"), "TIMEZONE": "UTC"} | more
    return CliRunner().invoke(build(), words, env={f"HELIOGRAPH_{name}": value for name, value in environ.items()})


async def examined(server: SandboxServer, token: str = TOKEN, webhook_url: str = "") -> list[str]:
    found = await telegram(token, api_url=server.base_url, webhook_url=webhook_url, clock=lambda: NOW)
    return [str(one) for one in found]


async def test_telegram_is_asked_for_token_switches_and_webhook(server: SandboxServer) -> None:
    server.world.can_read_all_group_messages = True
    server.world.supports_inline_queries = False

    said = await examined(server, webhook_url="https://bot.example.org/updates")

    assert f"✓ The token is that of @{server.world.bot.username}" in said
    assert "⚠ Inline mode is off: send /setinline to @BotFather" in said
    assert "⚠ The bot reads every message of its groups: send /setprivacy to @BotFather: Enable" in said
    assert said[-1].startswith("⚠ The webhook is not set to HELIOGRAPH_WEBHOOK_URL: the next start sets it; if the bot")


@pytest.mark.parametrize(("number", "told"), [(0, "no update waits"), (1, "1 update waits"), (2, "2 updates wait")])
def test_what_is_known_of_fetching_is_said_and_no_more(number: int, told: str) -> None:
    said = str(webhook({"url": "", "pending_update_count": number}, ""))

    assert said == f"✓ No webhook is set, so the bot fetches updates itself; {told}"


async def test_a_refused_token_is_said_without_showing_it(server: SandboxServer) -> None:
    wrong = "123456789:" + "x" * 35

    said = await examined(server, wrong)

    assert said == ["✗ Telegram refuses the token: copy it again from @BotFather into HELIOGRAPH_TOKEN"]


async def test_an_outage_is_no_traceback(server: SandboxServer) -> None:
    server.world.faults.add(Fault("drop", method="getMe", times=None))

    (said,) = await examined(server)

    assert said.startswith("✗ Telegram cannot be asked (")
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("seconds", "mark"),
    [(0, Mark.FINE), (10, Mark.FINE), (11, Mark.DOUBTFUL), (-300, Mark.DOUBTFUL), (301, Mark.WRONG)],
)
def test_a_clock_that_goes_wrong_is_noticed(seconds: int, mark: Mark) -> None:
    assert clock_skew("Sun, 11 Jan 2026 12:00:00 GMT", NOW + timedelta(seconds=seconds)).mark is mark


def test_an_answer_without_a_date_leaves_the_clock_in_doubt() -> None:
    assert clock_skew("", NOW).mark is Mark.DOUBTFUL


@pytest.mark.parametrize(
    ("info", "wanted", "mark"),
    [
        ({"url": "", "pending_update_count": 3}, "", Mark.FINE),
        ({"url": "https://a/x"}, "", Mark.DOUBTFUL),
        ({"url": "https://a/x"}, "https://a/x", Mark.FINE),
        ({"url": "https://a/x", "last_error_message": "Connection refused"}, "https://a/x", Mark.FINE),
        (
            {"url": "https://a/x", "last_error_message": "Connection refused", "pending_update_count": 4},
            "https://a/x",
            Mark.WRONG,
        ),
    ],
)
def test_a_webhook_that_fails_now_is_wrong(info: dict[str, object], wanted: str, mark: Mark) -> None:
    assert webhook(info, wanted).mark is mark


@pytest.mark.parametrize(("number", "mark"), [("3.51.2", Mark.DOUBTFUL), ("3.51.3", Mark.FINE), ("3.53.0", Mark.FINE)])
def test_an_sqlite_with_the_fault_in_its_log_is_named(number: str, mark: Mark) -> None:
    assert examining.sqlite_version(number).mark is mark


@pytest.mark.parametrize(("free", "mark"), [(2 << 30, Mark.FINE), (500 << 20, Mark.DOUBTFUL), (10 << 20, Mark.WRONG)])
def test_a_disk_that_fills_up_is_told(free: int, mark: Mark) -> None:
    assert examining.disk_space(free).mark is mark


def test_a_data_folder_that_others_may_read_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    assert str(examining.data_folder(tmp_path)[0]).endswith(f"chmod 700 {tmp_path}")


async def test_a_database_is_looked_at_and_left_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    assert "has no tables yet" in str((await examining.database(url))[0])
    assert not (tmp_path / "bot.db").exists()
    migrate(parse_address(url), known_revisions()[-2])

    assert "has older tables" in str((await examining.database(url))[0])
    assert "newer Heliograph" in str(examining.tables(parse_address(url), "9999"))


def test_a_database_behind_a_folder_that_is_shut_is_one_line(tmp_path: Path) -> None:
    # Its name is too long to be looked at, which fails alike for every user.
    address = f"sqlite:///{tmp_path / ('x' * 300)}.db"

    (said,) = asyncio.run(examining.database(address))

    assert said.mark is Mark.WRONG
    assert "cannot be opened" in said.what


@pytest.mark.postgres
async def test_a_folder_that_the_replicas_do_not_share_is_told(postgres_url: str, tmp_path: Path) -> None:
    database = await open_database(postgres_url)
    for name in ("ours", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "ours" / "a.md").write_text("# A\n\nWords.")
    await sync(database, tmp_path / "ours", now=NOW, zone=ZoneInfo("UTC"), language="en")
    await database.close()

    fine = await examining.content_folder(tmp_path / "ours", postgres_url)
    wrong = await examining.content_folder(tmp_path / "empty", postgres_url)
    missing = await examining.content_folder(tmp_path / "nowhere", postgres_url)

    assert (fine.mark, wrong.mark, missing.mark) == (Mark.FINE, Mark.WRONG, Mark.WRONG)
    assert wrong.what.endswith("is not the one that all replicas share")
    assert missing.what.startswith("There is no content folder")


@pytest.mark.postgres
def test_doctor_says_one_line_of_a_folder_and_sync_one_sentence(home: Path, postgres_url: str) -> None:
    (home / "empty").mkdir()
    run(home, "sync", DATABASE_URL=postgres_url)

    for folder in ("empty", "nowhere"):
        place = {"CONTENT": str(home / folder), "DATABASE_URL": postgres_url}
        said = run(home, "doctor", **place).stdout.splitlines()
        assert [line[0] for line in said if str(home / folder) in line] == ["✗"]

    refused = run(home, "sync", CONTENT=str(home / "empty"), DATABASE_URL=postgres_url)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.count("this folder is not loaded") == 1
    assert refused.stderr.startswith(f"{home / 'empty'}: this folder is not loaded")


async def test_a_start_without_its_content_folder_changes_nothing(tmp_path: Path) -> None:
    settings = load({}, env_file=None, content=tmp_path / "nowhere", data=tmp_path / "data", token=TOKEN)

    for command in (sync_once(settings), _opened(settings)):
        with pytest.raises(SettingsError, match="HELIOGRAPH_CONTENT: there is no folder"):
            await command

    assert not settings.data.exists()


async def _opened(settings: Settings) -> None:
    async with open_app(settings):
        pass


def test_doctor_says_everything_and_fails_when_something_is_wrong(home: Path) -> None:
    result = run(home, "doctor")

    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert all(line[0] in "✓⚠✗" for line in lines)
    assert lines[-1] == "✗ There is no token: get one from @BotFather and set HELIOGRAPH_TOKEN"


def test_status_counts_without_telegram(home: Path) -> None:
    run(home, "sync")

    found = json.loads(run(home, "status", "--json").stdout)

    assert (found["posts"], found["problems"]) == ({"published": 1}, {"error": 1})
    assert "\n1 post\n" in run(home, "status").stdout


def test_how_long_something_waits_is_told_in_a_unit_that_people_use() -> None:
    told = [_told(timedelta(seconds=seconds)) for seconds in (0.6, 119, 120, 7199, 7200, 180_000)]

    assert told == ["1 second", "119 seconds", "2 minutes", "119 minutes", "2 hours", "2 days"]


def test_one_post_that_lost_its_file_is_one(home: Path) -> None:
    run(home, "sync")
    for name in ("a.md", "bad.md"):
        (home / "content" / name).unlink()

    said = run(home, "sync").stdout

    assert "1 post has lost its file and stays on the shelf" in said
    assert "heliograph sync --allow-withdraw" in run(home, "status").stdout


def test_a_backup_is_restored_from_the_command_line(home: Path) -> None:
    run(home, "sync")
    copy = str(home / "copy.db")

    assert "checked" in run(home, "backup", copy).stdout
    restored = run(home, "restore", copy)

    assert restored.exit_code == 0
    assert "The old database is kept as" in restored.stdout
    assert "\n1 post\n" in run(home, "status").stdout


def test_a_database_that_was_put_back_by_other_means_is_told_so(home: Path) -> None:
    run(home, "sync")

    said = run(home, "restore", "--in-place")

    assert (said.exit_code, said.stdout) == (0, "What stands there is restored; the bot may start.\n")
    for words in (["restore"], ["restore", "--in-place", str(home / "copy.db")]):
        refused = run(home, *words)
        assert refused.exit_code == 2
        assert "name a FILE, or say --in-place" in refused.output


def test_subscriptions_are_exported_and_taken_in_from_the_command_line(home: Path) -> None:
    file = home / "followers.json"
    row = {"kind": "all", "days": 127, "minute": 540, "zone": "UTC"}
    people = [{"chat_id": 7, "chat_kind": "private", "subscriptions": [row]}, {"chat_id": 8}]
    file.write_text(json.dumps({"heliograph": "subscriptions", "version": 1, "subscribers": people}))

    taken = run(home, "import", str(file))
    exported = run(home, "export", str(home / "copy.json"))

    assert taken.exit_code == 1
    assert taken.stdout == "1 subscriber, 1 new subscription; 1 row left out.\n"
    assert exported.stdout == f"{home / 'copy.json'}: 1 subscriber, 1 subscription.\n"
    assert json.loads((home / "copy.json").read_text())["subscribers"][0]["chat_id"] == 7


def test_an_export_that_finds_no_room_leaves_nothing_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(_: object, opened: TextIO, **__: object) -> None:
        opened.write("half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("json.dump", fill)
    file = home / "copy.json"

    refused = run(home, "export", str(file))

    assert str(refused.exception) == f"{file} cannot be written: No space left on device."
    assert not file.exists()


def test_a_database_is_no_copy_of_itself(home: Path) -> None:
    run(home, "sync")
    before = sorted(path.name for path in (home / "data").iterdir())

    refused = run(home, "restore", str(home / "data" / "heliograph.sqlite3"))

    assert "heliograph.sqlite3 is the database itself: name a file that" in str(refused.exception)
    assert sorted(path.name for path in (home / "data").iterdir()) == before

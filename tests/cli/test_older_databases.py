"""Commands that only read leave the database of another program as it is, and say what to do."""

import asyncio
from pathlib import Path

import pytest

from bot.app import open_app
from bot.services.shelf import reindexing
from bot.settings import load
from bot.storage import facts
from bot.storage.address import DatabaseAddress, StorageError, parse_address
from bot.storage.engine import Database
from bot.storage.inspecting import found_revision
from bot.storage.migrate import known_revisions, migrate
from bot.storage.occupancy import served_alone
from tests.cli.test_operating import run

READING = [("status",), ("search", "words"), ("digest", "--dry-run"), ("export", "subscriptions.json")]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("# A post\n\nWords.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _address(home: Path) -> DatabaseAddress:
    return parse_address(f"sqlite:///{home / 'data' / 'heliograph.sqlite3'}")


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_who_only_reads_leaves_older_tables_to_the_program_that_serves_them(home: Path, words: tuple[str]) -> None:
    assert run(home, "sync").exit_code == 0
    older = known_revisions()[-2]
    migrate(_address(home), older)

    refused = run(home, *words)

    assert f"has the tables of an older Heliograph ({older}, " in str(refused.exception)
    assert "bring them up to date with `heliograph run` or `heliograph sync` of this one." in str(refused.exception)
    assert found_revision(_address(home)) == older
    assert run(home, "sync").exit_code == 0
    assert run(home, *words).exit_code == 0


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_a_database_that_is_not_there_yet_is_made(home: Path, words: tuple[str]) -> None:
    assert run(home, *words).exit_code == 0
    assert found_revision(_address(home)) == known_revisions()[-1]


def test_a_search_leaves_an_index_of_other_rules_as_it_is(home: Path) -> None:
    assert run(home, "sync").exit_code == 0
    asyncio.run(_index_is_made_by(home, "other rules"))

    refused = run(home, "search", "words")

    assert "was made by another version of Heliograph" in str(refused.exception)
    assert "make the index anew with `heliograph reindex`." in str(refused.exception)
    assert run(home, "status").exit_code == 0
    assert run(home, "reindex").exit_code == 0
    assert "A post" in run(home, "search", "words").stdout


async def test_a_second_bot_that_is_refused_has_not_touched_the_tables_of_the_first(home: Path) -> None:
    address, older = _address(home), known_revisions()[-2]
    address.file.parent.mkdir()
    migrate(address, older)
    settings = load(
        {}, env_file=None, content=home / "content", data=home / "data", token="123456789:" + "x" * 35, timezone="UTC"
    )

    with served_alone(address), pytest.raises(StorageError, match="is served by another process already"):
        async with open_app(settings):
            raise AssertionError("it must not serve")

    assert found_revision(address) == older


async def _index_is_made_by(home: Path, rules: str) -> None:
    db = Database(_address(home))
    async with db.write() as connection:
        await facts.put(connection, reindexing.VERSION, rules)
    await db.close()

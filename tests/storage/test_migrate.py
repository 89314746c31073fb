"""Migrations: every start brings the tables up to date, once, and never harms a newer database."""

import asyncio
import importlib
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, NullPool, create_engine, func, insert, inspect, select, text
from sqlalchemy.schema import SchemaItem

import bot.storage
from bot.storage.address import StorageError, parse_address
from bot.storage.delivery.digest_tables import delivered_posts, deliveries, subscribers
from bot.storage.engine import open_database
from bot.storage.migrate import VERSION_TABLE, known_revisions, migrate, revision
from bot.storage.tables import chats, files, metadata, posts, problems
from tests.conftest import own_database

NOW = datetime(2026, 1, 11, 9, tzinfo=UTC)
POST = {
    "id": 1, "key": "abcdefghij", "slug": "lora", "slug_written": False, "language": "zh", "state": "published",
    "path": "lora.md", "content_hash": "0" * 64, "title": "LoRA：低秩适配", "excerpt": "…", "date": NOW,
    "publish_at": NOW, "weight": 0,
    "reading_minutes": 6, "has_formulas": True, "has_tables": False, "first_seen": NOW, "other_names": ["低秩"],
    "extra": {"math": True}, "body": "$W + BA$",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _all_tables_are_known() -> None:
    for module in pkgutil.walk_packages(bot.storage.__path__, "bot.storage."):
        # Those of Alembic run when they are imported.
        if not module.name.startswith("bot.storage.migrations."):
            importlib.import_module(module.name)


def _engine(url: str) -> Engine:
    return create_engine(parse_address(url).with_driver(asynchronous=False), poolclass=NullPool)


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - _search_shadows(connection) - {VERSION_TABLE}


def _search_shadows(connection: Connection) -> set[str]:
    """What no model describes: SQLite's full-text tables with the tables behind them, PostgreSQL's token indexes."""
    if connection.dialect.name != "sqlite":
        return {"ix_search_doc_title", "ix_search_doc_all"}
    virtual = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
    names = connection.execute(text(virtual)).scalars().all()
    ends = ("", "_data", "_idx", "_content", "_docsize", "_config")
    return {name + end for name in names for end in ends}


def _start(gate: Barrier, url: str) -> None:
    async def work() -> None:
        database = await open_database(url)
        async with database.read() as connection:
            await connection.execute(select(posts.c.id))
        await database.close()

    gate.wait(30)
    asyncio.run(work())


def test_eight_processes_that_start_at_once_all_come_up(blank_url: str, together: Callable[..., list[int]]) -> None:
    assert together(8, _start, blank_url) == [0] * 8


def test_models_and_migrations_agree(blank_url: str) -> None:
    migrate(parse_address(blank_url))

    with _engine(blank_url).connect() as connection:
        shadows = _search_shadows(connection)

        def ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, found: object) -> bool:
            return name not in shadows and name != VERSION_TABLE

        options: dict[str, Any] = {"include_object": ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_every_migration_goes_up_and_down_with_data(blank_url: str) -> None:
    address, known = parse_address(blank_url), known_revisions()
    migrate(address)
    with _engine(blank_url).begin() as connection:
        connection.execute(insert(posts).values(POST))
        connection.execute(insert(chats).values(chat_id=-1001234567890, kind="supergroup", created_at=NOW))

    for target in [*reversed(known[:-1]), *known[1:]]:
        migrate(address, target)

    with _engine(blank_url).connect() as connection:
        assert revision(connection) == known[-1]
        kept = connection.execute(select(posts)).mappings().one()
        assert {name: kept[name] for name in POST} == POST
        assert connection.execute(select(chats.c.chat_id)).scalar_one() == -1001234567890


def test_digests_are_kept_while_their_numbers_get_more_room(blank_url: str) -> None:
    address = parse_address(blank_url)
    migrate(address, "0010")
    digest = {"subscriber_id": 1, "due_at": NOW, "state": "sent", "available_at": NOW, "contents": {"seqs": [1]}}
    with _engine(blank_url).begin() as connection:
        connection.execute(insert(chats).values(chat_id=11, kind="private", created_at=NOW))
        connection.execute(insert(subscribers).values(id=1, chat_id=11, thread_id=0, created_at=NOW))
        connection.execute(insert(deliveries).values(digest))
        connection.execute(insert(delivered_posts).values(subscriber_id=1, seq=7, delivery_id=1))

    for target in ("0011", "0010", "0011"):
        migrate(address, target)
        with _engine(blank_url).begin() as connection:
            kept = connection.execute(select(deliveries)).mappings().one()
            assert {name: kept[name] for name in digest} == digest
            assert connection.execute(select(delivered_posts.c.delivery_id)).scalar_one() == kept["id"] == 1

    with _engine(blank_url).begin() as connection:
        connection.execute(insert(deliveries).values(digest | {"due_at": NOW + timedelta(days=1)}))
        assert connection.execute(select(func.max(deliveries.c.id))).scalar_one() == 2


def test_going_all_the_way_down_leaves_nothing(blank_url: str) -> None:
    address = parse_address(blank_url)
    migrate(address)

    migrate(address, "base")

    with _engine(blank_url).connect() as connection:
        assert _tables(connection) == set()
    migrate(address)
    with _engine(blank_url).connect() as connection:
        assert {"posts", "topics", "files"} <= _tables(connection)


def test_the_revisions_form_one_line() -> None:
    folder = Path(bot.storage.__path__[0]) / "migrations" / "versions"
    names = sorted(path.name for path in folder.glob("[0-9]*.py"))

    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]


async def test_a_newer_database_is_refused_in_one_sentence(database_url: str) -> None:
    with _engine(database_url).begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    try:
        with pytest.raises(StorageError, match="written by a newer Heliograph"):
            await open_database(database_url)
    finally:
        with _engine(database_url).begin() as connection:
            connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :head"), {"head": known_revisions()[-1]})


@pytest.mark.postgres
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
async def test_a_database_that_cannot_hold_every_character_is_refused_in_one_sentence(
    postgres_server: str, encoding: str
) -> None:
    with own_database(postgres_server, f"ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'") as url:
        with pytest.raises(StorageError, match=f"is encoded in {encoding}, .* ENCODING 'UTF8' TEMPLATE template0."):
            await open_database(url)
        with _engine(url).connect() as connection:
            assert _tables(connection) == set()


def test_a_second_start_changes_nothing(blank_url: str) -> None:
    address = parse_address(blank_url)
    migrate(address)
    with _engine(blank_url).begin() as connection:
        connection.execute(insert(files).values(path="a.md", fingerprint="1", kind="post", refused=False))
        connection.execute(
            insert(problems).values(path="a.md", line=1, severity="error", code="x", what="y", mend="z", facts={})
        )

    migrate(address)

    with _engine(blank_url).connect() as connection:
        assert connection.execute(select(files.c.path)).scalars().all() == ["a.md"]


@pytest.mark.parametrize("value", [datetime(2026, 1, 11), datetime(1, 1, 1)])  # noqa: DTZ001 - that is the point
async def test_a_moment_without_a_zone_is_refused(database_url: str, value: datetime) -> None:
    with _engine(database_url).begin() as connection, pytest.raises(Exception, match="needs a time zone"):
        connection.execute(insert(chats).values(chat_id=1, kind="private", created_at=value))


async def test_moments_come_back_exact_and_in_utc(database_url: str) -> None:
    moment = datetime.fromisoformat("2026-03-29T02:30:00.123456+08:00")
    with _engine(database_url).begin() as connection:
        connection.execute(insert(chats).values(chat_id=1, kind="private", created_at=moment))
        found = connection.execute(select(chats.c.created_at)).scalar_one()

    assert (found, found.tzinfo) == (moment, UTC)

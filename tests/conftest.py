"""Shared by every room: the hypothesis profile, and databases. Other fixtures live beside the tests that need them.

`database` runs a test on SQLite and on PostgreSQL: tables in place, no rows. `database_url` is its address alone, and
`blank_url` an empty database without tables. PostgreSQL is HELIOGRAPH_TEST_POSTGRES_URL, or a server on 127.0.0.1:5432;
without one those tests are skipped by name. Each run makes databases of its own there and drops them.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from bot.storage.address import parse_address
from bot.storage.engine import Database
from bot.storage.migrate import VERSION_TABLE, migrate

# Derandomised, so that a run says the same twice; no deadline, because machines differ.
settings.register_profile(
    "suite", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

BOTH_DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The server's URL, of a database that always exists."""
    url = os.environ.get("HELIOGRAPH_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    try:
        _as_admin(url, "SELECT 1")
    except OperationalError:
        pytest.skip("no PostgreSQL server: set HELIOGRAPH_TEST_POSTGRES_URL, or start one on 127.0.0.1:5432")
    return url


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: str) -> Iterator[str]:
    with own_database(postgres_server) as url:
        migrate(parse_address(url))
        yield url


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "heliograph.db"
    migrate(parse_address(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=BOTH_DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables and no rows."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("_migrated_postgres")
        _delete_all_rows(url)
        return url
    file = tmp_path / "heliograph.db"
    shutil.copyfile(request.getfixturevalue("_migrated_sqlite"), file)
    return f"sqlite:///{file}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(parse_address(database_url))
    yield opened
    await opened.close()


@pytest.fixture(params=BOTH_DATABASES)
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.db'}"
        return
    with own_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database without tables, for what is true of PostgreSQL alone."""
    with own_database(postgres_server) as url:
        yield url


@contextmanager
def own_database(server: str, options: str = "") -> Iterator[str]:
    """The URL of a new PostgreSQL database, which goes with the block."""
    name = f"heliograph_test_{uuid4().hex}"
    _as_admin(server, f"CREATE DATABASE {name} {options}")
    try:
        _as_admin(server, f"ALTER DATABASE {name} SET synchronous_commit = off")
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _as_admin(server, f"DROP DATABASE {name} WITH (FORCE)")


def _delete_all_rows(url: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        # Some hundred times as fast as TRUNCATE on tables of a few rows; as a replica, it need not mind foreign keys.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        names = text(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> :version"
        )
        tables = connection.execute(names, {"version": VERSION_TABLE}).scalars().all()
        connection.execute(text("; ".join(f"DELETE FROM {table}" for table in tables)))


def _as_admin(server: str, statement: str) -> None:
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 3},
    )
    with engine.connect() as connection:
        connection.execute(text(statement))

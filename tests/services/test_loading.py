"""What a large folder asks of the database beside its posts."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services.loading import ANALYSED_FIRST
from bot.storage.engine import open_database
from tests.services.conftest import Folder


@pytest.mark.postgres
async def test_a_large_first_load_tells_postgresql_how_large_it_is(postgres_url: str, tmp_path: Path) -> None:
    database = await open_database(postgres_url)
    folder = Folder(database, tmp_path)
    for number in range(ANALYSED_FIRST):
        folder.post(f"{number}.md")

    await folder.sync()

    async with database.read() as connection:
        # -1 says that nobody ever looked, and autovacuum looks once a minute at most.
        known = await connection.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'posts'"))
        assert known.scalar_one() > 0
    await database.close()

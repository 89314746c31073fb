"""What a large folder asks of the database beside its posts."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services.shelf.loading import ANALYSED_FIRST
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


async def test_a_large_first_load_lets_sqlite_find_a_post_by_its_key(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    database = await open_database(f"sqlite:///{tmp_path / 'x.db'}")
    folder = Folder(database, tmp_path / "content")
    for number in range(ANALYSED_FIRST):
        folder.post(f"{number}.md")

    await folder.sync()

    async with database.read() as connection:
        # Without statistics it walks through everything that is shown, which looks as good.
        asked = text("EXPLAIN QUERY PLAN SELECT id FROM posts WHERE shown_en = 1 AND key IN ('a')")
        plan = [row.detail for row in await connection.execute(asked)]
    await database.close()
    assert plan == ["SEARCH posts USING INDEX ix_posts_key (key=?)"]

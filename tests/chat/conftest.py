"""Publications for the chat's tests: one shared by the guests of a module, new ones for who changes things."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.chat.posts import write_posts
from tests.chat.publication import Publication, new_publication


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def publication(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Publication]:
    """Posts in both languages, served; guests of a module share it, so each test brings its own."""
    async with new_publication(tmp_path_factory.mktemp("publication"), _migrated_sqlite) as made:
        write_posts(made)
        async with made.running():
            yield made


@pytest.fixture
async def own_publication(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    """A publication with an empty folder, not yet served: for tests that change or restart it."""
    async with new_publication(tmp_path / "own", _migrated_sqlite) as made:
        yield made

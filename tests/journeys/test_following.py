"""What goes on for as long as the bot runs is never ended unheard by an error."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import open_app
from bot.jobs import lasting
from tests.chat.publication import Publication, new_publication


@pytest.fixture
async def own(_migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Publication]:
    async with new_publication(tmp_path / "own", _migrated_sqlite) as made:
        yield made


async def test_a_folder_is_followed_again_after_an_unexpected_error(
    own: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    async with asyncio.timeout(60), open_app(own.settings) as app:
        # A name that no system call takes: the watch ends by an error that nobody expects.
        app.shelving.root = Path("no\0folder")
        serving = asyncio.create_task(app.serve(stop))
        while "“follow the content folder” ended by an error; it begins anew in 1 s" not in caplog.text:
            await asyncio.sleep(0.02)
        assert "embedded null" in caplog.text
        app.shelving.root = own.folder

        while not (app.shelving.last and app.shelving.last.added):
            own.post("new.md", "Followed again")
            await asyncio.sleep(0.5)

        stop.set()
        await serving


async def test_who_ends_as_told_does_not_begin_anew(caplog: pytest.LogCaptureFixture) -> None:
    runs = []

    async def run() -> None:
        runs.append(1)

    await lasting("run", run)

    assert (len(runs), caplog.text) == (1, "")

"""The search index made anew while replicas start, and while others change what is on the shelf."""

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.content.document import read_document
from bot.services.search.searching import paths
from bot.services.shelf import indexing, publishing
from bot.services.shelf.reindexing import VERSION, reindex, reindex_if_outdated
from bot.storage import facts
from tests.services.conftest import NOON, Folder

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
UTC = ZoneInfo("UTC")


async def test_replicas_that_start_at_once_make_the_index_anew_once(folder: Folder) -> None:
    for number in range(3):
        folder.post(f"{number}.md", body="Words.")
    await folder.sync(indexer=indexing)
    async with folder.database.write() as connection:
        await facts.put(connection, VERSION, "older rules")

    made = await asyncio.gather(*(reindex_if_outdated(folder.database) for _ in range(3)))

    assert sorted(made) == [False, False, True]


async def test_a_post_that_changes_meanwhile_is_found_by_its_new_words(folder: Folder) -> None:
    folder.post("a.md", "Alpha", body="The elephant.")
    await folder.sync(indexer=indexing)
    [row] = (await folder.rows()).values()
    document, _ = read_document("a.md", b"---\ntitle: Alpha\n---\n\nThe crocodile.\n", zone=UTC, zone_is_assumed=False)
    assert document is not None
    ready = publishing.prepare(document, slug="a", language="en", now=NOON, first_seen=NOON)
    ready = replace(ready, edition=replace(ready.edition, post_id=row.id, previous_key=row.key))

    async with folder.database.write() as connection:
        # A sync has written the post, and is about to commit.
        await publishing.put(connection, [ready], now=NOON, indexer=indexing)
        making = asyncio.create_task(reindex(folder.database))
        await asyncio.sleep(0.3)
    await making

    assert await paths(folder.database, "crocodile", limit=5, zone=UTC) == ["a.md"]
    assert await paths(folder.database, "elephant", limit=5, zone=UTC) == []

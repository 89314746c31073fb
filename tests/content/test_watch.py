"""Changes are told once they have settled, and the watch outlives its folder."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

from bot.content.watch import watch

SETTLE = timedelta(milliseconds=150)
# Far more than any machine needs; a test that waits so long has failed.
PATIENCE = 15


async def told(changes: AsyncGenerator[frozenset[str], None], *expected: str) -> None:
    """Waits until all of `expected` have been told."""
    missing = set(expected)
    while missing:
        missing -= await asyncio.wait_for(anext(changes), PATIENCE)


async def started(root: Path) -> AsyncGenerator[frozenset[str], None]:
    """A watch that is known to be awake: a file made for it has been told."""
    changes = watch(root, settle=SETTLE)
    beat = asyncio.create_task(_beat(root / "beat.md"))
    try:
        await told(changes, "beat.md")
    finally:
        beat.cancel()
    return changes


async def _beat(file: Path) -> None:
    """Touches the file until cancelled, slowly enough for it to settle in between."""
    number = 0
    while True:
        number += 1
        file.write_text(str(number))
        await asyncio.sleep(SETTLE.total_seconds() * 3)


async def test_added_changed_moved_and_removed_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "nlp").mkdir()
    for name in ("changed.md", "moved.md", "removed.md"):
        (tmp_path / "nlp" / name).write_text("before")
    async with aclosing(await started(tmp_path)) as changes:
        (tmp_path / "nlp/added.md").write_text("x")
        (tmp_path / "nlp/changed.md").write_text("after")
        (tmp_path / "nlp/moved.md").rename(tmp_path / "there.md")
        (tmp_path / "nlp/removed.md").unlink()
        await told(changes, "nlp/added.md", "nlp/changed.md", "nlp/moved.md", "there.md", "nlp/removed.md")


async def test_a_file_is_told_once_it_rests_and_never_half_written(tmp_path: Path) -> None:
    async with aclosing(await started(tmp_path)) as changes:
        slow = tmp_path / "slow.md"
        (tmp_path / "quick.md").write_text("whole")

        async def save_slowly() -> None:
            for _ in range(20):
                with slow.open("a") as file:
                    file.write("part\n")
                await asyncio.sleep(SETTLE.total_seconds() / 5)

        saving = asyncio.create_task(save_slowly())
        seen: dict[str, tuple[bool, str]] = {}
        while "slow.md" not in seen:
            for path in await asyncio.wait_for(anext(changes), PATIENCE):
                seen[path] = (saving.done(), (tmp_path / path).read_text())
        await saving
    assert seen["quick.md"] == (False, "whole")
    assert seen["slow.md"][1] == "part\n" * 20


async def test_what_authors_tools_hide_is_not_told(tmp_path: Path) -> None:
    for folder in (".git", "node_modules"):
        (tmp_path / folder).mkdir()
    async with aclosing(await started(tmp_path)) as changes:
        (tmp_path / ".git/index").write_text("x")
        (tmp_path / "node_modules/a.md").write_text("x")
        (tmp_path / ".a.md.swp").write_text("x")
        (tmp_path / "a.md").write_text("x")
        async for paths in changes:
            assert paths <= {"a.md", "beat.md"}
            if "a.md" in paths:
                break


async def test_the_watch_outlives_its_folder(tmp_path: Path) -> None:
    root = tmp_path / "content"
    root.mkdir()
    async with aclosing(await started(root)) as changes:
        shutil.rmtree(root)
        await asyncio.sleep(SETTLE.total_seconds() * 2)
        root.mkdir()
        while await asyncio.wait_for(anext(changes), PATIENCE):
            pass
        beat = asyncio.create_task(_beat(root / "again.md"))
        await told(changes, "again.md")
        beat.cancel()


async def test_a_folder_replaced_by_another_is_told_as_a_whole(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    root = tmp_path / "content"
    root.symlink_to("one")
    async with aclosing(await started(root)) as changes:
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").rename(root)
        while await asyncio.wait_for(anext(changes), PATIENCE):
            pass


async def test_a_folder_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    root = tmp_path / "later"
    async with aclosing(watch(root, settle=SETTLE)) as changes:
        coming = asyncio.create_task(anext(changes))
        await asyncio.sleep(SETTLE.total_seconds())
        root.mkdir()
        assert await asyncio.wait_for(coming, PATIENCE) == frozenset()

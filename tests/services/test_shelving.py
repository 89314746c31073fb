"""What the log of a running bot says of the content folder: once, when it changes, not at every look."""

import logging
from zoneinfo import ZoneInfo

import pytest

from bot.services.shelf.shelving import Shelving
from tests.services.conftest import Folder


def _shelving(folder: Folder) -> Shelving:
    return Shelving(folder.database, folder.root, ZoneInfo("UTC"), "en", lambda: folder.now)


def _said(caplog: pytest.LogCaptureFixture, *levels: int) -> list[str]:
    return [record.getMessage() for record in caplog.records if not levels or record.levelno in levels]


@pytest.mark.parametrize("number", [1, 3])
async def test_a_folder_that_lost_all_its_posts_is_said_in_the_log_once(
    folder: Folder, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    caplog.set_level(logging.INFO)
    names = [f"{n}.md" for n in range(number)]
    for name in names:
        folder.post(name)
    shelving = _shelving(folder)
    await shelving.sync()
    caplog.clear()
    folder.remove(*names)

    for _ in range(3):
        await shelving.sync()

    lost = "1 post has lost its file" if number == 1 else "3 posts have lost their files"
    assert _said(caplog) == [f"{lost}; what is gone stays on the shelf until an admin withdraws it in /status"]


async def test_posts_that_have_their_files_again_are_said_so(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    folder.post("a.md")
    shelving = _shelving(folder)
    await shelving.sync()
    folder.move("a.md", "a.txt")
    await shelving.sync()
    caplog.clear()
    folder.move("a.txt", "a.md")

    await shelving.sync()
    await shelving.sync()

    assert _said(caplog) == ["The posts that had lost their files have them again"]


async def test_what_an_admin_withdraws_is_not_called_back_again(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    folder.post("a.md")
    shelving = _shelving(folder)
    await shelving.sync()
    folder.remove("a.md")
    await shelving.sync()
    caplog.clear()

    await shelving.sync(allow_withdraw=True)

    assert _said(caplog) == ["The shelf changed: 1 withdrawn"]


# Replicas on PostgreSQL say it in other words: test_recognising.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_folder_that_cannot_be_read_is_said_in_the_log_once(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    folder.post("a.md")
    shelving = _shelving(folder)
    await shelving.sync()
    caplog.clear()
    away = folder.root.with_name("away")
    folder.root.rename(away)

    await shelving.sync()
    await shelving.sync()
    away.rename(folder.root)
    await shelving.sync()
    await shelving.sync()

    [gone] = _said(caplog, logging.ERROR)
    assert gone.startswith("Posts stay as they are: ")
    assert "is not there" in gone
    assert _said(caplog, logging.INFO) == ["The content folder can be read again"]

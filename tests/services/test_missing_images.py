"""A picture that is not in the folder is a problem of the post that shows it, whichever of the two changed."""

from zoneinfo import ZoneInfo

import pytest

from bot.content.problems import Code
from bot.services.shelf import noticing
from bot.services.shelf.folder import Source, scan
from bot.services.shelf.illustrated import look_for_images
from tests.services.conftest import Folder

SHOWS_TWO = "Words.\n\n![a map](img/map.png)\n\n![a chart](/shared/chart.png)"


@pytest.fixture
def atlas(folder: Folder) -> Folder:
    """A post that shows two pictures, both there."""
    folder.post("geo/atlas.md", "Atlas", SHOWS_TWO)
    folder.write("geo/img/map.png", "")
    folder.write("static/shared/chart.png", "")
    return folder


def missing(line: int, source: str) -> str:
    return (
        f"geo/atlas.md:{line}: the image {source} is not in the folder, so readers get only its description; "
        "put it beside the post under that name, or correct its path"
    )


async def test_a_missing_picture_is_told_with_its_line(atlas: Folder) -> None:
    atlas.remove("geo/img/map.png")

    report = await atlas.sync()

    assert [str(one) for one in report.problems] == [missing(7, "img/map.png")]
    assert await atlas.problems() == [missing(7, "img/map.png")]


async def test_a_picture_that_goes_away_later_is_missed_and_one_that_comes_is_not(atlas: Folder) -> None:
    await atlas.sync()
    assert await atlas.problems() == []
    atlas.remove("static/shared/chart.png")

    gone = await atlas.sync()
    told = await atlas.problems()
    atlas.write("assets/shared/chart.png", "")
    back = await atlas.sync()

    assert [str(one) for one in gone.problems] == told == [missing(9, "/shared/chart.png")]
    assert (gone.changed, gone.unchanged, back.problems) == ((), 1, ())
    assert await atlas.problems() == []


async def test_admins_hear_once_of_a_picture_that_went_away_and_that_it_is_back(atlas: Folder) -> None:
    await atlas.sync()
    await noticing.find(atlas.database)
    atlas.remove("geo/img/map.png")
    await atlas.sync()

    notices = await noticing.find(atlas.database)
    again = await noticing.find(atlas.database)
    atlas.write("geo/img/map.png", "")
    await atlas.sync()

    assert [one.code for one in notices.problems] == [Code.IMAGE_NOT_FOUND]
    assert not again
    assert (await noticing.find(atlas.database)).mended == ("geo/atlas.md",)


async def test_a_picture_is_still_watched_after_its_post_was_touched_or_another_was_written(atlas: Folder) -> None:
    await atlas.sync()
    (atlas.root / "geo/atlas.md").touch()
    await atlas.sync()
    atlas.post(
        "other.md", "Other", "![none](none.png) ![there](https://example.org/a.png) ![x](data:image/png;base64,AA)"
    )
    atlas.remove("geo/img/map.png")

    report = await atlas.sync()

    found = sorted((one.file, one.line, one.facts["source"]) for one in report.problems)
    assert found == [("geo/atlas.md", 7, "img/map.png"), ("other.md", 5, "none.png")]
    assert len(await atlas.problems()) == 2


async def test_a_post_that_shows_no_picture_any_more_misses_none(atlas: Folder) -> None:
    atlas.remove("geo/img/map.png")
    await atlas.sync()
    atlas.post("geo/atlas.md", "Atlas", "Words alone.")
    await atlas.sync()
    atlas.remove("static/shared/chart.png")

    assert (await atlas.sync()).problems == ()
    assert await atlas.problems() == []


async def test_every_post_of_a_large_folder_is_asked_for_its_pictures(folder: Folder) -> None:
    for number in range(5):
        folder.post(f"{number}.md", "Post", f"![one]({number}.png)" if number % 2 == 0 else "Words.")
        folder.write(f"{number}.png", "")
    await folder.sync()
    folder.remove("0.png", "4.png")

    scanned = scan(Source(folder.root, ZoneInfo("UTC"), "en"))
    missed = await look_for_images(folder.database, scanned, at_once=1)

    assert [one.file for one in missed] == ["0.md", "4.md"]
    assert await look_for_images(folder.database, scanned, but=["0.md"], at_once=2) == []
    assert len(await folder.problems()) == 2

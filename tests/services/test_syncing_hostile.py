"""Files that mean harm, or no good by accident: none stops the others, on either database."""

import os

import pytest

from tests.services.conftest import Folder

# No character comes twice, so that no database makes it shorter.
ENDLESS = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(1500))

HOSTILE = {
    "nul.md": '{"title": "a\\u0000b", "tags": ["\\u0000", "x\\u0000y"], "odd": {"k\\u0000": "\\u0000"}}\n\nWords.\n',
    "surrogate.md": '{"title": "a\\ud800b", "categories": ["\\udfff", "c\\ud800"], "odd": ["\\ud800"]}\n\nWords.\n',
    "dates.md": "+++\ntitle = 'Dates'\nother = 2026-01-01T00:00:00Z\nday = 2026-01-01\nclock = 07:32:00\n+++\nWords.\n",
    "numbers.md": "+++\ntitle = 'Numbers'\nbig = 123456789012345678\nnot = nan\nendless = inf\n+++\n\nWords.\n",
    "weight.md": "---\ntitle: Weight\nweight: 99999999999999999999\n---\n\nWords.\n",
    "pinned.md": "---\ntitle: Pinned\npin: 99999999999999999999\n---\n\nWords.\n",
    "long.md": "---\ntitle: Long\nslug: " + "s" * 5000 + "\ncategories: [" + "c" * 5000 + "]\n---\n\nWords.\n",
    "deep.md": "---\ntitle: Deep\ncategories: [[" + ", ".join(f"level {n}" for n in range(60)) + "]]\n---\n\nWords.\n",
    "many.md": "---\ntitle: Many\ntags: [" + ", ".join(f"t{n}" for n in range(400)) + "]\n---\n\nWords.\n",
    "slashes.md": "---\ntitle: Slashes\ncategories: ['/', '//', ' ']\ntags: ['/', '#', '']\n---\n\nWords.\n",
    "heading.md": f"# {ENDLESS}\n\nWords.\n",
    "alias.md": f"---\ntitle: Alias\naliases:\n- {ENDLESS}\n- a {ENDLESS}\n---\n\nWords.\n",
    "early.md": "---\ntitle: Early\ndate: 0001-01-01T00:00:00+14:00\n---\n\nWords.\n",
    "late.md": "---\ntitle: Late\ndate: 9999-12-31T23:59:59-12:00\n---\n\nWords.\n",
}


async def test_no_hostile_file_stops_the_others(folder: Folder) -> None:
    folder.post("good.md", "Good")
    for path, text in HOSTILE.items():
        folder.write(path, text)

    report = await folder.sync()

    assert len(report.added) + len(report.refused) == len(HOSTILE) + 1
    assert "good.md" in report.added
    assert (await folder.sync()).added == ()


@pytest.mark.parametrize("path", HOSTILE)
async def test_a_hostile_file_alone_harms_nothing(folder: Folder, path: str) -> None:
    folder.write(path, HOSTILE[path])

    report = await folder.sync()

    assert [*report.added, *report.refused] == [path]


async def test_a_path_that_is_too_long_for_an_index_stops_no_other(folder: Folder) -> None:
    names = [ENDLESS[start : start + 80] for start in range(0, 960, 80)]
    folder.post("good.md", "Good")
    folder.post("/".join([*names[:8], "near.md"]), "Near")
    folder.post("/".join([*names, "far.md"]), "Far")

    await folder.sync()

    assert sorted(await folder.titles()) == ["Good", "Near"]
    [problem] = await folder.problems()
    assert "the folder's path has more than 2000 bytes" in problem


async def test_names_that_are_no_text_are_problems(folder: Folder) -> None:
    folder.post("good.md", "Good")
    (folder.root / os.fsdecode(b"bad\xff\xfe.md")).write_text("# Bad name\n")
    os.mkfifo(folder.root / "pipe.md")
    (folder.root / "link.md").symlink_to("/etc/hostname")

    report = await folder.sync()

    assert (report.added, len(report.refused)) == (("good.md",), 3)
    assert len(await folder.problems()) == 3
    assert await folder.titles() == ["Good"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
async def test_a_folder_that_cannot_be_read_keeps_its_posts(folder: Folder) -> None:
    folder.post("shut/a.md", "A")
    folder.post("b.md", "B")
    await folder.sync()
    (folder.root / "shut").chmod(0)
    try:
        report = await folder.sync()
    finally:
        (folder.root / "shut").chmod(0o700)

    assert (report.withdrawn, len(report.refused)) == ((), 1)
    assert sorted(await folder.titles()) == ["A", "B"]

"""What reaches the content folder: whole, in its place, through no link, and never over somebody else's work."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.folder import scan_folder
from bot.content.problems import ContentError
from bot.content.writing import TRASH, check_writable, content_hash, present, remove_empty, trash, write

NOBODY = 65534
OLD, NEW = b"---\ntitle: Old\n---\nold\n", b"---\ntitle: New\n---\nnew\n"


def code(raised: pytest.ExceptionInfo[ContentError]) -> str:
    return raised.value.problem.code


def names(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


def test_a_new_file_gets_its_folders(tmp_path: Path) -> None:
    write(tmp_path, "posts/lora/index.md", NEW, expected=None)

    assert (tmp_path / "posts/lora/index.md").read_bytes() == NEW
    assert names(tmp_path) == {"posts", "posts/lora", "posts/lora/index.md"}


def test_a_file_is_replaced_when_it_is_what_was_expected_and_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(OLD)
    (tmp_path / "a.md").chmod(0o640)

    write(tmp_path, "a.md", NEW, expected=content_hash(OLD))

    assert (tmp_path / "a.md").read_bytes() == NEW
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == {"a.md"}


@pytest.mark.parametrize("expected", [None, content_hash(b"something else")])
def test_a_file_that_somebody_changed_meanwhile_stays(tmp_path: Path, expected: str | None) -> None:
    (tmp_path / "a.md").write_bytes(OLD)

    with pytest.raises(ContentError) as raised:
        write(tmp_path, "a.md", NEW, expected=expected)

    assert code(raised) == "file-changed"
    assert (tmp_path / "a.md").read_bytes() == OLD
    assert names(tmp_path) == {"a.md"}


def test_a_file_that_somebody_deleted_meanwhile_does_not_come_back(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as raised:
        write(tmp_path, "a.md", NEW, expected=content_hash(OLD))

    assert code(raised) == "file-changed"
    assert names(tmp_path) == set()


@pytest.mark.parametrize("path", ["../a.md", "/a.md", "posts/../../a.md", "a\n.md", "", "posts/"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    root = tmp_path / "content"
    root.mkdir()

    with pytest.raises(ContentError):
        write(root, path, NEW, expected=None)

    assert names(tmp_path) == {"content"}


def test_a_name_too_long_for_a_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as raised:
        write(tmp_path, "长" * 100 + ".md", NEW, expected=None)

    assert code(raised) == "file-name-unusable"


@pytest.mark.parametrize("expected", [None, content_hash(OLD)])
def test_nothing_is_written_through_a_link(tmp_path: Path, expected: str | None) -> None:
    outside, root = tmp_path / "outside", tmp_path / "content"
    outside.mkdir()
    root.mkdir()
    (outside / "a.md").write_bytes(OLD)
    (root / "posts").symlink_to(outside)
    (root / "a.md").symlink_to(outside / "a.md")

    for path in ("posts/a.md", "a.md"):
        with pytest.raises(ContentError) as raised:
            write(root, path, NEW, expected=expected)
        assert code(raised) == "file-is-link"

    assert names(outside) == {"a.md"}
    assert (outside / "a.md").read_bytes() == OLD


def test_a_pipe_in_the_place_of_a_post_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")

    with pytest.raises(ContentError) as raised:
        write(tmp_path, "a.md", NEW, expected=None)

    assert code(raised) == "file-not-regular"


def test_a_half_written_file_is_never_seen_by_a_look_at_the_folder(tmp_path: Path) -> None:
    # What a crash between the two steps leaves behind.
    (tmp_path / ".heliograph-0011223344556677.tmp").write_bytes(NEW[:5])

    assert list(scan_folder(tmp_path)) == []


def test_what_is_thrown_away_lies_in_the_trash_and_is_no_post(tmp_path: Path) -> None:
    write(tmp_path, "posts/a.md", OLD, expected=None)

    path = trash(tmp_path, "posts/a.md", expected=content_hash(OLD), name="a-1.md")

    assert path == f"{TRASH}/a-1.md"
    assert present(tmp_path, path) == OLD
    assert present(tmp_path, "posts/a.md") is None
    assert list(scan_folder(tmp_path)) == []


def test_the_trash_keeps_what_it_has(tmp_path: Path) -> None:
    write(tmp_path, "a.md", NEW, expected=None)
    write(tmp_path, f"{TRASH}/a.md", OLD, expected=None)

    with pytest.raises(ContentError):
        trash(tmp_path, "a.md", expected=content_hash(NEW), name="a.md")

    assert present(tmp_path, f"{TRASH}/a.md") == OLD
    assert present(tmp_path, "a.md") == NEW


def test_a_changed_file_is_not_thrown_away(tmp_path: Path) -> None:
    write(tmp_path, "a.md", NEW, expected=None)

    with pytest.raises(ContentError) as raised:
        trash(tmp_path, "a.md", expected=content_hash(OLD), name="a.md")

    assert code(raised) == "file-changed"
    assert present(tmp_path, "a.md") == NEW


def test_a_read_only_folder_says_so() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o555)

        assert said_by_nobody(lambda: check_writable(folder)) == "folder-read-only"
        assert said_by_nobody(lambda: write(folder, "a.md", NEW, expected=None)) == "folder-read-only"
        assert names(folder) == set()


def said_by_nobody(act: Callable[[], object]) -> str:
    """The problem that somebody without root's powers is told of, in a process of their own; root may do anything."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing"
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            act()
        except ContentError as error:
            said = error.problem.code
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    check_writable(tmp_path)

    assert names(tmp_path) == set()


def test_folders_that_stand_empty_are_removed_but_for_those_at_the_top_and_links(tmp_path: Path) -> None:
    root = tmp_path / "content"
    (root / "posts/a/images").mkdir(parents=True)
    (root / "posts/b").mkdir()
    (root / "posts/b/kept.png").write_bytes(b"x")
    (tmp_path / "outside/empty").mkdir(parents=True)
    (root / "posts/link").symlink_to(tmp_path / "outside")

    for folder in ("posts/a/images", "posts/b", "posts/link/empty", "posts/none"):
        remove_empty(root, folder)

    assert sorted(path.name for path in (root / "posts").iterdir()) == ["b", "link"]
    assert (tmp_path / "outside/empty").is_dir()

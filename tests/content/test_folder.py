"""The content folder listed and its files opened: what is seen, what is passed over, what is never followed."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.content.folder import Kind, is_listed, scan_folder
from bot.content.opening import read_file
from bot.content.problems import ContentError

NOBODY = 65534


def write(root: Path, *paths: str, text: str = "Text\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def kinds(root: Path) -> dict[str, str]:
    return {entry.path: str(entry.kind) for entry in scan_folder(root)}


def refusal(root: Path, path: str) -> str:
    with pytest.raises(ContentError) as caught:
        read_file(root, path)
    return caught.value.problem.code


def test_posts_sections_and_other_files_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "nlp/b.markdown", "nlp/_index.md", "nlp/_index.zh.md", "nlp/b/img.png", "C.MD", "notes.txt")
    assert kinds(tmp_path) == {
        "a.md": "post",
        "C.MD": "post",
        "nlp/b.markdown": "post",
        "nlp/_index.md": "section",
        "nlp/_index.zh.md": "section",
        "nlp/b/img.png": "other",
        "notes.txt": "other",
    }


def test_what_authors_tools_hide_is_passed_over(tmp_path: Path) -> None:
    hidden = [
        ".git/a.md",
        ".obsidian/a.md",
        "nlp/.trash/a.md",
        "node_modules/x/a.md",
        "_trash/a.md",
        "_site/a.md",
        ".a.md",
    ]
    seen = ["_posts/a.md", "nlp/_drafts/b.md", "_index.md"]
    write(tmp_path, *hidden, *seen, "nlp/_sidebar.md")
    assert kinds(tmp_path) == {
        "_posts/a.md": "post",
        "nlp/_drafts/b.md": "post",
        "_index.md": "section",
        "nlp/_sidebar.md": "other",
    }
    assert not any(is_listed(path) for path in hidden)
    assert all(is_listed(path) for path in seen)


def test_patterns_of_new_posts_are_passed_over_in_a_site_and_nowhere_else(tmp_path: Path) -> None:
    patterns = ["hugo/archetypes/default.md", "hexo/scaffolds/post.md", "hugo/themes/x/archetypes/default.md"]
    posts = ["hugo/content/a.md", "hexo/source/_posts/b.md", "archetypes/hero.md", "hugo/content/archetypes/sage.md"]
    write(tmp_path, *patterns, *posts, "hugo/themes/x/layouts/page.html")
    assert {path for path, kind in kinds(tmp_path).items() if kind == "post"} == set(posts)


def test_a_fingerprint_stays_while_the_file_does(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.md")
    before = {entry.path: entry.fingerprint for entry in scan_folder(tmp_path)}
    write(tmp_path, "b.md", text="Other\n")
    os.utime(tmp_path / "b.md", ns=(0, before["b.md"][1]))
    after = {entry.path: entry.fingerprint for entry in scan_folder(tmp_path)}
    assert after["a.md"] == before["a.md"]
    assert after["b.md"] != before["b.md"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    write(tmp_path, "file")
    for root in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(ContentError) as caught:
            list(scan_folder(root))
        assert caught.value.problem.code == "folder-missing"
        assert str(root) in caught.value.problem.what


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert kinds(tmp_path) == {}


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/a.md")
    (tmp_path / "content").symlink_to("real")
    assert kinds(tmp_path / "content") == {"a.md": "post"}
    assert read_file(tmp_path / "content", "a.md") == b"Text\n"


def test_links_are_refused_and_named_and_never_read(tmp_path: Path) -> None:
    write(tmp_path, "secret/secret.md", "root/a.md", text="secret")
    root = tmp_path / "root"
    (root / "link.md").symlink_to(tmp_path / "secret/secret.md")
    (root / "inside.md").symlink_to("a.md")
    (root / "folder").symlink_to(tmp_path / "secret")
    (root / "picture.png").symlink_to(tmp_path / "secret/secret.md")
    (root / "broken.md").symlink_to("nowhere")
    assert kinds(root) == {
        "a.md": "post",
        "link.md": "refused",
        "inside.md": "refused",
        "folder": "refused",
        "broken.md": "refused",
    }
    problems = {entry.path: entry.problem for entry in scan_folder(root) if entry.problem}
    assert {problem.code for problem in problems.values()} == {"file-is-link"}
    for path in ("link.md", "inside.md", "folder/secret.md", "picture.png", "broken.md"):
        assert refusal(root, path) == "file-is-link"


def test_a_post_replaced_by_a_link_between_listing_and_reading_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "root/nlp/a.md", "outside/a.md")
    root = tmp_path / "root"
    (entry,) = scan_folder(root)
    (root / "nlp/a.md").unlink()
    (root / "nlp").rmdir()
    (root / "nlp").symlink_to(tmp_path / "outside")
    assert refusal(root, entry.path) == "file-is-link"


@pytest.mark.parametrize(
    "path",
    ["../outside.md", "nlp/../../outside.md", "/etc/passwd", "nlp//a.md", "./a.md", "", "nlp/", "nlp/..", "a\0.md"],
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    write(tmp_path, "outside.md", "root/nlp/a.md", "root/a.md")
    assert refusal(tmp_path / "root", path) == "file-outside"


def test_pipes_and_sockets_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.md"))
        assert kinds(tmp_path) == {"pipe.md": "refused", "socket.md": "refused"}
        assert refusal(tmp_path, "pipe.md") == "file-not-regular"
        assert refusal(tmp_path, "socket.md") == "file-not-regular"
    (tmp_path / "folder.md").mkdir()
    assert refusal(tmp_path, "folder.md") == "file-not-regular"
    assert refusal(Path("/dev"), "zero") == "file-not-regular"


def test_a_file_over_the_cap_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "big.md").open("wb") as file:
        file.truncate(1 << 40)
    assert refusal(tmp_path, "big.md") == "file-too-large"
    write(tmp_path, "a.md", text="12345")
    assert read_file(tmp_path, "a.md", limit=5) == b"12345"
    with pytest.raises(ContentError):
        read_file(tmp_path, "a.md", limit=4)


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path, "none.md") == "file-gone"
    assert refusal(tmp_path, "none/a.md") == "file-gone"


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """A folder read by somebody who is not root, to whom every file is open."""
    user = os.geteuid()
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        os.seteuid(user)
        (folder / "closed").chmod(0o700)


def test_what_may_not_be_read_is_said_and_the_rest_is_listed(unprivileged_folder: Path) -> None:
    root = unprivileged_folder
    write(root, "a.md", "closed/b.md", "shut.md")
    (root / "closed").chmod(0)
    (root / "shut.md").chmod(0)
    os.seteuid(os.geteuid() or NOBODY)
    found = {entry.path: entry for entry in scan_folder(root)}
    assert set(found) == {"a.md", "closed", "shut.md"}
    assert found["closed"].problem
    assert found["closed"].problem.code == "folder-unreadable"
    assert "Permission denied" in found["closed"].problem.what
    assert refusal(root, "shut.md") == "file-unreadable"
    with pytest.raises(ContentError) as caught:
        list(scan_folder(root / "closed"))
    assert caught.value.problem.code == "folder-unreadable"


def test_names_that_no_database_takes_are_refused_by_a_name_that_can_be_shown(tmp_path: Path) -> None:
    for name in (b"bad\xff.md", b"line\nbreak.md", b"bell\x07.md"):
        (tmp_path / os.fsdecode(name)).write_text("Text\n")
    (tmp_path / os.fsdecode(b"folder\xfe")).mkdir()
    write(tmp_path, "中文 名字.md", "a\u3000b.md")
    entries = list(scan_folder(tmp_path))
    assert {entry.path for entry in entries if entry.kind is Kind.POST} == {"中文 名字.md", "a\u3000b.md"}
    refused = [entry for entry in entries if entry.kind is Kind.REFUSED]
    assert {entry.path for entry in refused} == {"bad�.md", "line�break.md", "bell�.md", "folder�"}
    assert {entry.problem.code for entry in refused if entry.problem} == {"file-name-unusable"}


def test_folders_without_end_are_left_at_a_depth(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 40)
    write(tmp_path, f"{deep}/a.md", "b.md")
    entries = {entry.path: entry for entry in scan_folder(tmp_path)}
    (refused,) = (entry for entry in entries.values() if entry.kind is Kind.REFUSED)
    assert entries["b.md"].kind is Kind.POST
    assert refused.problem
    assert refused.problem.code == "folder-too-deep"
    assert refused.path.count("/") == 32

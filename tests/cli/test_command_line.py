"""The command as a shell runs it: whatever is at the other end of its output, and whatever it is called with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "lora.md").write_text("---\ntitle: LoRA：低秩适配 🔥\n---\n\n低秩。", encoding="utf-8")
    return tmp_path


def run(home: Path, *words: str | bytes, output: str = "", **environ: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error; output to the device `output` is not read."""
    own = {"HELIOGRAPH_CONTENT": str(home / "content"), "HELIOGRAPH_DATA": str(home / "data")}
    command = [sys.executable, "-m", "bot", *words]
    with Path(output or os.devnull).open("wb") as opened:
        done = subprocess.run(
            command,
            cwd=Path(__file__).parents[2],
            env=os.environ | own | environ,
            stdout=opened if output else subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def test_a_terminal_without_chinese_shows_what_it_can(home: Path) -> None:
    code, shown, complaint = run(home, "render", str(home / "content"), PYTHONIOENCODING="ascii")

    assert (code, complaint) == (0, "")
    assert "LoRA\\uff1a" in shown


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_one_sentence(home: Path) -> None:
    code, _, complaint = run(home, "check", output="/dev/full", PYTHONUNBUFFERED="1")

    assert (code, complaint) == (2, "Not everything could be written: no space is left on the device.\n")


@pytest.mark.parametrize("words", [["new", b"a\xffb"], ["new", "title", "--category", b"\xff"], ["new", "a\x07b"]])
def test_a_title_that_is_no_text_is_refused_in_a_sentence(home: Path, words: list[str | bytes]) -> None:
    code, _, complaint = run(home, *words)

    assert (code, complaint.count("\n")) == (2, 1)
    assert "write it as text" in complaint
    assert len(list((home / "content").rglob("*.md"))) == 1


def test_a_file_that_is_no_markdown_is_not_called_free_of_problems(home: Path) -> None:
    (home / "lora.txt").write_text("---\ntitle: [\n---\n")

    code, shown, complaint = run(home, "check", str(home / "lora.txt"))

    assert (code, shown) == (2, "")
    assert "lora.txt is no Markdown file; name one that ends in .md" in complaint

"""`heliograph new` writes a file that the program itself reads without a problem, and never over another."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli import build
from bot.content.document import read_document


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    content = tmp_path / "content"
    content.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HELIOGRAPH_CONTENT", str(content))
    monkeypatch.setenv("HELIOGRAPH_TIMEZONE", "Asia/Shanghai")
    return content


def test_a_skeleton_is_filled_in_and_hidden(folder: Path) -> None:
    done = CliRunner().invoke(build(), ["new", 'LoRA: a "low" rank', "--category", "Large Model"])

    assert done.exit_code == 0
    path = folder / "posts" / "lora-a-low-rank.md"
    assert done.output.strip() == str(path)
    text = path.read_text()
    post, problems = read_document("posts/lora-a-low-rank.md", f"{text}Words.\n".encode(), zone=ZoneInfo("UTC"))
    assert problems == []
    assert post is not None
    assert (post.title, post.categories, post.language) == ('LoRA: a "low" rank', (("Large Model",),), "en")
    assert post.draft
    assert post.date is not None
    assert "+08:00" in text


def test_a_chinese_title_names_its_file_and_language(folder: Path) -> None:
    done = CliRunner().invoke(build(), ["new", "低秩适配", "--publish"])

    text = (folder / "posts" / "低秩适配.md").read_text()
    assert done.exit_code == 0
    assert 'lang: "zh"' in text
    assert "draft" not in text


def test_a_file_that_is_there_stays(folder: Path) -> None:
    CliRunner().invoke(build(), ["new", "LoRA"])
    (folder / "posts" / "lora.md").write_text("mine")

    done = CliRunner().invoke(build(), ["new", "LoRA"])

    assert done.exit_code == 2
    assert "is there already; choose another title." in done.output
    assert (folder / "posts" / "lora.md").read_text() == "mine"


def test_a_title_of_marks_alone_is_refused(folder: Path) -> None:
    done = CliRunner().invoke(build(), ["new", "///"])

    assert done.exit_code == 2
    assert "A title needs a letter or a digit." in done.output
    assert list(folder.iterdir()) == []


def test_a_language_that_is_none_is_refused_and_one_in_words_understood(folder: Path) -> None:
    refused = CliRunner().invoke(build(), ["new", "A post", "--lang", "klingon language"])
    assert refused.exit_code == 2
    assert "klingon language is no language; write --lang zh, or --lang en." in refused.output
    assert not list(folder.rglob("*.md"))

    CliRunner().invoke(build(), ["new", "A post", "--lang", "中文"])
    (written,) = folder.rglob("*.md")
    assert 'lang: "zh"' in written.read_text()

"""`heliograph check`: what an author sees, and what a script gets."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.checking import check

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good posts, one of each kind of fault, a section, and files that are no posts."""
    files = {
        "README.md": "# About this repository\n",
        "nlp/_index.md": "---\ntitle: NLP\n---\n",
        "nlp/good.md": "---\ntitle: Good\ndate: 2024-05-01\n---\nText\n",
        "nlp/quotes.md": "---\ndate: 2024-05-01\ntitle: A: B\n---\nText\n",
        "nlp/late.md": "---\ntitle: Late\ndate: 2024-05-01 09:00\n---\nText\n",
        "vision/good.md": "---\ntitle: Also good\n---\nText\n",
        "vision/photo.png": "",
        "draft.txt": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the command with these arguments, in an empty folder and without any setting."""
    for name in ("TOKEN", "CONTENT", "TIMEZONE"):
        monkeypatch.delenv(f"HELIOGRAPH_{name}", raising=False)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    app = typer.Typer()
    app.command()(check)

    def invoke(*arguments: object, **environ: str) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environ)

    return invoke


def test_every_problem_is_printed_by_file_and_line_with_how_to_mend_it(folder: Path, run: Run) -> None:
    result = run(folder)
    *lines, summary = result.stdout.splitlines()
    assert lines == [
        (
            "nlp/late.md:3: `date` has no time zone and is read in Asia/Shanghai; "
            "write date: 2024-05-01T09:00+08:00, or set HELIOGRAPH_TIMEZONE [warning]"
        ),
        'nlp/quotes.md:3: `title: A: B` needs quotes; write title: "A: B" [error]',
    ]
    assert summary == "3 posts, 1 section, 1 other Markdown file: 1 error, 1 warning"
    assert all(re.match(r"[^:]+:\d+: .+; .+", line) for line in lines)
    assert result.exit_code == 1


def test_warnings_fail_only_when_asked(folder: Path, run: Run) -> None:
    (folder / "nlp/quotes.md").unlink()
    assert run(folder).exit_code == 0
    assert run(folder, "--strict").exit_code == 1
    result = run(folder, "--strict", HELIOGRAPH_TIMEZONE="Asia/Shanghai")
    assert (result.exit_code, result.stdout) == (0, "3 posts, 1 section, 1 other Markdown file: no problems\n")


def test_json_says_the_same_to_a_script(folder: Path, run: Run) -> None:
    result = run(folder, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert {name: said[name] for name in ("posts", "sections", "not_posts", "errors", "warnings")} == {
        "posts": 3,
        "sections": 1,
        "not_posts": 1,
        "errors": 1,
        "warnings": 1,
    }
    assert said["by_code"] == {"date-no-zone": 1, "value-needs-quotes": 1}
    assert said["problems"][1] == {
        "file": "nlp/quotes.md",
        "line": 3,
        "severity": "error",
        "what": "`title: A: B` needs quotes",
        "mend": 'write title: "A: B"',
        "code": "value-needs-quotes",
        "facts": {"text": "title: A: B", "mended": 'title: "A: B"'},
    }


def test_one_slug_twice_is_a_problem_of_the_newer_file_that_names_the_older(folder: Path, run: Run) -> None:
    for name, hour in (("new", 9), ("old", 8)):
        (folder / f"{name}.md").write_text(f"---\ndate: 2024-01-01T{hour:02}:00Z\nslug: same\n---\nText\n")
    (folder / "chinese.md").write_text("---\nslug: same\n---\n同一篇文章的中文版。\n")
    lines = [line for line in run(folder).stdout.splitlines() if "slug" in line]
    assert len(lines) == 1
    assert lines[0].startswith("new.md:3: the slug `same` (en) is that of old.md already; ")


def test_links_and_other_refused_files_are_among_the_problems(folder: Path, run: Run) -> None:
    (folder / "link.md").symlink_to("nlp/good.md")
    assert "link.md:1: this is a symbolic link" in run(folder).stdout


def test_a_single_post_can_be_checked(folder: Path, run: Run) -> None:
    result = run(folder / "nlp/quotes.md")
    assert result.stdout.splitlines()[0].startswith("quotes.md:3: ")
    assert result.stdout.splitlines()[1:] == ["0 posts, 0 sections: 1 error, 0 warnings"]
    assert run(folder / "nlp/good.md").exit_code == 0


def test_without_a_folder_it_is_the_one_of_the_settings_else_content(folder: Path, run: Run) -> None:
    assert run(HELIOGRAPH_CONTENT=str(folder)).exit_code == 1
    result = run()
    assert result.exit_code == 2
    assert "The content folder content is not there; make it, or set HELIOGRAPH_CONTENT" in result.stderr
    assert not result.stdout


def test_it_needs_no_token_and_minds_none(folder: Path, run: Run) -> None:
    result = run(folder / "nlp/good.md", HELIOGRAPH_TOKEN="not a token")
    assert result.exit_code == 0
    assert "not a token" not in result.output


def test_an_empty_folder_is_no_mistake(tmp_path: Path, run: Run) -> None:
    result = run(tmp_path)
    assert (result.exit_code, result.stdout) == (0, "0 posts, 0 sections: no problems\n")

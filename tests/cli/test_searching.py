"""`heliograph search` and `heliograph reindex`: the same engine as in the chat, for people and for programs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import build


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two posts, loaded."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "lora.md").write_text("---\ntitle: LoRA\ncategories: Large Model\ndate: 2026-01-11\n---\n\n低秩适配。\n")
    (content / "trees.md").write_text("---\ntitle: 线段树\n---\n\nRange queries.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HELIOGRAPH_CONTENT", str(content))
    monkeypatch.setenv("HELIOGRAPH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HELIOGRAPH_TIMEZONE", "UTC")
    assert CliRunner().invoke(build(), ["sync"]).exit_code == 0
    return tmp_path


def test_results_are_shown_with_the_words_marked(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "低秩"])

    assert done.output.splitlines() == [
        "低秩: 1 post",
        "",
        "1. LoRA",
        "   Large Model · 2026-01-11 · lora.md",
        "   *低秩*适配。",
    ]


def test_a_correction_is_said(shelf: Path) -> None:
    assert "Nothing for “quries”; queries instead: 1 post" in CliRunner().invoke(build(), ["search", "quries"]).output


def test_filters_are_repeated_and_what_is_no_date_is_said(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "低秩 category:large-model after:2025 before:soon"])

    unread, told = done.output.splitlines()
    assert unread == "before:soon is no date; write after:2025-06 or before:2025-06-30."
    assert told.startswith("There is no category “large-model”. Without these limits: 1. ")
    assert told.endswith('Perhaps: 低秩 category:"Large Model" after:2025 before:soon.')
    alone = CliRunner().invoke(build(), ["search", "after:soon"])
    assert alone.output == "after:soon is no date; write after:2025-06 or before:2025-06-30.\n"


def test_a_filter_that_is_not_there_is_said_once(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "tag:zzzzzzzz"])

    assert done.output == "There is no tag “zzzzzzzz”.\n"


def test_nothing_found_is_no_error(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "zzzzzzzz"])

    assert (done.exit_code, done.output) == (0, "Nothing for “zzzzzzzz”.\n")


def test_one_query_as_json(shelf: Path) -> None:
    answer = json.loads(CliRunner().invoke(build(), ["search", "lora", "--json"]).output)

    assert answer["results"] == ["lora.md"]
    assert answer["ms"] > 0


def test_a_file_of_queries_is_answered_line_by_line(shelf: Path) -> None:
    asked = shelf / "queries.jsonl"
    asked.write_text('{"id": "a", "q": "lora"}\nnot json\n\n{"id": 2, "q": "range \\ud800"}\n{"id": "c"}\n')
    done = CliRunner().invoke(build(), ["search", "--queries", str(asked), "--limit", "1"])

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["id"], answer["results"]) for answer in answers] == [("a", ["lora.md"]), (2, ["trees.md"])]
    assert done.exit_code == 1
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [f"{asked}:2", f"{asked}:5"]


def test_a_line_that_is_no_text_costs_the_others_nothing(shelf: Path) -> None:
    asked = shelf / "queries.jsonl"
    asked.write_bytes(b'\xef\xbb\xbf{"id": 1, "q": "lora"}\r\n\xff\xfe\n{"id": 3, "q": "range"}\n')
    done = CliRunner().invoke(build(), ["search", "--queries", str(asked)])

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 3]
    assert (done.exit_code, done.stderr) == (1, f"{asked}:2: no text in UTF-8\n")


def test_queries_come_from_standard_input_too(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "--queries", "-"], input='{"id": 1, "q": "lora"}\n')

    assert json.loads(done.stdout)["results"] == ["lora.md"]


def test_words_and_a_file_at_once_are_refused(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "lora", "--queries", "queries.jsonl"])

    assert done.exit_code == 2
    assert "not both" in done.stderr


def test_a_file_that_is_not_there_gets_one_sentence(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "--queries", "nowhere.jsonl"])

    assert done.exit_code == 2
    assert "there is no file nowhere.jsonl" in done.stderr
    folder = CliRunner().invoke(build(), ["search", "--queries", str(shelf)])
    assert (folder.exit_code, "is a folder" in folder.stderr) == (2, True)


def test_a_number_of_results_out_of_range_gets_one_sentence(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "lora", "--limit", "0"])

    assert done.exit_code == 2
    assert "write a number from 1 to 60" in done.stderr


def test_what_is_no_date_is_said_beside_json_too(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search", "lora after:bad", "--json"])

    assert json.loads(done.stdout)["results"] == ["lora.md"]
    assert done.stderr == "after:bad is no date; write after:2025-06 or before:2025-06-30.\n"


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_folder_that_was_never_loaded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HELIOGRAPH_DATA", str(tmp_path / "data"))
    done = CliRunner().invoke(build(), ["search", "lora", *more])

    assert done.exit_code == 0
    assert "heliograph sync" in done.stderr


def test_a_search_for_nothing_says_what_to_do(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["search"])

    assert done.exit_code == 2
    assert "say what to look for" in done.stderr


def test_reindexing_tells_how_far_it_is(shelf: Path) -> None:
    done = CliRunner().invoke(build(), ["reindex"])

    assert done.stdout == "2 posts indexed.\n"
    assert "2 of 2 posts" in done.stderr

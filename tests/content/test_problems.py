"""The table of problems: every code has its words, and every code can happen."""

import re
from pathlib import Path

import pytest

import bot
from bot.content.problems import FACT_CHARACTERS, Code, problem
from bot.domain.problem import Severity


@pytest.mark.parametrize("code", list(Code))
def test_every_code_says_what_is_wrong_and_how_to_mend_it(code: Code) -> None:
    found = problem(code, "a.md", 3, **dict.fromkeys(code.facts, "<fact>"))
    assert found.code == code == str(code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found.code)
    assert found.severity in set(Severity)
    assert set(found.facts) == code.facts
    for sentence in (found.what, found.mend):
        assert sentence
        assert not sentence.endswith(".")
        assert not sentence[0].isupper() or sentence.startswith("JSON")
        assert "{" not in sentence.replace("{b = 2}", "")


@pytest.mark.parametrize("code", list(Code))
def test_every_code_is_made_somewhere(code: Code) -> None:
    files = Path(bot.__file__).parent.rglob("*.py")
    sources = "".join(file.read_text() for file in files if file.name != "problems.py")
    assert f"Code.{code.name}" in sources


def test_a_fact_is_cut_to_a_line_of_a_chat() -> None:
    found = problem(Code.VALUE_NEEDS_QUOTES, "a.md", 3, text="a\nb " * 100, mended="x")
    assert len(found.facts["text"]) == FACT_CHARACTERS
    assert "\n" not in found.what


def test_a_missing_fact_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        problem(Code.VALUE_NEEDS_QUOTES, "a.md", 3, text="x")

"""Problems are told in both languages, of every kind that there is, with the same facts."""

import pytest

from bot.content.problems import Code, problem
from bot.domain.message import Text, TextBuilder
from bot.domain.problem import Problem
from bot.screens.catalogue import LANGUAGES, words
from bot.screens.problem import SHOWN, add_problems, sentence
from bot.screens.reader import Reader


def reader(language: str) -> Reader:
    return Reader(words(language), "T", "bot")


def listed(whom: Reader, found: list[Problem]) -> Text:
    builder = TextBuilder()
    add_problems(builder, whom, found)
    return builder.build()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_problem_has_words(language: str) -> None:
    said = {key.split(".")[1] for key in words(language).keys if key.startswith("problem.")}

    assert said == {str(code) for code in Code}


def test_english_words_are_those_of_the_command_line() -> None:
    said = words("en")._texts

    for code in Code:
        assert (said[f"problem.{code}.what"], said[f"problem.{code}.mend"]) == (code.what, code.mend)


@pytest.mark.parametrize("code", Code, ids=str)
def test_chinese_says_every_fact(code: Code) -> None:
    facts = {name: f"<{name}>" for name in code.facts}

    said = sentence(reader("zh"), problem(code, "a.md", 3, **facts))

    assert [fact for fact in facts.values() if fact not in said] == []


def test_problems_are_listed_by_line_with_code_marked() -> None:
    found = [
        problem(Code.FILE_EMPTY, "a.md"),
        problem(Code.VALUE_NEEDS_QUOTES, "a.md", 3, text="title: A: B", mended='title: "A: B"'),
    ]

    text = listed(reader("en"), found)

    assert text.text == (
        '\n✗ line 3: title: A: B needs quotes; write title: "A: B"'
        "\n⚠ the file is empty, so there is no post; write it, or delete it"
    )
    assert [text.text[one.offset : one.offset + one.length] for one in text.entities] == ["title: A: B"]


def test_a_date_that_cannot_be_read_says_in_both_languages_when_the_post_goes_out() -> None:
    found = problem(Code.DATE_IMPOSSIBLE, "a.md", 2, key="date", value="2026-13-45")

    assert "without another date a new post is dated today and goes out at once" in listed(reader("en"), [found]).text
    assert "没有别的日期时，新文章的日期就是今天，会立刻发布" in listed(reader("zh"), [found]).text


def test_of_many_problems_the_first_are_shown_and_the_rest_counted() -> None:
    text = listed(reader("zh"), [problem(Code.FILE_EMPTY, "a.md", line) for line in range(1, 40)])

    assert text.text.count("⚠") == SHOWN
    assert text.text.endswith(f"还有 {39 - SHOWN} 个")

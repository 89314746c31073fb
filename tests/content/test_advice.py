"""A block that cannot be read: the line as the author sees it, and the line as it should be."""

from collections.abc import Callable

import pytest
import yaml

from bot.content.yaml_block import MAX_SLIPS
from bot.domain.post import Document
from bot.domain.problem import Problem, Severity

Read = Callable[..., tuple[Document | None, list[Problem]]]


@pytest.mark.parametrize(
    ("front", "line", "code", "mended"),
    [
        # A colon in a value.
        ("title: A: B", 2, "value-needs-quotes", 'title: "A: B"'),
        ("tags: [a]\ntitle: A: B\ndate: 2024-01-01", 3, "value-needs-quotes", 'title: "A: B"'),
        ("title: LoRA：低秩 A: B", 2, "value-needs-quotes", 'title: "LoRA：低秩 A: B"'),
        ('title: Say "hi": now', 2, "value-needs-quotes", "title: 'Say \"hi\": now'"),
        ("title: ends with:", 2, "value-needs-quotes", 'title: "ends with:"'),
        ("tags:\n- a\n- b: c: d", 4, "value-needs-quotes", '- b: "c: d"'),
        # Quotes that end too early, or never.
        ('title: "A" and B', 2, "value-needs-quotes", "title: '\"A\" and B'"),
        ("title: 'it's'", 2, "value-needs-quotes", 'title: "it\'s"'),
        ('title: "never closed\ndate: 2024-01-01', 2, "quote-unclosed", 'title: "never closed"'),
        ("date: 2024-01-01\ntitle: 'never closed", 3, "quote-unclosed", 'title: "never closed"'),
        # Characters no plain value begins with.
        ("title: @home", 2, "value-needs-quotes", 'title: "@home"'),
        ("title: `code` first", 2, "value-needs-quotes", 'title: "`code` first"'),
        ("title: %d items", 2, "value-needs-quotes", 'title: "%d items"'),
        ("title: - dash", 2, "value-needs-quotes", 'title: "- dash"'),
        ("title: *bold* words", 2, "value-needs-quotes", 'title: "*bold* words"'),
        ("title: *bold", 2, "yaml-anchor", 'title: "*bold"'),
        ("title: &amp", 2, "yaml-anchor", 'title: "&amp"'),
        ("title: !important note", 2, "yaml-tag", 'title: "!important note"'),
        ("data: !!binary aGk=", 2, "yaml-tag", 'data: "!!binary aGk="'),
        # Brackets.
        ("title: [WIP] Something", 2, "value-needs-quotes", 'title: "[WIP] Something"'),
        ("title: {a} Something", 2, "value-needs-quotes", 'title: "{a} Something"'),
        ("tags: [a, b\ntitle: x", 2, "list-unclosed", "tags: [a, b]"),
        ("title: x\ntags: [a, b,", 3, "list-unclosed", "tags: [a, b]"),
        ("tags: [#a, #b]", 2, "value-needs-quotes", 'tags: ["#a", "#b"]'),
        # Colons.
        ("title:Hello", 2, "colon-needs-space", "title: Hello"),
        ("date: 2024-01-01\ntitle:Hello\ntags: [a]", 3, "colon-needs-space", "title: Hello"),
        ("title：你好\ndate: 2024-01-01", 2, "colon-full-width", "title: 你好"),
        ("title：你好", 2, "colon-full-width", "title: 你好"),
        ("date: 2024-01-01\ntags ：[a]", 3, "colon-full-width", "tags: [a]"),
        # Lines and indentation.
        ("title: x\nauthor:\n\tname: y", 4, "yaml-tab", "spaces"),
        ("title: x\n  date: y", 3, "yaml-indent", "column"),
        ("title: x\njust words\ndate: y", 3, "line-not-key", "key and a colon"),
        ("title: x\n\nAnd here the text begins.\n\nIt goes on.", 4, "front-matter-unclosed", "---"),
        ("title: x\n- a", 3, "front-matter-unreadable", "quotes, brackets and spaces"),
    ],
)
def test_yaml_slips_are_told_by_line_with_the_line_mended(
    read: Read, front: str, line: int, code: str, mended: str
) -> None:
    document, problems = read(f"---\n{front}\n---\nText\n")
    assert document is None
    errors = [one for one in problems if one.severity is Severity.ERROR]
    assert [(one.line, one.code) for one in errors] == [(line, code)]
    assert problems[0] == errors[0]
    assert mended in problems[0].mend


def test_every_line_that_stops_a_block_is_told_at_once_and_what_its_values_cost(read: Read) -> None:
    document, problems = read(
        "---\ntags: [a, b\ndate: 2026-13-40\nsummary: *bold words\ntitle: A: B\nslug:lora\n---\nText\n"
    )

    assert document is None
    assert [(one.line, one.code, one.severity) for one in problems] == [
        (2, "list-unclosed", Severity.ERROR),
        (4, "yaml-anchor", Severity.ERROR),
        (5, "value-needs-quotes", Severity.ERROR),
        (6, "colon-needs-space", Severity.ERROR),
        (3, "date-impossible", Severity.WARNING),
    ]


def test_as_many_lines_as_an_author_mends_at_once_are_told(read: Read) -> None:
    document, problems = read("---\n" + "".join(f"key{n}: a: b\n" for n in range(50)) + "---\nText\n")

    assert document is None
    assert [one.line for one in problems] == list(range(2, 2 + MAX_SLIPS))


def test_what_may_be_an_echo_of_the_mending_waits(read: Read) -> None:
    _, problems = read('---\ntitle: "never closed\n  and going on\ndate: 2024-01-01\n---\nText\n')

    assert [(one.line, one.code) for one in problems] == [(2, "quote-unclosed")]


@pytest.mark.parametrize(
    "front",
    [
        "title: A: B",
        "title: 'it's'",
        "title: [WIP] x",
        'title: Say "hi": now',
        "tags: [#a, #b]",
        "title：你好",
        "title: @x",
    ],
)
def test_the_line_that_is_advised_can_be_read(read: Read, front: str) -> None:
    advised = read(f"---\n{front}\n---\nText\n")[1][0].mend.removeprefix("write ")
    assert isinstance(yaml.safe_load(advised), dict)
    document, problems = read(f"---\n{advised}\n---\nText\n")
    assert document
    assert not problems


def test_the_sentence_is_the_one_promised(read: Read) -> None:
    _, problems = read("---\ndate: 2024-01-01\ntitle: A: B\n---\nText\n")
    assert str(problems[0]) == 'notes/a.md:3: `title: A: B` needs quotes; write title: "A: B"'
    assert problems[0].facts == {"text": "title: A: B", "mended": 'title: "A: B"'}


@pytest.mark.parametrize(
    ("front", "line", "code", "mended"),
    [
        ("title = Hello", 2, "value-needs-quotes", 'title = "Hello"'),
        ('draft = false\ntitle = say "hi"', 3, "value-needs-quotes", "title = 'say \"hi\"'"),
        ('title = "never closed\ndraft = true', 2, "quote-unclosed", 'title = "never closed"'),
        ('title = "On \\lambda"', 2, "value-needs-quotes", "title = 'On \\lambda'"),
        ("title: Hello", 2, "toml-colon", 'title = "Hello"'),
        ('title = "x"\ndraft: true', 3, "toml-colon", "draft = true"),
        ('title = "x"\ntitle = "y"', 3, "toml-key-twice", "delete"),
        ('title = "x"\n[a]\nb = 1\n[a]\nc = 2', 5, "toml-key-twice", "delete"),
        ('title = "x"\ntags = ["a", "b"\ndraft = true', 3, "list-unclosed", 'tags = ["a", "b"]'),
        ('title = "x"\ntags = ["a", "b",', 3, "list-unclosed", 'tags = ["a", "b"]'),
        ('title = "x"\nnote = """never closed\nmore', 3, "quote-unclosed", 'note = "never closed"'),
        ('title = "x"\ntags = ["a" "b"]', 3, "front-matter-unreadable", "brackets"),
    ],
)
def test_toml_slips_are_told_by_line_with_the_line_mended(
    read: Read, front: str, line: int, code: str, mended: str
) -> None:
    document, problems = read(f"+++\n{front}\n+++\nText\n")
    assert document is None
    assert [(problem.line, problem.code) for problem in problems] == [(line, code)]
    assert mended in problems[0].mend


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ('{\n"title": "x",\n"tags": ["a",],\n"n": 1\n}\nText\n', 3, "json-comma"),
        ('{\n"title": "x",\n}\nText\n', 2, "json-comma"),
        ('{\n"title": "x"\n"tags": []\n}\nText\n', 3, "front-matter-unreadable"),
        ("{\n\"title\": 'x'\n}\nText\n", 2, "front-matter-unreadable"),
        (';;;\n"title": "x",\n"tags": [}\n;;;\nText\n', 3, "front-matter-unreadable"),
        ('{\n"title": "x",\n\nText without an end\n', 1, "front-matter-unclosed"),
    ],
)
def test_json_slips_are_told_by_line(read: Read, text: str, line: int, code: str) -> None:
    document, problems = read(text)
    assert document is None
    assert [(problem.line, problem.code) for problem in problems] == [(line, code)]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("---\ntitle: x\ndate: 2024-01-01\n\nText\n", "---"),
        ('\n+++\ntitle = "x"\n', "+++"),
        ("-----\ntitle: x\n---\n", "-----"),
    ],
)
def test_front_matter_that_never_ends_is_told_at_its_first_line(read: Read, text: str, mark: str) -> None:
    document, problems = read(text)
    assert document is None
    assert [(problem.code, problem.facts["mark"]) for problem in problems] == [("front-matter-unclosed", mark)]
    assert problems[0].line == text.split("\n").index(mark) + 1


def test_a_key_that_is_a_list_costs_itself_alone(read: Read) -> None:
    document, problems = read("---\n? [a, b]\n: c\ntitle: x\n---\nText\n")
    assert document
    assert document.title == "x"
    assert [(problem.line, problem.code) for problem in problems] == [(2, "key-not-text")]


def test_long_lines_are_cut_in_the_sentence(read: Read) -> None:
    _, problems = read(f"---\ntitle: A: {'long ' * 200}\n---\nText\n")
    assert len(str(problems[0])) < 400

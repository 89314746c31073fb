"""Every form of front matter, and texts that only look like one."""

import pytest

from bot.content.frontmatter import HANDLERS, read_front_matter

BODY = "# Heading\n\n    indented code\n\ntext\n\n"


def values(text: str) -> dict[str, object]:
    return dict(read_front_matter("a.md", text).values)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Hello\ntags: [a, b]\n---\n",
        "---\ntitle: Hello\ntags: [a, b]\n...\n",
        "---   \ntitle: Hello\ntags:\n- a\n- b\n---\t\n",
        "-----\ntitle: Hello\ntags: [a, b]\n-----\n",
        "\n\n---\ntitle: Hello\ntags: [a, b]\n---\n",
        '+++\ntitle = "Hello"\ntags = ["a", "b"]\n+++\n',
        '{"title": "Hello", "tags": ["a", "b"]}\n',
        '{\n  "title": "Hello",\n  "tags": [\n    "a",\n    "b"\n  ]\n}\n',
        ';;;\n"title": "Hello",\n"tags": ["a", "b"]\n;;;\n',
        ';;;\n{"title": "Hello", "tags": ["a", "b"]}\n;;;\n',
        "title: Hello\ntags: [a, b]\n---\n",
        '"title": "Hello",\n"tags": ["a", "b"]\n;;;\n',
    ],
)
def test_every_form_gives_the_same_values_and_leaves_the_text_as_it_stands(text: str) -> None:
    front = read_front_matter("a.md", text + BODY)
    assert front.values == {"title": "Hello", "tags": ["a", "b"]}
    assert front.body == BODY
    assert front.body_line == text.count("\n") + 1
    assert not front.problems


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("---\n# note\ntitle: x\n\ntags:\n  - a\ndate: y\n---\n", {"title": 3, "tags": 5, "date": 7}),
        ("\n---\ntitle: |\n  a\n  b: c\ndate: y\n---\n", {"title": 3, "date": 6}),
        ('+++\ntitle = """\na\n"""\ndate = 2024-01-01\n[extra]\nx = 1\n+++\n', {"title": 2, "date": 5, "extra": 6}),
        ('{\n\n"title": "x",\n"extra": {"title": 1},\n"date": "y"}\n', {"title": 3, "extra": 4, "date": 5}),
        (';;;\n"title": "x",\n"date": "y"\n;;;\n', {"title": 2, "date": 3}),
        ('"title": "x",\n"date": "y"\n;;;\n', {"title": 1, "date": 2}),
        ("title: x\ndate: y\n---\n", {"title": 1, "date": 2}),
    ],
)
def test_every_key_knows_its_line(text: str, lines: dict[str, int]) -> None:
    found = read_front_matter("a.md", text + "Text.").lines
    assert {key: found[key] for key in lines} == lines


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA text that opens with a rule.\n\n---\n\nAnd goes on.\n",
        "---\nA heading, underlined\n---\nText.\n",
        "---\n\nNote: prose below a rule.\n\n---\n\nMore.\n",
        "---\n- a list\n- of things\n\nText\n---\nMore\n",
        "---\n- a list\n- of things\n---\nMore\n",
        "---\n[a link](https://example.org)\n---\nMore\n",
        "---\n",
        "---",
        "--- \ntext without a second rule\n",
        "***\n\nText\n",
        "+++\nno keys here\n+++\nText\n",
        "{% raw %}\nText\n",
        '{{< figure src="a.png" >}}\n',
        "{not json}\n",
        "    code block first\n\nText\n",
        "Heading: of a kind\n---\nText\n",
        "Title\n---\nText\n",
        "date night ideas\n---\n",
        "title: a line\nand prose that goes on here\n---\nText\n",
        "",
        "\n",
    ],
)
def test_a_text_that_only_looks_like_front_matter_is_kept_whole(text: str) -> None:
    front = read_front_matter("a.md", text)
    assert front.body == text
    assert front.body_line == 1
    assert not front.is_present


def test_empty_front_matter_is_taken_away() -> None:
    front = read_front_matter("a.md", "---\n---\nText\n")
    assert (front.body, front.body_line, front.is_present) == ("Text\n", 3, True)


def test_a_rule_in_the_text_below_is_not_taken_for_an_end() -> None:
    text = "---\ntitle: x\n---\nOne\n\n---\n\nTwo\n"
    assert read_front_matter("a.md", text).body == "One\n\n---\n\nTwo\n"


def test_front_matter_may_end_the_file_without_a_line_end() -> None:
    assert values("---\ntitle: x\n---") == {"title": "x"}


def test_numbers_and_booleans_stay_text_in_every_format() -> None:
    expected = {"title": "1.10", "draft": "true", "n": "7"}
    assert values("---\ntitle: 1.10\ndraft: true\nn: 7\n---\n") == expected
    assert values("+++\ntitle = 1.10\ndraft = true\nn = 7\n+++\n") == expected
    assert values('{"title": 1.10, "draft": true, "n": 7}\n') == expected


def test_nothing_and_null_are_no_value_and_quoted_null_is_text() -> None:
    assert values('---\na:\nb: ~\nc: null\nd: "null"\n---\n') == {"a": None, "b": None, "c": None, "d": "null"}
    assert values('{"a": null}\n') == {"a": None}


def test_values_nest_and_stay_text() -> None:
    expected = {"author": {"name": "Li", "sites": ["a", "b"], "age": "30"}}
    assert values("---\nauthor:\n  name: Li\n  sites: [a, b]\n  age: 30\n---\n") == expected
    assert values('+++\n[author]\nname = "Li"\nsites = ["a", "b"]\nage = 30\n+++\n') == expected
    assert values('{"author": {"name": "Li", "sites": ["a", "b"], "age": 30}}\n') == expected


def test_handlers_offer_the_interface_of_python_frontmatter() -> None:
    text = "---\ntitle: 12:30\n---\n    code\n"
    handler = next(handler for handler in HANDLERS if handler.detect(text))
    fm, content = handler.split(text)
    assert handler.load(fm) == {"title": "12:30"}
    assert content == "    code\n"

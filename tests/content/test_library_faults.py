"""What python-frontmatter's own handlers lose or change, each with a test that ours do not."""

from collections.abc import Callable

import frontmatter

from bot.content.frontmatter import read_front_matter
from bot.domain.post import Document
from bot.domain.problem import Problem, Severity


def test_toml_is_read_and_not_published_as_text() -> None:
    text = '+++\ntitle = "Hello"\n+++\nText\n'
    front = read_front_matter("a.md", text)
    assert (front.values["title"], front.body) == ("Hello", "Text\n")


def test_a_byte_order_mark_does_not_hide_the_block(read: Callable[..., tuple[Document, list[Problem]]]) -> None:
    document, problems = read(b"\xef\xbb\xbf---\ntitle: Hello\n---\nText\n")
    assert (document.title, document.body, problems) == ("Hello", "Text\n", [])


def test_a_text_that_opens_with_a_rule_loses_nothing() -> None:
    text = "---\n\nFirst part.\n\n---\n\nSecond part.\n"
    assert "First part." not in frontmatter.loads(text).content
    assert read_front_matter("a.md", text).body == text


def test_a_code_block_at_the_top_keeps_its_indent() -> None:
    text = "---\ntitle: x\n---\n    print(1)\n"
    assert not frontmatter.loads(text).content.startswith("    ")
    assert read_front_matter("a.md", text).body == "    print(1)\n"


def test_keys_named_content_or_handler_or_a_number_are_ordinary_keys(post: Callable[..., Document]) -> None:
    document = post("title: x\ncontent: c\nhandler: h\n2024: n\nmetadata: m")
    assert document.extra == {"content": "c", "handler": "h", "2024": "n", "metadata": "m"}


def test_an_impossible_date_costs_the_date_alone(read: Callable[..., tuple[Document, list[Problem]]]) -> None:
    document, problems = read("---\ntitle: Kept\ndate: 2026-13-45\ntags: [a]\n---\nText\n")
    assert (document.title, document.date, document.tags) == ("Kept", None, ("a",))
    assert [(problem.line, problem.severity, problem.code) for problem in problems] == [
        (3, Severity.WARNING, "date-impossible")
    ]


def test_an_impossible_date_in_toml_costs_the_date_alone(read: Callable[..., tuple[Document, list[Problem]]]) -> None:
    document, problems = read('+++\ntitle = "Kept"\ndate = 2026-13-45 # oops\n+++\nText\n')
    assert (document.title, document.date) == ("Kept", None)
    assert [(problem.line, problem.code) for problem in problems] == [(3, "date-impossible")]


def test_titles_that_look_like_numbers_times_or_booleans_stay_as_written(post: Callable[..., Document]) -> None:
    for title in ("12:30", "No", "1.10", "yes", "2024-01-01", "0x1F", "1_000", "1e3", "null-free", "010"):
        assert post(f"title: {title}").title == title


def test_a_key_given_twice_is_said_with_both_lines(problems: Callable[..., list[Problem]]) -> None:
    (found,) = problems("title: one\ntags: [a]\ntitle: two")
    assert str(found) == ("notes/a.md:4: `title` is given twice, first on line 2; this one counts; delete one of them")
    assert found.severity is Severity.WARNING


def test_a_json_key_given_twice_is_said_too(read: Callable[..., tuple[Document, list[Problem]]]) -> None:
    document, problems = read('{"title": "one",\n"title": "two"}\nText\n')
    assert document.title == "two"
    assert [(problem.line, problem.code, problem.facts["first"]) for problem in problems] == [(2, "key-twice", "1")]


def test_latex_in_double_quotes_keeps_its_backslashes(read: Callable[..., tuple[Document, list[Problem]]]) -> None:
    for latex in (
        r"\alpha",
        r"\beta",
        r"\frac",
        r"\nabla",
        r"\theta",
        r"\rho",
        r"\vec",
        r"\lambda",
        r"\(x\)",
        r"\Pi",
        r"a\_b",
    ):
        document, problems = read(f'---\ntitle: "On {latex} x"\n---\nText\n')
        assert document.title == f"On {latex} x"
        assert [(problem.line, problem.code) for problem in problems] == [(2, "backslash-kept")]
        assert f"title: 'On {latex} x'" in problems[0].mend


def test_escapes_that_are_meant_are_escapes(post: Callable[..., Document]) -> None:
    document = post('title: "a \\"b\\" \\u4e2d \\\\ c"\ndescription: "one\\ntwo\\tthree"\nnote: "one\\ntwo"')
    assert document.title == 'a "b" 中 \\ c'
    assert document.summary == "one two three"
    assert document.extra["note"] == "one\ntwo"


def test_latex_in_a_list_keeps_its_backslashes(read: Callable[..., tuple[Document, list[Problem]]]) -> None:
    document, _ = read('---\ntags: ["\\alpha", b]\nkeywords:\n- "\\beta"\n---\nText\n')
    assert document.tags == ("\\alpha", "b")


def test_a_hash_in_a_title_is_text(read: Callable[..., tuple[Document, list[Problem]]]) -> None:
    document, problems = read("---\ntitle: Top #1 trick\ntags:\n- C #lang\n---\nText\n")
    assert (document.title, document.tags) == ("Top #1 trick", ("C #lang",))
    assert [(problem.line, problem.code) for problem in problems] == [(2, "hash-kept"), (4, "hash-kept")]
    assert "title: 'Top #1 trick'" in problems[0].mend


def test_a_comment_stays_a_comment(post: Callable[..., Document]) -> None:
    document = post("title: Plain # a note\ndraft: false #soon\nexpiryDate: '2028-02-18' # deprecated in v0.156.0")
    assert document.title == "Plain"
    assert document.expires is not None


def test_hashes_and_quotes_inside_a_block_of_text_are_left_alone(post: Callable[..., Document]) -> None:
    document = post('title: x\nnote: |\n  title: Top #1\n  - "\\alpha"\ntags: [a]')
    assert document.extra["note"] == 'title: Top #1\n- "\\alpha"\n'

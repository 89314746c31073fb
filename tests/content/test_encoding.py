"""Bytes to text: encodings, line ends, control characters; what is no text, and files that are no posts."""

from collections.abc import Callable

import pytest

from bot.content.decode import MAX_POST_BYTES
from bot.domain.post import Document
from bot.domain.problem import Problem, Severity

Read = Callable[..., tuple[Document | None, list[Problem]]]

CHINESE = "---\ntitle: 梯度检查点\n---\n用算力换显存，训练时要保存前向传播的全部激活值。\n"


def codes(problems: list[Problem]) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in problems]


def test_gb18030_is_read_with_a_warning_at_its_first_line(read: Read) -> None:
    document, problems = read(CHINESE.encode("gb18030"))
    assert document
    assert (document.title, document.body) == ("梯度检查点", "用算力换显存，训练时要保存前向传播的全部激活值。\n")
    assert codes(problems) == [(2, "encoding-gb18030")]
    assert problems[0].severity is Severity.WARNING


def test_one_broken_character_does_not_turn_a_utf8_post_into_nonsense(read: Read) -> None:
    document, problems = read(CHINESE.encode()[:-2])
    assert document
    assert document.title == "梯度检查点"
    assert document.body.endswith("激活值�")
    assert codes(problems) == [(4, "encoding-broken")]


def test_a_text_in_a_western_encoding_is_refused_and_not_guessed(read: Read) -> None:
    document, problems = read("Ein schöner Tag, und die Straße war naß.\n".encode("latin-1"))
    assert document is None
    assert codes(problems) == [(1, "encoding-unknown")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused_with_advice(read: Read, encoding: str) -> None:
    mark = {"utf-16": "", "utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}[encoding]
    document, problems = read((mark + CHINESE).encode(encoding))
    assert document is None
    assert codes(problems) == [(1, "encoding-utf16")]
    assert problems[0].mend == "save it as UTF-8"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_once(read: Read, end: str) -> None:
    document, problems = read(end.join(["---", "title: x", "date: soon", "---", "", "One", "Two", ""]))
    assert document
    assert (document.body, document.body_line) == ("\nOne\nTwo\n", 5)
    assert codes(problems) == [(3, "date-unreadable")]


def test_yamls_own_line_ends_do_not_move_the_numbers(read: Read) -> None:
    _, problems = read("---\ntitle: a\u2028b\nnote: c\u2029d\ndate: soon\n---\nText\n")
    assert codes(problems) == [(4, "date-unreadable")]


def test_control_characters_are_left_out_and_said_at_the_first(read: Read) -> None:
    document, problems = read("---\ntitle: a\x08b\n---\nOne\x00 two\x0b\n" + "More text. " * 30)
    assert document
    assert document.title == "ab"
    assert document.body.startswith("One two\n")
    assert codes(problems) == [(2, "control-characters")]
    assert problems[0].facts == {"count": "3"}


def test_what_an_escape_brings_in_is_left_out_too(read: Read) -> None:
    document, _ = read('{"title": "a\\u0000b\\ud800c", "x": {"y\\u0000": ["\\u0007z"]}}\nText\n')
    assert document
    assert document.title == "abc"
    assert document.extra == {"x": {"y": ["z"]}}


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 8,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"%PDF-1.7 text text",
        b"PK\x03\x04 text",
        b"text\0" * 200,
        b"\x7fELF" + b"a" * 100,
    ],
)
def test_a_binary_file_is_refused_whatever_its_name(read: Read, data: bytes) -> None:
    document, problems = read(data)
    assert document is None
    assert [problem.code for problem in problems] in (["file-not-text"], ["encoding-unknown"])
    assert problems[0].severity is Severity.ERROR


def test_a_post_of_one_mebibyte_is_read_and_a_longer_one_refused(read: Read) -> None:
    whole, nothing = read(b"a" * MAX_POST_BYTES)
    refused, problems = read(b"a" * (MAX_POST_BYTES + 1))
    assert whole
    assert not nothing
    assert refused is None
    assert codes(problems) == [(0, "file-too-large")]
    assert problems[0].what == "the file is 1.1 MiB, and 1 MiB is the most that is read"


@pytest.mark.parametrize("text", ["", "\n \n\t\n", "\ufeff", "---", "---\n", "+++", "***\n\n---\n", "-\n"])
def test_an_empty_file_is_no_post_and_no_error(read: Read, text: str) -> None:
    document, problems = read(text)
    assert document is None
    assert codes(problems) == [(0, "file-empty")]
    assert problems[0].severity is Severity.WARNING


def test_front_matter_without_text_is_no_post_unless_it_has_a_summary(read: Read) -> None:
    bare, problems = read("---\ntitle: x\n---\n\n")
    short, nothing = read("---\ntitle: x\nsummary: All of it.\n---\n")
    assert bare is None
    assert codes(problems) == [(4, "body-empty")]
    assert codes(read("---\ntitle: x\n---\n\n---\n")[1]) == [(4, "body-empty")]
    assert short
    assert not nothing


def test_the_papers_of_a_repository_are_no_posts(read: Read) -> None:
    for path in ("README.md", "readme.md", "LICENSE.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        assert read("# About\n\nText\n", path) == (None, [])
    assert read("---\ntitle: x\n---\nText\n", "README.md")[0]
    assert read("# About\n\nText\n", "security.md")[0]
    assert read("# About\n\nText\n", "nlp/README.md")[0]

"""Reading one post from a string, as the whole room's tests do."""

from collections.abc import Callable
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest

from bot.content.document import read_document
from bot.domain.post import Document
from bot.domain.problem import Problem

Reader: TypeAlias = Callable[..., tuple[Document | None, list[Problem]]]


def read(text: str | bytes, path: str = "notes/a.md", **options: object) -> tuple[Document | None, list[Problem]]:
    """The post in `text`, its dates read in Shanghai."""
    data = text if isinstance(text, bytes) else text.encode()
    return read_document(path, data, zone=ZoneInfo("Asia/Shanghai"), **options)  # type: ignore[arg-type]


@pytest.fixture
def post() -> Callable[..., Document]:
    """Reads YAML lines (and a body) into a Document that must have no problem."""

    def build(front: str = "", body: str = "Text.\n", path: str = "notes/a.md", **options: object) -> Document:
        document, problems = read(f"---\n{front}\n---\n{body}", path, **options)
        assert not problems
        assert document
        return document

    return build


@pytest.fixture
def problems() -> Callable[..., list[Problem]]:
    """The problems of YAML lines; the first of them is line 2 of the file."""

    def build(front: str, body: str = "Text.\n", path: str = "notes/a.md", **options: object) -> list[Problem]:
        return read(f"---\n{front}\n---\n{body}", path, **options)[1]

    return build


@pytest.fixture(name="read")
def read_fixture() -> Reader:
    return read

"""Searching without phrases: what is typed in quotation marks after a minus stands in no result."""

import pytest

from bot.services.search import searching
from bot.services.shelf import indexing
from tests.services.conftest import Folder


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ('attention -"all you need"', {"apart.md", "headings.md"}),
        ("attention -“all you need”", {"apart.md", "headings.md"}),
        ('attention -"位置编码"', {"paper.md", "apart.md"}),
        ('attention -"KV 缓存"', {"paper.md", "headings.md"}),
        ('attention -"apart"', {"paper.md", "headings.md"}),
        ('attention -"all you need" -"KV 缓存"', {"headings.md"}),
        ('attention "all you need"', {"paper.md", "apart.md"}),
    ],
)
async def test_an_excluded_phrase_stands_in_no_result(folder: Folder, typed: str, found: set[str]) -> None:
    folder.options["indexer"] = indexing
    folder.post("paper.md", "Attention is all you need", "精读。")
    folder.post("apart.md", "Attention apart", "All of it, as you see; we need KV 缓存 for attention.")
    folder.post("headings.md", "Attention", "## 位置编码\n\n旋转。")
    await folder.sync()

    view = await searching.search(folder.database, typed, language="en")

    assert {result.path for result in view.results} == found
    assert not view.is_partial

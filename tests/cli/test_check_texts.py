"""`heliograph check` reads the texts of posts too: what readers would miss is said by line, and nothing else is."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.checking import examine
from bot.domain.problem import Problem, Severity
from bot.markup.classic.page import MAX_PICTURES
from bot.services.shelf.proofreading import MOST_FORMULAS

TEXT = r"""---
title: Notes
---
![a map](img/map.png), an inline $\frac{1}{$, and $x^2$ for $5.

```
![in code](img/none.png) [in code](nope.md)
```

$$ \unknowncmd{x} $$

> $$
> \begin{pmatrix} a & b
> $$

![none](img/none.png) ![above](/shared/none.png) ![far](https://example.org/none.png)
[x](nope.md) [other](b.md#part) [by its slug](/notes/tea-time.md) [site](/about/) [far](https://example.org/a.md)
[[nowhere]] [raw](a.txt)
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    files = {
        "notes/a.md": TEXT,
        "notes/b.md": "---\ntitle: B\nslug: tea-time\n---\nText.\n",
        "notes/img/map.png": "",
        "Low rank adaptation.md": "A name may be a title.\n",
        "heading.md": "# A heading\n\nText.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def found(place: Path) -> list[Problem]:
    return examine(place, zone=ZoneInfo("UTC")).problems


def test_what_readers_would_miss_is_told_by_line_and_nothing_else(notes: Path) -> None:
    problems = found(notes)

    assert {one.file for one in problems} == {"notes/a.md"}
    assert {one.severity for one in problems} == {Severity.WARNING}
    assert sorted((one.line, one.code, next(iter(one.facts.values()))) for one in problems) == [
        (4, "formula-broken", r"\frac{1}{"),
        (10, "formula-broken", r"\unknowncmd{x}"),
        (13, "formula-broken", r"\begin{pmatrix} a & b"),
        (16, "image-not-found", "/shared/none.png"),
        (16, "image-not-found", "img/none.png"),
        (17, "link-lost", "nope.md"),
    ]


def test_of_one_file_nothing_is_said_about_what_lies_above_it(notes: Path) -> None:
    (notes / "notes/one.md").write_text("---\ntitle: One\n---\n![x](../x.png) ![y](/y.png) ![z](z.png) [b](../c.md)\n")

    assert [one.facts["source"] for one in found(notes / "notes/one.md")] == ["z.png"]


@pytest.mark.parametrize("name", ["document (3).md", "Untitled.md", "untitled 2.md", "未命名.md", "2026-01-05-note.md"])
def test_a_post_that_is_called_as_an_app_called_its_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Text without any heading.\n")

    assert [(one.code, one.severity) for one in found(tmp_path)] == [("title-missing", Severity.WARNING)]
    (tmp_path / name).write_text("---\ntitle: Named\n---\nText.\n")
    assert found(tmp_path) == []


def test_a_link_to_a_post_that_cannot_be_read_is_no_lost_link(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n[b](b.md) [c](other/Bad.md)\n")
    (tmp_path / "b.md").write_text("---\ntitle: [\n---\n")
    (tmp_path / "bad.md").write_text("---\ntitle: [\n---\n")

    assert {one.file for one in found(tmp_path)} == {"b.md", "bad.md"}


def test_the_line_is_that_of_the_link_the_picture_or_the_formula_not_of_words_about_it(tmp_path: Path) -> None:
    text = "# On a.png\n\nSee a.png, gone.md, and \\foo or `\\foo`.\n\n[x](gone.md)\n\n![y](a.png)\n\nHere $\\foo$.\n"
    (tmp_path / "a.md").write_text(text)

    assert [(one.line, one.code) for one in found(tmp_path)] == [
        (5, "link-lost"),
        (7, "image-not-found"),
        (9, "formula-broken"),
    ]


def test_a_post_of_nothing_but_faults_is_read_in_its_time(tmp_path: Path) -> None:
    lines = (f"![a](b{number}.png) $\\frac{{{number}}}{{$ [c](d{number}.md)\n\n" for number in range(12_000))
    (tmp_path / "a.md").write_text("# A\n\n" + "".join(lines))

    problems = found(tmp_path)

    assert sum(one.code == "image-not-found" for one in problems) == MAX_PICTURES
    assert sum(one.code == "formula-broken" for one in problems) == MOST_FORMULAS
    assert problems[-1].line > 0

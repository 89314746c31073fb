"""Slugs over the whole shelf: duplicates, translations, and who gives way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.content.naming import clean_slug, path_facts, qualified_slug
from bot.content.shelf import resolve_slugs
from bot.domain.post import Document
from bot.domain.problem import Severity


def document(path: str, *, slug: str = "", language: str | None = "en", year: int | None = None) -> Document:
    return Document(
        path=path,
        slug=slug or path_facts(path).slug,
        slug_line=3 if slug else 0,
        language=language,
        date=datetime(year, 1, 1, tzinfo=UTC) if year else None,
        body="",
        body_line=1,
        content_hash="",
    )


def test_one_slug_in_one_language_twice_names_both_files_and_the_older_keeps_it() -> None:
    result = resolve_slugs([document("new.md", slug="x", year=2025), document("old.md", slug="x", year=2020)])
    assert result.by_path == {"old.md": "x", "new.md": "new"}
    assert str(result.problems[0]) == (
        "new.md:3: the slug `x` (en) is that of old.md already, so this post gets `new`; "
        "give it a slug of its own to choose one"
    )
    assert result.problems[0].severity is Severity.WARNING


@pytest.mark.parametrize("year", [2020, None])
def test_a_copy_with_the_same_slug_and_date_is_refused(year: int | None) -> None:
    result = resolve_slugs([document("nlp/copy.md", slug="x", year=year), document("a.md", slug="x", year=year)])
    assert result.by_path == {"a.md": "x"}
    (found,) = result.problems
    assert (found.file, found.line, found.code, found.severity) == ("nlp/copy.md", 3, "slug-taken", Severity.ERROR)
    assert str(found) == (
        "nlp/copy.md:3: the slug `x` (en) is that of a.md already; "
        "give one of the two another slug, or a `lang` of its own if it is a translation"
    )


def test_a_slug_that_hugo_tells_apart_by_its_date_gets_the_date_from_the_file_name() -> None:
    posts = [
        document("zh/2008-04-04-phoenix.md", slug="phoenix", year=2008),
        document("zh/2017-10-04-phoenix.md", slug="phoenix", year=2017),
        document("posts/2019/phoenix.md", slug="phoenix", year=2019),
    ]
    assert list(resolve_slugs(posts).by_path.values()) == ["phoenix", "2017-10-04-phoenix", "2019-phoenix"]


def test_who_holds_a_slug_keeps_it_against_an_older_post() -> None:
    posts = [document("new.md", slug="x", year=2025), document("old.md", slug="x", year=2020)]
    result = resolve_slugs(posts, held={"new.md": "x"})
    assert result.by_path == {"new.md": "x", "old.md": "old"}
    assert [problem.file for problem in result.problems] == ["old.md"]


def test_a_post_that_took_another_slug_no_longer_holds_the_old_one() -> None:
    posts = [document("a.md", slug="y", year=2020), document("b.md", slug="x", year=2025)]
    assert resolve_slugs(posts, held={"a.md": "x"}).by_path == {"a.md": "y", "b.md": "x"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.zh.md", "a.en.md"),
        ("zh/nlp/a.md", "en/nlp/a.md"),
        ("docs/a.md", "zh-cn/docs/a.md"),
        ("a/index.zh.md", "a/index.md"),
    ],
)
def test_one_path_in_two_languages_is_one_post_translated(one: str, other: str) -> None:
    result = resolve_slugs([document(one, language="zh"), document(other, language="en")])
    assert len(set(result.by_path.values())) == 1
    assert len(result.by_path) == 2
    assert not result.problems


def test_an_author_may_tie_translations_by_slug() -> None:
    posts = [document("lora.md", language="zh"), document("english/lora-en.md", slug="lora", language="en")]
    assert set(resolve_slugs(posts).by_path.values()) == {"lora"}


def test_two_files_of_one_name_in_two_folders_are_two_posts_and_no_problem() -> None:
    posts = [document("time/format.md", year=2020), document("strings/format.md", year=2021)]
    result = resolve_slugs(posts)
    assert result.by_path == {"time/format.md": "format", "strings/format.md": "strings-format"}
    assert not result.problems


def test_a_namesake_in_another_language_is_not_taken_for_a_translation() -> None:
    posts = [document("nlp/notes.md", language="zh", year=2020), document("vision/notes.md", language="en", year=2021)]
    assert resolve_slugs(posts).by_path == {"nlp/notes.md": "notes", "vision/notes.md": "vision-notes"}


def test_translations_of_a_namesake_stay_together() -> None:
    posts = [
        document("other/intro.md", language="en", year=2019),
        document("zh/nlp/intro.md", language="zh", year=2020),
        document("en/nlp/intro.md", language="en", year=2021),
    ]
    slugs = resolve_slugs(posts).by_path
    assert slugs["zh/nlp/intro.md"] == slugs["en/nlp/intro.md"] == "nlp-intro"


def test_a_longer_slug_stays_when_its_namesake_is_gone() -> None:
    first = resolve_slugs([document("a/x.md", year=2020), document("b/x.md", year=2021)])
    later = resolve_slugs([document("b/x.md", year=2021)], held=first.by_path)
    assert later.by_path == {"b/x.md": "b-x"}


def test_files_that_differ_in_case_alone_both_stand_on_the_shelf() -> None:
    result = resolve_slugs([document("nlp/Foo.md"), document("nlp/foo.md"), document("nlp/FOO.markdown")])
    assert len(set(result.by_path.values())) == 3
    assert not result.problems


def test_the_outcome_does_not_hang_on_the_order_of_the_files() -> None:
    posts = [document(f"{folder}/x.md", language=language) for folder in "abc" for language in ("zh", "en")]
    posts = [replace(post, path=post.path.replace(".md", f".{post.language}.md")) for post in posts]
    posts = [replace(post, slug=path_facts(post.path).slug) for post in posts]
    assert resolve_slugs(posts) == resolve_slugs(posts[::-1])
    assert sorted(set(resolve_slugs(posts).by_path.values())) == ["b-x", "c-x", "x"]


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("lora.md", "lora"),
        ("nlp/LoRA 低秩适配.md", "lora-低秩适配"),
        ("_posts/2024-05-01-hello-world.md", "hello-world"),
        ("2024-05-01.md", "2024-05-01"),
        ("a.zh.md", "a"),
        ("my-post/index.md", "my-post"),
        ("2024-05-01-my-post/index.en.md", "my-post"),
        ("guide/README.md", "guide"),
        ("index.md", "index"),
        ("v1.10.2.md", "v1.10.2"),
        ("C++.md", "c++"),
        ("--.md", "post"),
        ("Ｆｕｌｌ.md", "full"),
        ("x" * 200 + ".md", "x" * 80),
    ],
)
def test_a_slug_is_made_of_the_file_name(path: str, slug: str) -> None:
    assert path_facts(path).slug == slug


def test_a_slug_never_holds_what_a_path_or_a_message_cannot(post: Callable[..., Document]) -> None:
    assert clean_slug(" ../a\u202e\\b\n c/ ") == "a-b-c"
    assert qualified_slug("posts/nlp/2024-05-01-a.md") == "nlp-a"
    assert post("title: x", path="x/../../y.md").slug == "y"


def test_a_file_name_gives_a_title_where_nothing_else_does() -> None:
    assert path_facts("_posts/2024-05-01-Hello World.zh.md").title == "Hello World"
    assert path_facts("My Post/index.md").title == "My Post"

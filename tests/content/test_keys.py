"""Every row of the table of keys: which key wins, every shape, and what a bad value costs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.domain.post import Document
from bot.domain.problem import Problem, Severity

Build = Callable[..., Document]
Read = Callable[..., tuple[Document, list[Problem]]]


def day(year: int, month: int, date: int, hour: int = 0, minute: int = 0) -> datetime:
    """UTC."""
    return datetime(year, month, date, hour, minute, tzinfo=UTC)


def codes(problems: list[Problem]) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in problems]


# Title.


def test_title_is_one_line_of_text(post: Build) -> None:
    assert post("title: >\n  Two\n  lines").title == "Two lines"


def test_without_a_title_publishing_decides(post: Build) -> None:
    assert post("date: 2024-01-01").title is None
    assert post("title:").title is None
    assert post('title: "  "').title is None


def test_a_title_that_is_a_list_is_left_out_and_said(read: Read) -> None:
    document, problems = read("---\ntags: [a]\ntitle: [a, b]\n---\nText\n")
    assert document.title is None
    assert codes(problems) == [(3, "text-expected")]


def test_an_unfilled_template_costs_its_title_alone(read: Read) -> None:
    document, problems = read("---\ntitle: {{ title }}\ntags: [a]\n---\nText\n")
    assert (document.title, document.tags) == (None, ("a",))
    assert codes(problems) == [(2, "text-expected")]


def test_a_title_as_long_as_a_paragraph_is_cut(read: Read) -> None:
    document, problems = read(f"---\ntitle: {'word ' * 100}\n---\nText\n")
    assert document.title
    assert len(document.title) == 200
    assert document.title.endswith("…")
    assert codes(problems) == [(2, "value-too-long")]


def test_markup_in_a_title_stays_text_and_direction_marks_go(post: Build) -> None:
    assert post("title: '<b>x</b> _*[y'").title == "<b>x</b> _*[y"
    assert post("title: a\u202egpj.exe\u200f").title == "agpj.exe"
    assert post('title: "a\\u202eb\\u0000c"').title == "abc"


# Dates.


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-05-01", day(2024, 4, 30, 16)),
        ("2024-5-1", day(2024, 4, 30, 16)),
        ("2024/5/1", day(2024, 4, 30, 16)),
        ("2024.5.1", day(2024, 4, 30, 16)),
        ("2024年5月1日", day(2024, 4, 30, 16)),
        ("20240501", day(2024, 4, 30, 16)),
        ("'2024-05-01'", day(2024, 4, 30, 16)),
        ("2024-05-01 09:00", day(2024, 5, 1, 1)),
        ("2024-05-01T09:00", day(2024, 5, 1, 1)),
        ("2024-05-01 9:00 PM", day(2024, 5, 1, 13)),
        ("2013/7/13 20:46:25", datetime(2013, 7, 13, 12, 46, 25, tzinfo=UTC)),
        ("2024년 5월 1일", day(2024, 4, 30, 16)),
        ("2024年5月1日 09:30", day(2024, 5, 1, 1, 30)),
        ("2024年5月1日09时30分", day(2024, 5, 1, 1, 30)),
        ("2024-05-01T09:00:00Z", day(2024, 5, 1, 9)),
        ("2024-05-01T09:00:00+08:00", day(2024, 5, 1, 1)),
        ("2024-05-01T09:00:00.123-07:00", datetime(2024, 5, 1, 16, 0, 0, 123000, tzinfo=UTC)),
        ("2024-05-01 09:00:00 +0800", day(2024, 5, 1, 1)),
        ("2024-05-01 09:00:00 +0800 CST", day(2024, 5, 1, 1)),
        ("2024-05-01 09:00 UTC", day(2024, 5, 1, 9)),
        ("2024-05-01 09:00 Europe/Paris", day(2024, 5, 1, 7)),
        ("2024-05-01 09:00 CST", day(2024, 5, 1, 1)),
        ("2024-05-01 09:00 America/New_York", day(2024, 5, 1, 13)),
        ("2024-05-01 9:00 PM America/New_York", day(2024, 5, 2, 1)),
        ("2024-05-01 09:00:00 PST", day(2024, 5, 1, 17)),
        ("2024-05-01 09:00 JST", day(2024, 5, 1, 0)),
        ("May 1, 2024", day(2024, 4, 30, 16)),
        ("1 May 2024", day(2024, 4, 30, 16)),
        ("Mon, 02 Jan 2006 15:04:05 -0700", datetime(2006, 1, 2, 22, 4, 5, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_authors_write_it(post: Build, written: str, moment: datetime) -> None:
    assert post(f"date: {written}").date == moment


@pytest.mark.parametrize("written", ["2024-05-01", "2024-05-01T09:00:00+08:00", "2024-05-01 01:00:00Z"])
def test_toml_dates_are_read_with_and_without_quotes(read: Read, written: str) -> None:
    bare, _ = read(f"+++\ndate = {written}\n+++\nText\n")
    quoted, _ = read(f'+++\ndate = "{written}"\n+++\nText\n')
    assert bare.date == quoted.date is not None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-13-45", "date-impossible"),
        ("2026-02-30", "date-impossible"),
        ("2024-05-01 25:00", "date-impossible"),
        ("2024-05-01 09:00 +99:99", "date-impossible"),
        ("0001-01-01", "date-impossible"),
        ("9999-12-31T23:59-12:00", "date-impossible"),
        ("soon", "date-unreadable"),
        ("05/01/2024", "date-unreadable"),
        ("12:30", "date-unreadable"),
        ("2024", "date-unreadable"),
        ("2024-05-01 09:00 Mars/Base", "date-unreadable"),
        ("[2024-05-01]", "date-unreadable"),
    ],
)
def test_a_bad_date_costs_itself_alone(read: Read, written: str, code: str) -> None:
    document, problems = read(f"---\ntitle: x\ndate: {written}\n---\nText\n")
    assert (document.title, document.date) == ("x", None)
    assert codes(problems) == [(3, code)]
    assert problems[0].severity is Severity.WARNING


@pytest.mark.parametrize("front", ["date: 2026-13-45", "publishDate: soon", "date: soon\nlang: en"])
def test_a_date_that_cannot_be_read_says_that_the_post_goes_out_today(read: Read, front: str) -> None:
    _, problems = read(f"---\n{front}\n---\nText\n")
    assert problems[0].what.endswith("; without another date a new post is dated today and goes out at once")


def test_a_time_that_dates_no_post_is_said_to_be_left_out(read: Read) -> None:
    _, problems = read("---\ndate: 2024-05-01\nlastmod: 2026-13-45\nexpiryDate: soon\npublishDate: never\n---\nText\n")
    assert codes(problems) == [(3, "moment-impossible"), (4, "moment-unreadable"), (5, "moment-unreadable")]
    assert all(problem.what.endswith("left out") for problem in problems)


@pytest.mark.parametrize("key", ["date", "publishDate", "publishdate", "publish_date", "pubdate", "published", "Date"])
def test_every_key_for_the_date_is_known(post: Build, key: str) -> None:
    assert post(f"{key}: 2024-05-01").date == day(2024, 4, 30, 16)


def test_the_first_key_for_the_date_wins_and_a_bad_one_gives_way(read: Read) -> None:
    both, _ = read("---\npubdate: 2024-06-01\ndate: 2024-05-01\n---\nText\n")
    fallen, problems = read("---\ndate: soon\npubdate: 2024-06-01\n---\nText\n")
    assert both.date == day(2024, 4, 30, 16)
    assert fallen.date == day(2024, 5, 31, 16)
    assert codes(problems) == [(2, "date-unreadable")]


def test_a_later_publish_date_holds_the_post_back_without_changing_its_date(post: Build) -> None:
    document = post("date: 2024-05-01\npublishDate: 2024-06-01")
    assert (document.date, document.not_before) == (day(2024, 4, 30, 16), day(2024, 5, 31, 16))
    assert post("date: 2024-05-01\npublishDate: 2024-04-01").not_before is None


def test_the_file_name_dates_a_post_that_has_no_date(post: Build) -> None:
    assert post("title: x", path="_posts/2024-05-01-hello.md").date == day(2024, 4, 30, 16)
    assert post("date: 2020-01-01", path="_posts/2024-05-01-hello.md").date == day(2019, 12, 31, 16)
    assert post("title: x", path="2024-13-01-hello.md").date is None


@pytest.mark.parametrize("key", ["lastmod", "updated", "modified", "last_modified_at"])
def test_every_key_for_the_last_change_is_known(post: Build, key: str) -> None:
    assert post(f"{key}: 2024-05-01T00:00Z").updated == day(2024, 5, 1)


@pytest.mark.parametrize("key", ["expiryDate", "unpublishDate", "expirydate"])
def test_every_key_for_the_end_is_known(post: Build, key: str) -> None:
    assert post(f"{key}: 2024-05-01T00:00Z").expires == day(2024, 5, 1)


def test_an_hour_without_a_zone_is_said_only_while_nobody_chose_a_zone(read: Read) -> None:
    text = "---\ntitle: x\ndate: 2026-01-31 09:00\n---\nText\n"
    _, chosen = read(text)
    document, assumed = read(text, zone_is_assumed=True)
    assert chosen == []
    assert document.date == day(2026, 1, 31, 1)
    assert str(assumed[0]) == (
        "notes/a.md:3: `date` has no time zone and is read in Asia/Shanghai; "
        "write date: 2026-01-31T09:00+08:00, or set HELIOGRAPH_TIMEZONE"
    )


def test_a_day_alone_needs_no_zone(read: Read) -> None:
    assert read("---\ndate: 2026-01-31\n---\nText\n", zone_is_assumed=True)[1] == []


# Hidden.


@pytest.mark.parametrize(
    ("line", "is_hidden"),
    [
        ("draft: true", True),
        ("draft: yes", True),
        ("draft: 'True'", True),
        ("draft: 是", True),
        ("draft: false", False),
        ("draft: no", False),
        ("draft:", False),
        ("published: false", True),
        ("published: off", True),
        ("published: true", False),
        ("published: 2024-05-01", False),
        ("hidden: true", True),
        ("hidden: 0", False),
        ("publish: false", True),
        ("title: x", False),
    ],
)
def test_a_post_is_hidden_as_its_author_says(post: Build, line: str, is_hidden: bool) -> None:
    assert post(line).draft is is_hidden


def test_the_drafts_folder_hides_a_post(post: Build) -> None:
    assert post("title: x", path="_drafts/a.md").draft
    assert post("title: x", path="nlp/_drafts/a.md").draft


def test_in_doubt_a_post_stays_hidden_and_says_so(read: Read) -> None:
    document, problems = read("---\ntitle: x\ndraft: maybe\n---\nText\n")
    assert document.draft
    assert codes(problems) == [(3, "yes-no-expected")]
    assert read("---\npublished: [a]\n---\nText\n")[0].draft


# Categories.


@pytest.mark.parametrize(
    ("lines", "paths"),
    [
        ("categories: NLP", [("NLP",)]),
        ("category: Deep Learning", [("Deep Learning",)]),
        ("category: deep learning", [("deep learning",)]),
        ("categories: Deep Learning", [("Deep Learning",)]),
        ("categories: 深度学习 笔记", [("深度学习 笔记",)]),
        ("categories: NLP, Computer Vision", [("NLP",), ("Computer Vision",)]),
        ("categories: 算法，视觉、语言", [("算法",), ("视觉",), ("语言",)]),
        ("categories: [NLP, Computer Vision]", [("NLP",), ("Computer Vision",)]),
        ("categories:\n- NLP\n- Vision", [("NLP",), ("Vision",)]),
        ("categories:\n- [Large Model, LoRA]\n- [NLP]", [("Large Model", "LoRA"), ("NLP",)]),
        ("categories:\n- [Large Model, LoRA]\n- NLP", [("Large Model", "LoRA"), ("NLP",)]),
        ("categories: [NLP, nlp, ＮＬＰ, ' NLP ']", [("NLP",)]),
        ("categories: [算法，视觉]", [("算法",), ("视觉",)]),
        ("categories: [NLP, '', ~]", [("NLP",)]),
        ("categories: [2024, yes]", [("2024",), ("yes",)]),
    ],
)
def test_categories_come_in_every_shape(post: Build, lines: str, paths: list[tuple[str, ...]]) -> None:
    assert list(post(lines).categories) == paths


def test_jekylls_categories_split_on_spaces(post: Build) -> None:
    assert post("categories: jekyll update", path="_posts/2024-05-01-a.md").categories == (("jekyll",), ("update",))
    assert post("tags: Large Model", path="_posts/2024-05-01-a.md").tags == ("Large", "Model")


def test_words_that_may_be_one_name_are_split_and_said(read: Read) -> None:
    document, problems = read("---\ncategories: jekyll update\n---\nText\n")
    assert document.categories == (("jekyll",), ("update",))
    assert codes(problems) == [(2, "words-split")]
    assert 'categories: ["jekyll update"]' in problems[0].mend


@pytest.mark.parametrize("line", ["title: x", "categories:", "categories: []", "categories: ''", "category: ~"])
@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("nlp/a.md", (("nlp",),)),
        ("posts/nlp/a.md", (("nlp",),)),
        ("Computer Vision/deep/a.md", (("Computer Vision",),)),
        ("source/_posts/算法/a.md", (("算法",),)),
        ("nlp/_posts/2024-05-01-a.md", (("nlp",),)),
        ("zh-cn/nlp/a.md", (("nlp",),)),
        ("posts/2024/05/a.md", ()),
        ("nlp/my-post/index.md", (("nlp",),)),
        ("posts/my-post/index.md", ()),
        ("a.md", ()),
        ("posts/a.md", ()),
        ("_drafts/a.md", ()),
        ("blog/articles/post/a.md", ()),
    ],
)
def test_a_post_without_category_takes_the_first_folder_that_names_a_subject(
    post: Build, line: str, path: str, category: tuple[tuple[str, ...], ...]
) -> None:
    assert post(line, path=path).categories == category


def test_the_folder_can_be_kept_out_of_it(post: Build) -> None:
    assert post("title: x", path="nlp/a.md", first_folder_as_category=False).categories == ()


def test_a_category_that_is_a_map_costs_itself_alone(read: Read) -> None:
    document, problems = read("---\ncategories:\n- NLP\n- a: b\n---\nText\n")
    assert document.categories == (("NLP",),)
    assert codes(problems) == [(2, "list-expected")]
    assert codes(read("---\ncategories: {a: b}\n---\nText\n")[1]) == [(2, "list-expected")]


# Tags.


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        ("tags: [a, b]", ["a", "b"]),
        ("tag: one", ["one"]),
        ("keywords: deep nets, vision", ["deep nets", "vision"]),
        ("tags: '#ml #nlp/bert'", ["ml", "nlp/bert"]),
        ("tags:\n- '#ml'\n- nlp/bert", ["ml", "nlp/bert"]),
        ("tags:\n- [a, b]\n- c", ["a", "b", "c"]),
        ("tags: [LoRA, lora]", ["LoRA"]),
        ("tags: []\nkeywords: [x]", ["x"]),
        ("tags: [a]\nkeywords: [x]", ["a"]),
        ("tags:", []),
    ],
)
def test_tags_come_in_every_shape(post: Build, lines: str, tags: list[str]) -> None:
    assert list(post(lines).tags) == tags


def test_zolas_taxonomies_are_tags_and_categories(read: Read) -> None:
    document, problems = read(
        '+++\ntitle = "x"\n[taxonomies]\ntags = ["a"]\ncategories = [1, {b = 2}]\n[extra]\nk = "v"\n+++\nText\n'
    )
    assert (document.tags, document.categories) == (("a",), (("1",),))
    assert codes(problems) == [(5, "list-expected")]
    assert document.extra["extra"] == {"k": "v"}


# Slug and aliases.


@pytest.mark.parametrize(
    ("lines", "slug", "line"),
    [
        ("slug: my-post", "my-post", 2),
        ("title: x\nslug: My Post", "my-post", 3),
        ("slug: 梯度/检查点", "梯度-检查点", 2),
        ("url: /2014/05/foo.html", "2014-05-foo", 2),
        ("url: /commands/hugo_new/", "commands-hugo_new", 2),
        ("permalink: /about/index.html", "about", 2),
        ("permalink: https://example.org/a/b/?x=1#y", "a-b", 2),
        ("permalink: /%E4%B8%AD/", "中", 2),
        ("url: /x/\nslug: y", "y", 3),
        ("permalink: /:categories/:title/", "a", 0),
        ("permalink: /", "a", 0),
        ("title: x", "a", 0),
    ],
)
def test_the_slug_is_as_written_or_made_of_the_path(post: Build, lines: str, slug: str, line: int) -> None:
    document = post(lines)
    assert (document.slug, document.slug_line) == (slug, line)


def test_a_slug_of_nothing_but_marks_is_left_out_and_said(read: Read) -> None:
    document, problems = read("---\nslug: ///\n---\nText\n")
    assert document.slug == "a"
    assert codes(problems) == [(2, "slug-unusable")]


def test_aliases_are_paths_or_other_names(post: Build) -> None:
    document = post("aliases: [/old/path/, Large Language Model, llm]\nredirect_from: older")
    assert document.aliases == ("/old/path/", "llm", "older")
    assert document.other_names == ("Large Language Model", "llm")


# The rest of the table.


@pytest.mark.parametrize("key", ["summary", "excerpt", "description"])
def test_every_key_for_the_summary_is_known(post: Build, key: str) -> None:
    assert post(f"{key}: Two words").summary == "Two words"


def test_the_first_key_for_the_summary_wins(post: Build) -> None:
    assert post("description: three\nexcerpt: two\nsummary: one").summary == "one"


@pytest.mark.parametrize(
    "lines",
    [
        "cover: a.png",
        "image: a.png",
        "images: [a.png, b.png]",
        "featured_image: a.png",
        "cover:\n  image: a.png",
        "cover: true\nimage: a.png",
        "image:\n  path: a.png\n  alt: x",
    ],
)
def test_the_cover_is_found_in_every_shape(post: Build, lines: str) -> None:
    assert post(lines).cover == "a.png"


@pytest.mark.parametrize(
    ("lines", "path", "tag"),
    [
        ("lang: zh-CN", "a.md", "zh"),
        ("language: en_US", "a.md", "en"),
        ("lang: zh-TW", "a.md", "zh-hant"),
        ("lang: 中文", "a.md", "zh"),
        ("lang: pt-BR", "a.md", "pt-br"),
        ("title: x", "a.zh.md", "zh"),
        ("title: x", "a.en.md", "en"),
        ("title: x", "zh-cn/a.md", "zh"),
        ("title: x", "docs/en/a.md", "en"),
        ("lang: en", "zh/a.zh.md", "en"),
        ("title: x", "vue.js.md", None),
        ("title: x", "content.en/a.md", "en"),
        ("title: x", "cs/a.md", None),
        ("title: x", "a.md", None),
    ],
)
def test_the_language_is_named_by_key_name_or_folder(post: Build, lines: str, path: str, tag: str | None) -> None:
    assert post(lines, path=path).language == tag


def test_a_language_that_is_none_is_left_out_and_said(read: Read) -> None:
    document, problems = read("---\nlang: klingon language\n---\nText\n")
    assert document.language is None
    assert codes(problems) == [(2, "language-unknown")]


def test_pinned_posts_weigh_more(post: Build) -> None:
    assert post("title: x").weight == post("pin: false").weight == post("sticky: 0").weight == 0
    assert post("pin: true").weight == post("pinned: yes").weight == post("top: true").weight == 1
    assert post("sticky: 100").weight > post("sticky: 10").weight > 0


def test_of_hugos_weights_the_lighter_comes_first(post: Build) -> None:
    assert post("weight: 1").weight > post("weight: 20").weight > post("title: x").weight


def test_a_weight_that_is_no_number_costs_itself_alone(read: Read) -> None:
    document, problems = read("---\nweight: heavy\n---\nText\n")
    assert document.weight == 0
    assert codes(problems) == [(2, "number-expected")]


def test_everything_else_is_kept_as_given(post: Build) -> None:
    document = post("title: x\nAuthor: Li\nmath: true\nparams: {a: [1, 2.50]}")
    assert document.extra == {"Author": "Li", "math": "true", "params": {"a": ["1", "2.50"]}}

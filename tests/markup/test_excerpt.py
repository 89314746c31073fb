"""Excerpts: golden pages for what a card in a list says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup.parse import parse
from bot.markup.plain import Language, excerpt


def _excerpt(source: str, language: Language = "en", limit: int = 350) -> str:
    return excerpt(parse(source), language=language, limit=limit)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A state-of-the-art k-means run", "A state-of-the-art k-means run"),
        ("From -5 to −3, minus - and 1 - 2", "From -5 to −3, minus - and 1 - 2"),
        ("1. First\n2. Second\n7. Third", "1. First 2. Second 3. Third"),
        ("Before\n\n- a\n- b", "Before • a • b"),
        ("See [the paper](https://example.org) and **bold** `code()`", "See the paper and bold code()"),
        ("# Title\n\nText", "Title: Text"),
        ("# Why?\n\nBecause", "Why? Because"),
        ("# One\n\n## Two\n\nText", "One: Two: Text"),
        ("Two\nlines  \nthree", "Two lines three"),
        ("Let $x^2 \\le 1$ hold", "Let x² ≤ 1 hold"),
        ("Run\n\n```py\nx\n```\n\nthen", "Run [code] then"),
        ("Look\n\n![d](a.png)\n\nhere", "Look [image] here"),
        ("|a|b|\n|-|-|\n|c|d|\n\nafter", "[table] after"),
        ("> [!NOTE]\n> Mind this", "Mind this"),
        ("> [!WARNING] Hot\n> Mind this", "Hot: Mind this"),
        ("- [ ] open\n- [x] done", "open • done"),
        ("Word[^1]\n\n[^1]: note", "Word"),
        ("![d](a.png)\n\nText", "Text"),
        ("", ""),
    ],
)
def test_english_excerpts_read_as_written(source: str, expected: str) -> None:
    assert _excerpt(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# 引言\n\n我们训练模型。", "引言：我们训练模型。"),
        ("第一段。\n\n第二段", "第一段。第二段"),
        ("第一段\n\n第二段", "第一段 第二段"),
        ("换行\n不留空格", "换行不留空格"),
        ("中文 and English\n混排", "中文 and English 混排"),
        ("运行\n\n```py\nx\n```\n\n之后", "运行〔代码〕之后"),
        ("1. 先看\n2. 再做", "1. 先看 2. 再做"),
        ("> [!NOTE]\n> 请注意", "请注意"),
    ],
)
def test_chinese_excerpts_read_as_written(source: str, expected: str) -> None:
    assert _excerpt(source, "zh") == expected


LONG_FORMULA = "$$\\int_0^\\infty \\frac{\\partial^2 u(x, t)}{\\partial x^2} + \\sum_{i=1}^{n} \\binom{n}{i} dx$$"


def test_a_long_formula_is_named_in_the_posts_language_and_never_shown_as_latex() -> None:
    assert _excerpt(f"Then\n\n{LONG_FORMULA}\n\nholds") == "Then [formula] holds"
    assert _excerpt(f"于是\n\n{LONG_FORMULA}\n\n成立", "zh") == "于是〔公式〕成立"


def test_stand_ins_never_come_in_a_row() -> None:
    source = "Now\n\n" + f"{LONG_FORMULA}\n\n```\ncode\n```\n\n" * 10
    assert _excerpt(source) == "Now [formula] [code]"


def test_the_authors_summary_comes_first_and_alone() -> None:
    assert _excerpt("The summary.\n\n<!--more-->\n\nThe rest.") == "The summary."
    assert _excerpt("<!--more-->\n\nThe rest.") == "The rest."


def test_a_heading_that_repeats_the_title_is_left_out() -> None:
    tree = parse("# The Title\n\nText")
    assert excerpt(tree, language="en", title="The  title") == "Text"
    assert excerpt(tree, language="en", title="Another") == "The Title: Text"


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        ("One two three four", 12, "One two…"),
        ("A state-of-the-art model", 14, "A…"),
        ("一二三四五六七八", 5, "一二三四…"),
        ("我们用 Transformer 训练", 10, "我们用…"),
        ("一二三，四五六", 5, "一二三…"),
        ("Family 👨‍👩‍👧‍👦 photo", 12, "Family…"),
        ("Let $x_1^2 + x_2^2$ hold", 9, "Let…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        ("exactly", 7, "exactly"),
    ],
)
def test_cuts_fall_between_words_graphemes_and_formulas(source: str, limit: int, expected: str) -> None:
    assert _excerpt(source, limit=limit) == expected


LONG = "The text goes on with plain words that nobody has to read. " * 20
ZH_LONG = "这里的文字一直写下去，并没有谁需要去读它们。" * 20


@pytest.mark.parametrize(
    ("source", "language", "limit", "expected"),
    [
        (f"First of all.\n\n## A heading\n\n{LONG}", "en", 27, "First of all.…"),
        (f"First of all.\n\n**Why so.** {LONG}", "en", 28, "First of all.…"),
        (f"First of all.\n\n1. {LONG}", "en", 18, "First of all.…"),
        (f"First of all.\n\n- **Why so:** {LONG}", "en", 27, "First of all.…"),
        (f"先说一句。\n\n## 一个标题\n\n{ZH_LONG}", "zh", 12, "先说一句。…"),
        (f"First of all.\n\n```\ncode\n```\n\n{LONG}", "en", 24, "First of all.…"),
        (f"**Why so.** {LONG}", "en", 14, "Why so. The…"),
        ("Said in one sentence. And one more that is cut.", "en", 34, "Said in one sentence.…"),
        ("位置不会让嗓门变大，高频和低频都是如此的样子", "zh", 12, "位置不会让嗓门变大…"),
        ("位置，不会让嗓门变大高频和低频都是如此", "zh", 12, "位置，不会让嗓门变大高…"),
    ],
)
def test_a_cut_excerpt_ends_where_reading_may_stop(source: str, language: Language, limit: int, expected: str) -> None:
    assert _excerpt(source, language, limit) == expected


@given(
    st.lists(
        st.sampled_from(
            [
                "word ",
                "state-of-the-art ",
                "中文字",
                "。",
                "$x^2$ ",
                "`a b` ",
                "\n\n",
                "# H\n",
                "- i\n",
                "1. n\n",
                "👨‍👩‍👧 ",
                "e\u0301",
            ]
        ),
        max_size=40,
    ),
    st.integers(min_value=2, max_value=60),
)
def test_an_excerpt_fits_and_stays_on_one_line(parts: list[str], limit: int) -> None:
    shown = _excerpt("".join(parts), "zh", limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert shown == shown.strip()


def test_a_table_of_contents_is_not_what_a_post_says() -> None:
    contents = "- [一](#一)\n  - [二](#二)\n- [三](#三)"
    assert excerpt(parse(f"{contents}\n\n正文。"), language="zh") == "正文。"
    assert excerpt(parse("- [一](#一)\n- 二"), language="zh") == "一 • 二"

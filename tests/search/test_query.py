"""Queries: what a person typed becomes units, filters, and the topic without the question around it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.document import typed_key
from bot.search.filters import Filters, TypedFilter, typed_filters, with_value
from bot.search.query import is_blank, parse
from bot.search.units import MAX_UNITS


def core(text: str) -> list[str]:
    return [unit.text for unit in parse(text).core]


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("什么是数据并行", ["数据并行"]),
        ("如何理解数据流中的中位数", ["数据流中的中位数"]),
        ("请问算法模板怎么学", ["算法模板"]),
        ("LoRA 是什么", ["lora"]),
        ("情感分析是怎么回事", ["情感分析"]),
        ("情感分析是怎么回", ["情感分析"]),
        ("情感分析有什", ["情感分析"]),
        ("what is lora", ["lora"]),
        ("how to train a model", ["train", "a", "model"]),
        ("为什么 梯度爆炸", ["梯度爆炸"]),
        ("注意力机制 教程", ["注意力机制"]),
        ("怎么实现图像卷积", ["图像卷积"]),
        ("有没有关于特征定义的文章", ["特征定义"]),
        ("can you explain gradient checkpointing", ["gradient", "checkpointing"]),
        ("i want to learn about diffusion", ["diffusion"]),
        ("how do I use docker", ["docker"]),
        ("how does attention work", ["attention"]),
        ("what does logits mean", ["logits"]),
        ("the difference between map and set", ["map", "and", "set"]),
        ("explain select", ["explain", "select"]),
    ],
)
def test_the_question_around_a_topic_is_not_looked_for(typed: str, topic: list[str]) -> None:
    assert core(typed) == topic


@pytest.mark.parametrize("typed", ["怎么", "什么是", "what is", "教程"])
def test_a_question_about_nothing_is_looked_for_as_it_is(typed: str) -> None:
    assert core(typed) == [unit.text for unit in parse(typed).units] != []


@pytest.mark.parametrize(
    "typed", ["flash attention", "flash-attention", "FlashAttention", "ＦｌａｓｈＡｔｔｅｎｔｉｏｎ"]
)
def test_spellings_of_a_compound_are_one_query(typed: str) -> None:
    query = parse(typed)

    assert [unit.text for unit in query.core] == ["flash", "attention"]
    assert {join.token for join in query.core_joins} == {"flashattention"}


@pytest.mark.parametrize(
    ("one", "other"), [("I3D", "i3d"), ("擴散模型", "扩散模型"), ("FLASHATTENTION", "flashattention")]
)
def test_case_width_and_script_make_no_other_query(one: str, other: str) -> None:
    assert parse(one).core == parse(other).core


def test_filters_are_taken_out_of_the_words() -> None:
    query = parse('lora category:NLP tag:"low rank" after:2025-06 before:2026')

    assert query.text == "lora"
    assert query.filters.categories == ((typed_key("nlp"),),)
    assert query.filters.tags == ((typed_key("Low Rank"),),)
    assert (query.filters.after, query.filters.before) == (date(2025, 6, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ("after:2025", (2025, 1, 1)),
        ("after:2025-06-30", (2025, 6, 30)),
        ("之后：2025/6", (2025, 6, 1)),
        ("之后：2025年", (2025, 1, 1)),
        ("after:2025年6月", (2025, 6, 1)),
        ("after:2025年6月30號", (2025, 6, 30)),
    ],
)
def test_a_date_may_be_a_year_a_month_or_a_day(typed: str, after: tuple[int, int, int]) -> None:
    assert parse(typed).filters.after == date(*after)


def test_a_filter_that_is_no_date_is_told_and_costs_nothing_else() -> None:
    query = parse("lora after:soon before:2025-13-45 after:2025年13月")

    assert query.unread == ("after:soon", "before:2025-13-45", "after:2025年13月")
    assert query.text == "lora"


def test_an_unknown_filter_is_words() -> None:
    assert core("title:foo nocol:bar") == ["title", "foo", "nocol", "bar"]


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=400))
def test_any_input_gives_a_bounded_query(text: str) -> None:
    query = parse(text)

    assert len(query.units) <= MAX_UNITS
    assert len(query.text) <= 128
    assert bool(query.core) == bool(query.units)


@pytest.mark.parametrize(
    ("typed", "nameless", "words"),
    [
        ('tag:"', ('tag:"',), ""),
        ("category:", ("category:",), ""),
        ("tag:#", ("tag:#",), ""),
        ("树 标签： ", ("标签:",), "树"),
        ("树 tag: #", ("tag: #",), "树"),
        ('tag:"" a', ('tag:""',), "a"),
    ],
)
def test_a_filter_without_a_value_is_no_word(typed: str, nameless: tuple[str, ...], words: str) -> None:
    query = parse(typed)

    assert (query.nameless, query.text, query.filters) == (nameless, words, Filters())


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("tag: lora rank", "tag:lora rank"),
        ('category:  "Large Model" lora', 'category:"Large Model" lora'),
        ("标签： 树", "标签:树"),
        ("after: 2025-06 before:  2025年7月", "after:2025-06 before:2025-07"),
        ("tag: category: NLP", "tag: category:NLP"),
    ],
)
def test_a_space_may_stand_before_the_value_of_a_filter(typed: str, close: str) -> None:
    spaced, plain = parse(typed), parse(close)

    assert plain.filters != Filters()
    assert (spaced.filters, spaced.text, spaced.nameless) == (plain.filters, plain.text, plain.nameless)


def test_a_word_after_a_space_is_no_day() -> None:
    query = parse("before: we begin")

    assert (query.text, query.filters, query.unread) == ("we begin", Filters(), ("before:",))


@pytest.mark.parametrize(
    ("typed", "blank"), [("\u200b", True), (" \ufeff\u2060\n", True), ("。", False), ("\u200ba", False)]
)
def test_what_nobody_sees_is_nothing(typed: str, blank: bool) -> None:
    assert is_blank(typed) is blank


def test_a_quote_may_still_be_open() -> None:
    assert parse('tag:"low rank').filters == parse('tag:"low rank"').filters


def test_a_tag_may_be_typed_as_it_is_shown() -> None:
    assert parse("tag:#lora").filters == parse("标签：＃LoRA").filters == parse("tag:lora").filters


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("category:Large Model lora", 'category:"Large Model" lora'),
        ("lora category:large model", 'lora category:"Large Model"'),
        ("category:Large Models", 'category:"Large Model" Models'),
        ("category:Large lora Model", 'category:"Large Model" lora Model'),
    ],
)
def test_what_of_a_name_was_typed_after_a_space_is_no_word_any_more(typed: str, mended: str) -> None:
    wrong = typed_filters(typed)[0]

    assert with_value(typed, wrong, "Large Model") == mended


def test_a_filter_gets_another_value_in_its_place() -> None:
    assert with_value("a tag:x 分类：y", TypedFilter("category", "y"), "Large Model") == 'a tag:x 分类:"Large Model"'
    assert with_value("tag:x a", TypedFilter("tag", "x"), "树") == "tag:树 a"


@pytest.mark.parametrize(
    ("typed", "words", "without"),
    [
        ("from scratch -attention", "from scratch", (("attention",),)),
        ("模型 －學習率 -rope", "模型", (("学习", "习率"), ("rope",))),
        ("segment tree -c++", "segment tree", (("c++",),)),
        ("C++ -k-means", "C++", (("kmeans",),)),
        ("rope -码 tag:nlp", "rope", (("码*",),)),
        ("tag:nlp -rope", "", (("rope",),)),
        ("state-of-the-art", "state-of-the-art", ()),
        ("n -1", "n -1", ()),
        ("x -y", "x -y", ()),
        ("L = -log p", "L = -log p", ()),
        ("log p -log q", "log p -log q", ()),
        ("-attention", "-attention", ()),
        ("Leetcode - 动态规划", "Leetcode - 动态规划", ()),
        ("wget --quiet -tag:x", "wget --quiet -tag:x", ()),
    ],
)
def test_a_minus_before_a_word_excludes_it(typed: str, words: str, without: tuple[tuple[str, ...], ...]) -> None:
    query = parse(typed)

    assert (query.text, query.filters.without) == (words, without)

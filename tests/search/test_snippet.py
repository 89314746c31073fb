"""Snippets: a line of the post with what was looked for in bold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message import Text, utf16_length
from bot.search.query import parse
from bot.search.snippet import WIDTH, marked, names, snippet
from bot.search.units import MAX_LETTERS, letter_runs


def bold(text: Text) -> list[str]:
    units = text.text.encode("utf-16-le", "surrogatepass")
    ends = [(entity.offset * 2, (entity.offset + entity.length) * 2) for entity in text.entities]
    return [units[start:end].decode("utf-16-le", "surrogatepass") for start, end in ends]


def show(text: str, query: str) -> Text:
    return snippet(text, parse(query))


def test_words_and_characters_are_bold_where_they_stand() -> None:
    found = show("我们用 Transformer 推导注意力机制。", "transformer 注意力")

    assert found.text == "我们用 Transformer 推导注意力机制。"
    assert bold(found) == ["Transformer", "注意力"]


def test_the_middle_of_a_long_post_is_shown_where_the_words_are() -> None:
    found = show("开头。" * 200 + "这里讲梯度检查点的做法。" + "结尾。" * 200, "梯度检查点")

    assert bold(found) == ["梯度检查点"]
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert len(found.text) <= WIDTH + 2


def test_three_lines_hold_half_as_many_chinese_characters() -> None:
    assert len(show("字" * 500, "无").text) == WIDTH // 2 + 1
    assert WIDTH - 10 < len(show("word " * 500, "none").text) <= WIDTH + 1


def test_spaces_of_code_are_one_space() -> None:
    assert show("for x:\n        if loss:\n\t\tstop", "loss").text == "for x: if loss: stop"


def test_the_place_with_the_most_of_the_query_is_chosen() -> None:
    found = show("loss here. " + "x " * 200 + "the loss of a gradient", "gradient loss")

    assert sorted(bold(found)) == ["gradient", "loss"]


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("擴散模型很強", "扩散模型", ["擴散模型"]),
        ("Ｔｒａｎｓｆｏｒｍｅｒ", "transformer", ["Ｔｒａｎｓｆｏｒｍｅｒ"]),
        ("🔥🔥 loss 🔥", "loss", ["loss"]),
        ("naïve Bayes", "naive", ["naïve"]),
        ("many models", "model", ["models"]),
        ("FlashAttention", "flash attention", ["Flash", "Attention"]),
        ("recomputed, it computes", "compute now", ["computes"]),
        ("C++ and C", "c++", ["C++"]),
        ("自注意力", "注意力机制", ["注意力"]),
        ("where he goes, the initial step", "he init", ["he", "init"]),
        ("the branches; He et al.", "he", ["He"]),
        ("用Transformer训练", "transformer", ["Transformer"]),
        ("Word2Vec and HTMLParser", "vec parser", ["Vec", "Parser"]),
        ("k-means++ is k_means", "kmeans", ["k-means", "k_means"]),
        ("the 0-1 背包, not 10-15", "01背包", ["0-1", "背包"]),
        ("the 01背包, not 3-5", "0-1 背包", ["01", "背包"]),
        ("The KV cache, in numbers", "kvcache", ["KV cache"]),
        ("he sets a part, not kv caches", "apart kvcache", []),
        ("kv cache and kv_cache", "kvcache", ["kv_cache"]),
        ("一个 low-rank 的 flashattention", "lowrank flash attention", ["low-rank", "flashattention"]),
        ("复杂度 O(N²), not the 2 of n", "O(N^2)", ["O(N²)"]),
        ("x and z, then p(x | z)", "p(x|z)", ["p(x | z)"]),
        ("(as p(x | z) is)", "x z", ["x | z"]),
        ("a[n][k] is not a[n]", "a[n]", ["a[n]", "a[n]"]),
        ("a pizza, z and x", "p(x|z)", ["z", "x"]),
        ("dZ and Z", "z q", ["Z"]),
    ],
)
def test_matches_are_marked_in_the_spelling_of_the_post(text: str, query: str, marked: list[str]) -> None:
    assert bold(show(text, query)) == marked


def test_the_place_where_words_stand_side_by_side_is_chosen() -> None:
    found = show("loss of a gradient. " + "x " * 200 + "gradient loss", "gradient loss")

    assert found.text.endswith("gradient loss")


def test_a_title_is_marked_whole() -> None:
    found = marked("LoRA: low-rank  adaptation", parse("lowrank"), "underline")

    assert found.text == "LoRA: low-rank adaptation"
    assert [(entity.type, bold(found)) for entity in found.entities] == [("underline", ["low-rank"])]


def test_a_long_formula_of_equal_letters_costs_no_time() -> None:
    query = parse("x " * 12 + "y")

    assert show("x " * 15_000, "x " * 12 + "y").text
    assert all(len(run) <= MAX_LETTERS for run in letter_runs(query.core))


def test_without_a_match_the_beginning_is_shown() -> None:
    found = show("First words of a post.", "elsewhere")

    assert found.text == "First words of a post."
    assert found.entities == ()


def test_line_ends_become_spaces() -> None:
    assert "\n" not in show("one\ntwo\n\nloss", "loss").text


@given(st.text(max_size=600), st.text(max_size=20))
def test_spans_are_in_order_apart_and_inside_the_text(text: str, query: str) -> None:
    found = show(text, query)

    end = 0
    for entity in found.entities:
        assert entity.offset >= end
        assert entity.length > 0
        end = entity.offset + entity.length
    assert end <= utf16_length(found.text)


@pytest.mark.parametrize(
    ("typed", "is_named"),
    [("低秩适配", True), ("lora 低秩", True), ("lora", True), ("低秩部分", False), ("lora rank", False), ("", False)],
)
def test_a_title_names_what_it_has_whole(typed: str, *, is_named: bool) -> None:
    assert names("LoRA：低秩适配", parse(typed)) is is_named

"""Ranking: which of the posts that hold a query comes first."""

import pytest

from bot.search.document import SearchFields, index_row
from bot.search.query import parse
from bot.search.rank import Candidate, held, rank


def post(number: int, title: str, body: str = "", **more: list[str]) -> Candidate:
    row = index_row(SearchFields(title, body, headings=more.get("headings", []), other_names=more.get("names", [])))
    return Candidate(number, number, row.title, row.labels, row.body)


def order(query: str, *posts: Candidate) -> list[int]:
    return [found.candidate.id for found in rank(parse(query), posts)]


def test_a_title_comes_before_a_heading_and_a_heading_before_the_text() -> None:
    text = post(3, "Notes", "we use dropout here")
    heading = post(2, "Notes", "we use it here", headings=["Dropout"])
    title = post(1, "Dropout", "we use it here")

    assert order("dropout", text, heading, title) == [1, 2, 3]


def test_the_post_whose_title_is_the_query_comes_before_longer_titles() -> None:
    longer = post(2, "Transformer 架构细节", "Transformer 架构 Transformer 架构 Transformer 架构")
    same = post(1, "Transformer 架构", "短")

    assert order("Transformer 架构", longer, same) == [1, 2]


def test_words_side_by_side_come_before_words_apart() -> None:
    apart = post(2, "Notes", "gradient of the loss, then a long descent, and gradient again, descent again")
    together = post(1, "Notes", "we use gradient descent")

    assert order("gradient descent", apart, together) == [1, 2]


def test_characters_in_a_row_come_before_the_same_characters_scattered() -> None:
    scattered = post(2, "笔记", "注意事项很多，意力不足，自注")
    together = post(1, "笔记", "注意力")

    assert order("注意力", scattered, together) == [1, 2]


def test_a_compound_written_as_one_comes_before_its_parts_apart() -> None:
    apart = post(2, "Notes", "the cache of a namespace; namespace and cache", headings=["Cache", "Namespace"])
    compound = post(1, "Notes", "class CacheNamespace")

    assert order("cache-namespace", apart, compound, post(3, "Notes", "a namespace, a cache"))[0] == 1


def test_letters_of_a_formula_count_where_they_stand_together() -> None:
    scattered = post(3, "Notes on x and p", "z " * 9 + "of x, with a p; then " + "p and x " * 9)
    beside = post(2, "Notes", "as in p(x \\mid z)")
    joined = post(1, "Notes", "it takes O(N²) steps")

    assert order("p(x|z)", scattered, beside) == [2, 3]
    assert order("O(N^2)", post(4, "Notes", "o, if n is even, of the 2 parts"), joined) == [1, 4]


def test_of_a_run_each_character_beside_a_neighbour_is_held() -> None:
    whole, half, none = post(1, "甲", "损失函数"), post(2, "乙", "损失与函、数"), post(3, "丙", "损、失")

    assert held(parse("损失函数"), [whole, half, none], {}) == [1.0, 0.5, 0.0]


def test_another_name_of_a_post_counts_as_its_title() -> None:
    text = post(2, "Notes", "LoRA " * 9)
    named = post(1, "Low rank adaptation", "x", names=["LoRA"])

    assert order("lora", text, named) == [1, 2]


def test_the_word_itself_comes_before_its_plural_and_the_plural_before_nothing() -> None:
    plural = post(2, "Notes", "tokens tokens tokens")
    itself = post(1, "Notes", "one token")

    assert order("token", plural, itself) == [1, 2]


def test_a_title_that_begins_as_typed_comes_before_a_text_that_does() -> None:
    text = post(2, "Notes", "rankings rankings rankings")
    title = post(1, "Ranking models", "x")

    assert order("ranki", text, title) == [1, 2]


def test_the_newest_of_equals_comes_first() -> None:
    assert order("dropout", post(1, "Dropout"), post(3, "Dropout"), post(2, "Dropout")) == [3, 2, 1]


@pytest.mark.parametrize(
    "query", ["flash attention", "flash-attention", "FlashAttention", "ＦｌａｓｈＡｔｔｅｎｔｉｏｎ"]
)
def test_every_spelling_of_a_compound_finds_the_same_first(query: str) -> None:
    posts = [
        post(1, "FlashAttention, block by block", "FlashAttention tiles the softmax"),
        post(2, "Attention", "flash attention is one kind, attention flash another"),
        post(3, "Notes", "FlashAttention once"),
    ]

    assert order(query, *posts)[0] == 1


def test_the_order_does_not_depend_on_the_order_of_the_lists() -> None:
    posts = [post(number, f"Post {number % 3}", "loss " * (number % 4) + "梯度") for number in range(12)]

    assert order("loss 梯度", *posts) == order("loss 梯度", *reversed(posts))

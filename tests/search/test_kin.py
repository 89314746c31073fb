"""Words of one family."""

import pytest

from bot.search.kin import MAX_FAMILY, family, has_family, stem


@pytest.mark.parametrize(
    "words",
    [
        ("train", "trains", "trained", "training", "trainer"),
        ("quantize", "quantizes", "quantization", "quantizing", "quantized", "quantisation", "quantise", "quantizer"),
        ("generate", "generation", "generator", "generating", "generated"),
        ("embed", "embedding", "embeddings", "embedded"),
        ("tokenize", "tokenizer", "tokenization", "tokeniser"),
        ("compute", "computing", "computation", "computer"),
        ("regress", "regression"),
    ],
)
def test_words_of_one_family_share_a_stem(words: tuple[str, ...]) -> None:
    assert len(set(map(stem, words))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("rating", "ration"), ("string", "stride"), ("general", "generate"), ("table", "tabs"), ("number", "numeric")],
)
def test_words_of_other_families_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_the_commonest_of_a_family_are_taken() -> None:
    known = [
        ("training", 9),
        ("trained", 3),
        ("trains", 12),
        ("train", 50),
        ("trainer", 1),
        ("trainers", 2),
        ("rain", 70),
    ]

    assert family("train", known) == ("trains", "training", "trained", "trainers")
    assert len(family("train", known)) == MAX_FAMILY


@pytest.mark.parametrize(
    ("word", "has"), [("training", True), ("sing", True), ("red", False), ("gpt2", False), ("训练", False)]
)
def test_families_are_those_of_words_that_leave_enough(word: str, has: bool) -> None:
    assert has_family(word) is has

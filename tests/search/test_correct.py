"""Slips of the finger: where the word that was meant may stand, and which it is."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.search.correct import best_matches, best_split, distance, halves, is_correctable, most_alike

WORDS = st.text(alphabet="abcde", min_size=4, max_size=9)


@pytest.mark.parametrize(
    ("typed", "meant", "errors"),
    [
        ("transfomer", "transformer", 1),
        ("atention", "attention", 1),
        ("attentoin", "attention", 1),
        ("encoser", "encoder", 1),
        ("agrregateeror", "aggregateerror", 2),
        ("same", "same", 0),
        ("cat", "dog", 3),
    ],
)
def test_each_slip_counts_once(typed: str, meant: str, errors: int) -> None:
    assert distance(typed, meant, 2) == errors


@given(WORDS, WORDS)
def test_distance_does_not_depend_on_which_word_comes_first(one: str, other: str) -> None:
    assert distance(one, other, 3) == distance(other, one, 3)


@given(WORDS, st.data())
def test_one_slip_leaves_a_half_of_the_word_whole(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    kind = data.draw(st.sampled_from(["add", "drop", "replace", "swap"]))
    typed = {
        "add": word[:at] + letter + word[at:],
        "drop": word[:at] + word[at + 1 :],
        "replace": word[:at] + letter + word[at + 1 :],
        "swap": word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    }[kind]
    assume(len(typed) >= 4)
    start, end = halves(typed)

    assert word.startswith(start) or word.endswith(end)


def test_the_nearest_word_wins_and_the_commoner_of_equals_comes_first() -> None:
    known = [("transformers", 9), ("transformed", 900), ("transformer", 50), ("transform", 500)]

    assert best_matches("transfomer", known) == (1, ["transformer"])
    assert best_matches("actuatos", [("actuators", 2), ("actuator", 7), ("actor", 99)]) == (
        1,
        ["actuator", "actuators"],
    )


def test_a_word_far_from_all_others_is_left_alone() -> None:
    assert best_matches("zzzzzz", [("attention", 5), ("zebra", 1)])[1] == []


def test_words_offered_for_nothing_found_are_the_most_alike() -> None:
    known = [("python", 900), ("attention", 5), ("detection", 50), ("addition", 70), ("section", 80)]

    assert most_alike("atention", known, 5) == ["attention"]
    assert most_alike("attxxtion", known, 5)[0] == "attention"
    assert most_alike("attxxxxxx", known, 5) == []
    assert most_alike("zzqqxx", known, 5) == []


def test_two_words_written_as_one_are_told_apart() -> None:
    posts = {"depth": 3, "wise": 4, "depthw": 1, "ise": 1, "separable": 2, "depthwise": 8}

    assert best_split("depthwiseseparable", posts) == ("depthwise", "separable")
    assert best_split("attention", posts) is None


@pytest.mark.parametrize(("word", "allowed"), [("gpu", False), ("lora", True), ("c++", False), ("注意力", False)])
def test_short_words_and_other_scripts_are_not_corrected(word: str, allowed: bool) -> None:
    assert is_correctable(word) is allowed

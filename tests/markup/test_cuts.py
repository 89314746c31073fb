"""Where running text may be cut, and how wide it is on screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup.split import cut_before, grapheme_begins, word_cut
from bot.markup.tables import aligned, display_width


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("one two three", 9, "one two "),
        ("one two three", 13, "one two three"),
        ("中文字，然后", 4, "中文字，"),
        ("中文字，然后", 3, "中文"),
        ("他说“好”了", 3, "他说"),
        ("用GPU算", 3, "用"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301"),
        ("🇨🇳🇺🇸🇫🇷", 3, "🇨🇳"),
        ("👍🏽👍🏽", 3, "👍🏽"),
        ("1️⃣2️⃣", 4, "1️⃣"),
    ],
)
def test_a_cut_spares_words_and_graphemes(text: str, limit: int, kept: str) -> None:
    assert text[: word_cut(text, 0, limit)] == kept


def test_a_sentence_end_is_better_than_a_clause_and_a_clause_than_a_word() -> None:
    assert cut_before("One ends. Two goes on, and on and on", 0, 30) == len("One ends. Two goes on,")
    assert cut_before("A first sentence. Then more", 0, 25) == len("A first sentence.")
    assert cut_before("only words and words", 0, 12) == len("only words ")


@given(st.text(max_size=60), st.integers(min_value=1, max_value=50))
def test_a_cut_always_moves_on_and_never_past_its_limit(text: str, limit: int) -> None:
    for cut in (word_cut, cut_before):
        assert min(1, len(text)) <= cut(text, 0, limit) <= max(limit, 0) or len(text) < limit


@given(st.text(alphabet="ae\u0301\u200d👩🏽🇨🇳\ufe0f中", max_size=20), st.integers(min_value=0, max_value=20))
def test_a_grapheme_never_begins_with_a_mark_that_joins(text: str, place: int) -> None:
    if 0 < place < len(text) and text[place] in "\u0301\u200d🏽\ufe0f":
        assert not grapheme_begins(text, place)


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("中文", 4), ("é", 1), ("e\u0301", 1), ("ｗ", 2), ("", 0)])
def test_chinese_takes_two_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_columns_line_up_and_a_wide_table_is_none() -> None:
    lines = aligned([["a", "中文"], ["中", "b"]], ["right", "center"])
    assert lines == [" a  中文", "────────", "中   b"]
    assert aligned([["a" * 30, "b" * 30]], ["", ""]) is None

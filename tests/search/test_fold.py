"""Folding: spellings that a reader would call the same are the same."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.fold import fold, fold_in_place, storable


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＦｌａｓｈＡｔｔｅｎｔｉｏｎ", "FlashAttention"),
        ("擴散模型", "扩散模型"),
        ("隨機微分方程", "随机微分方程"),
        ("瞭解", "了解"),
        ("跟著", "跟着"),
        ("naïve Übung", "naive Ubung"),
        ("x² ② Ⅷ ﬁne", "x2 2 VIII fine"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("\u202eabc\u202c", "abc"),
        ("👩\u200d👩\u200d👧", "👩👩👧"),
        ("👍🏽", "👍"),
        ("a\x00b\ud800c", "a b c"),
    ],
)
def test_spellings_that_look_alike_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_korean_and_japanese_stay_what_they_are() -> None:
    assert fold("한국어 が") == unicodedata.normalize("NFC", "한국어 が")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_folding_in_place_keeps_every_offset(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_is_stored_can_be_written_by_both_databases(text: str) -> None:
    stored = storable(text)

    assert "\x00" not in stored
    assert len(stored) == len(text)
    json.dumps(stored).encode()
    stored.encode()


def test_the_table_of_characters_has_its_notice_beside_it() -> None:
    from importlib.resources import files

    folder = files("bot.search") / "data"

    assert "Apache License" in (folder / "NOTICE.txt").read_text(encoding="utf-8")
    assert "Version 2.0" in (folder / "LICENSE-Apache-2.0.txt").read_text(encoding="utf-8")

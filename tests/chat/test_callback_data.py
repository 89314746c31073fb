"""Buttons survive the trip through Telegram, and forged ones do no harm."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.callback_data import decode, encode
from bot.domain.action import Action, ChooseLanguage, Origin, ReadPost, ShowCategories, ShowList, action_type

KEY = "abcdefghij"


@pytest.mark.parametrize(
    "action",
    [
        ShowList(),
        ShowList(Origin("c", "abcdefgh", 12)),
        ShowCategories(3),
        ChooseLanguage(""),
        ChooseLanguage("zh"),
        ReadPost(KEY),
        ReadPost(KEY, 7, "en", Origin("t", "abcdefgh", 4)),
    ],
)
@pytest.mark.parametrize("owner", [None, 7001, 2**52])
def test_a_button_comes_back_as_it_went(action: Action, owner: int | None) -> None:
    assert decode(encode(action, owner)) == (action, owner)


def test_the_longest_button_fits_telegrams_64_bytes() -> None:
    longest = ReadPost(KEY, 999, "zh", Origin("c", "abcdefgh", 9999))

    assert len(encode(longest, 2**52).encode()) <= 64


@pytest.mark.parametrize(
    "data",
    [
        "",
        "?",
        "zz|1",
        "r|" + "a" * 99,
        "r|ok|notanumber",
        "r|ok|1|" + "z" * 32,
        "r|ok|1||c." + "k" * 32 + ".1",
        "l|l..999999",
        "l|l..-1",
        "l|ll..1",
        "r|ok|1|en|l..1|extra|more",
        "l|x",
        "l~",
        "l~!!",
        "l~" + "z" * 40,
    ],
)
def test_forged_data_is_none_of_ours(data: str) -> None:
    assert decode(data) is None


@given(st.text(max_size=64))
def test_no_data_makes_decoding_raise(data: str) -> None:
    decoded = decode(data)

    assert decoded is None or isinstance(decoded[0], Action)


def test_every_action_can_be_packed() -> None:
    # Slots make each class anew: the registry knows the one in use.
    for kind in {action_type(made.code) for made in Action.__subclasses__()} - {None}:
        assert kind is not None
        filled = kind(*("a" if field.type is str else 1 if field.type is int else Origin() for field in fields(kind)))
        assert decode(encode(filled)) == (filled, None)

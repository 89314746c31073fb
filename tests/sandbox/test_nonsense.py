"""Nonsense is refused with a reason, never with a stumble."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.errors import ApiError
from bot.sandbox.inline import check_result
from bot.sandbox.keyboards import check_markup
from bot.sandbox.methods.media import media_content
from bot.sandbox.methods.profile import set_my_commands
from bot.sandbox.params import Params
from bot.sandbox.posting import post
from bot.sandbox.rich import read_rich_message
from bot.sandbox.server import create_world
from bot.sandbox.text import fix_text
from bot.sandbox.world import Person

WORLD = create_world()
WORLD.add_person(Person(1, "Ann", started=True))
CHAT = WORLD.chats[1]

Reader = Callable[[Any], Any]
READERS: dict[str, tuple[Reader, list[str], list[str]]] = {
    # What reads it, the field names it knows, and the words it knows.
    "entities": (
        lambda given: fix_text("some words to mark", given),
        ["type", "offset", "length", "url", "language", "user"],
        ["bold", "pre", "text_link", "blockquote", "text_mention"],
    ),
    "markup": (
        check_markup,
        ["inline_keyboard", "keyboard", "force_reply", "text", "callback_data", "url", "copy_text"],
        ["a", "https://a.example"],
    ),
    "rich": (
        lambda given: read_rich_message(given, WORLD.files.get),
        [
            "blocks",
            "type",
            "text",
            "items",
            "cells",
            "photo",
            "media",
            "size",
            "align",
            "caption",
            "buttons",
            "summary",
        ],
        ["paragraph", "list", "table", "photo", "details", "bold", "left", "heading", "buttons"],
    ),
    "inline": (
        lambda given: check_result(WORLD, given),
        ["type", "id", "title", "input_message_content", "message_text", "entities", "rich_message", "photo_file_id"],
        ["article", "photo", "a"],
    ),
    "media": (
        lambda given: media_content(WORLD, Params({}), given),
        ["type", "media", "caption", "caption_entities"],
        ["photo", "document", "attach://a"],
    ),
    "commands": (
        lambda given: set_my_commands(WORLD, Params({"commands": json.dumps(given)})),
        ["command", "description"],
        ["start", "words"],
    ),
    "scope": (
        lambda given: set_my_commands(WORLD, Params({"commands": "[]", "scope": json.dumps(given)})),
        ["type", "chat_id", "user_id"],
        ["chat", "chat_member", "default", "1"],
    ),
    "reply": (
        lambda given: post(
            WORLD, Params({"reply_parameters": json.dumps(given)}), [{"text": "x"}], "messages", chat=CHAT
        ),
        ["message_id", "chat_id", "allow_sending_without_reply"],
        ["1", "@readers"],
    ),
}


def shapes(names: list[str], words: list[str]) -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers(-3, 7) | st.floats(allow_nan=False) | st.sampled_from(["", *words])
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=len(names)),
        max_leaves=12,
    )


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=15)
@given(data=st.data())
def test_nonsense_is_refused_and_never_a_stumble(kind: str, data: st.DataObject) -> None:
    reader, names, words = READERS[kind]
    given_value = data.draw(shapes(names, words))
    try:
        reader(given_value)
    except ApiError as refusal:
        assert refusal.description.startswith(("Bad Request: ", "Forbidden: "))  # noqa: PT017 - both ends are right

"""What is wrong with an update is said in plain words, by its place."""

from typing import Any

import pytest

from bot.chat.inbound.shape import fault_of
from tests.web.test_hostile_updates import STRANGE, good, spoilt

EVE = {"id": 1, "is_bot": False, "first_name": "Eve"}
SPOKEN: dict[str, Any] = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": EVE, "text": "hi"}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (SPOKEN, ""),
        ({key: value for key, value in SPOKEN.items() if key != "date"}, "message.date is missing"),
        (None, "message is no object"),
        (SPOKEN | {"text": "a\0b"}, "message.text holds U+0000"),
        (SPOKEN | {"text": "\ud800"}, "message.text holds half a character"),
        (SPOKEN | {"text": 5}, "message.text is no text"),
        (SPOKEN | {"text": "x" * 1_000_001}, "message.text is too long"),
        (SPOKEN | {"date": -1}, "message.date is out of range"),
        (SPOKEN | {"date": 2**40}, "message.date is out of range"),
        (SPOKEN | {"date": "now"}, "message.date is no whole number"),
        (SPOKEN | {"date": 2**70}, "message.date is out of range"),
        (SPOKEN | {"chat": {"id": -(2**60), "type": "private"}}, "message.chat.id is out of range"),
        (SPOKEN | {"chat": {"id": 1, "type": "Private!"}}, "message.chat.type is none that Telegram has"),
        (SPOKEN | {"is_topic_message": 1}, "message.is_topic_message is neither true nor false"),
        (SPOKEN | {"entities": {}}, "message.entities is no list"),
        (SPOKEN | {"photo": [{"file_id": "f"}]}, "message.photo.0.file_unique_id is missing"),
        (SPOKEN | {"forum_topic_reopened": []}, "message.forum_topic_reopened is no object"),
        (SPOKEN | {"from": EVE | {"id": 0}}, "message.from.id is out of range"),
    ],
)
def test_a_fault_is_named_in_plain_words(message: Any, said: str) -> None:
    assert fault_of({"update_id": 5, "message": message}) == said


def test_every_strange_thing_has_words_of_its_own() -> None:
    faults = {
        fault_of({"update_id": 5, kind: one})
        for value in STRANGE
        for kind, update in good(1).items()
        for one in spoilt(update, value)
    }

    assert len(faults) > 100
    assert not [said for said in faults if "cannot be read" in said]

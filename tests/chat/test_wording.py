"""What an admin wrote is passed on with its styles, and never with anything that Telegram would refuse."""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, MessageEntity, User

from bot.chat.wording import argument, command, written
from bot.domain.message import Entity, Text, part


def message(text: str, *entities: MessageEntity) -> Message:
    return Message(1, datetime(2026, 1, 11, tzinfo=UTC), Chat(7, "private"), text=text, entities=entities)


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("/announce", ""),
        ("/announce@heliograph_bot", ""),
        ("/announce   ", ""),
        ("/announce one", "one"),
        ("/announce\n\n one  two\n", "one  two"),
        ("/announce /announce", "/announce"),
    ],
)
def test_what_stands_behind_a_command_is_meant(said: str, rest: str) -> None:
    assert argument(message(said)) == Text(rest)


@pytest.mark.parametrize(
    ("said", "length", "name"),
    [
        ("/latest", 7, "latest"),
        ("/Latest@Heliograph_Bot 3", 22, "latest"),
        ("/latest@weather_bot", 19, ""),
        ("latest", 0, ""),
        ("😀 /latest", 0, ""),
    ],
)
def test_a_command_is_known_by_its_name_and_whom_it_is_for(said: str, length: int, name: str) -> None:
    marked = [MessageEntity("bot_command", 0, length)] if length else [MessageEntity("bold", 0, 2)]

    assert command(message(said, *marked), "heliograph_bot") == name
    assert command(message(said, MessageEntity("bold", 0, 30), *marked), "heliograph_bot") == name


def test_styles_move_with_what_they_stand_on_and_end_where_it_ends() -> None:
    said = message(
        "/announce  😀a𝑏c ",
        MessageEntity("spoiler", 0, 17),
        MessageEntity("bold", 0, 9),
        MessageEntity("italic", 13, 1),
        MessageEntity("pre", 14, 2, language="py"),
    )

    assert argument(said) == Text(
        "😀a𝑏c", (Entity("spoiler", 0, 6), Entity("italic", 2, 1), Entity("pre", 3, 2, language="py"))
    )


@pytest.mark.parametrize("url", ["https://example.org/", "tg://resolve?domain=heliograph_bot"])
def test_a_link_stays_a_link(url: str) -> None:
    assert written(message("here", MessageEntity("text_link", 0, 4, url=url))).entities == (
        Entity("text_link", 0, 4, url=url),
    )


@pytest.mark.parametrize("url", ["http://localhost/", "https://user@example.org/", "ftp://example.org/", ""])
def test_a_link_that_a_bot_may_not_send_is_words(url: str) -> None:
    assert written(message("here", MessageEntity("text_link", 0, 4, url=url))) == Text("here")


@pytest.mark.parametrize(
    "entity",
    [
        MessageEntity("custom_emoji", 0, 4, custom_emoji_id="5368324170671202286"),
        MessageEntity("text_mention", 0, 4, user=User(9, "Bob", False)),
        MessageEntity("date_time", 0, 4),
        MessageEntity("something_of_next_year", 0, 4),
    ],
)
def test_what_a_bot_may_not_send_leaves_its_letters(entity: MessageEntity) -> None:
    assert written(message("here", entity)) == Text("here")


def test_a_part_of_a_text_has_its_part_of_a_style() -> None:
    text = Text("one two three", (Entity("bold", 2, 7),))

    assert part(text, 4, 7) == Text("two", (Entity("bold", 0, 3),))
    assert part(text, 8) == Text("three", (Entity("bold", 0, 1),))
    assert part(text, 9) == Text("hree")

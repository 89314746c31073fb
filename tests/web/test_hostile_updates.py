"""What Telegram never sends, from somebody who knows the secret: a line in the log for each, and it stops nothing."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from bot.storage.address import parse_address
from bot.storage.border import inbox
from bot.storage.engine import Database
from bot.web.webhook import DEEPEST, SECRET_HEADER
from tests.chat.publication import Publication
from tests.web.conftest import SECRET

LEFT_OUT = "is left out: it cannot be read: "
STRANGE: list[Any] = [
    None, True, -1.5, 2**70, 1e300, "a", "/latest \ud800", "a\0b", [], [None], {}, {"id": 2**70, "type": "private"},
    {"\ud800": 1}, [[[{}]]],
]  # fmt: skip


def good(person: int) -> dict[str, dict[str, Any]]:
    """One update of each kind, as Telegram sends them."""
    eve = {"id": person, "is_bot": False, "first_name": "Eve", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Eve"}
    entity = {"type": "bot_command", "offset": 0, "length": 7}
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "a.md", "file_size": 1}
    spoken = {"message_id": 1, "date": 1, "chat": chat, "from": eve, "text": "/latest", "entities": [entity]}
    member = {"user": eve, "status": "member"}
    return {
        "message": spoken | {"document": document, "caption": "", "reply_to_message": spoken, "media_group_id": "1"},
        "callback_query": {"id": "1", "from": eve, "chat_instance": "1", "data": "x", "message": spoken},
        "inline_query": {"id": "1", "from": eve, "query": "vae", "offset": ""},
        "chosen_inline_result": {"result_id": "1", "from": eve, "query": "vae"},
        "my_chat_member": {
            "chat": chat, "from": eve, "date": 1, "old_chat_member": member, "new_chat_member": member,
        },
    }  # fmt: skip


def spoilt(one: Any, value: Any) -> Iterator[Any]:
    """Copies of it with the value in the place of each thing in it, one at a time."""
    yield value
    for key, inner in one.items() if isinstance(one, dict) else ():
        for other in spoilt(inner, value):
            yield one | {key: other}


def hostile(person: int) -> Iterator[str]:
    """Bodies of POSTs, with numbers in order: every thing in an update is a strange one once."""
    number = 5000
    for kind, update in good(person).items():
        places = sum(1 for _ in spoilt(update, None))
        for place in range(places):
            for value in (STRANGE[place % len(STRANGE)], STRANGE[(place * 5 + 3) % len(STRANGE)]):
                number += 1
                yield json.dumps({"update_id": number, kind: list(spoilt(update, value))[place]})


async def post(client: aiohttp.ClientSession, url: str, body: str) -> int:
    async with client.post(url, data=body, headers={SECRET_HEADER: SECRET}) as answer:
        return answer.status


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def published(request: pytest.FixtureRequest, pushed: Publication) -> Publication:
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        pushed.settings = type(pushed.settings)(**(pushed.settings.model_dump() | {"database_url": url}))
    return pushed


async def test_each_is_a_line_in_the_log_and_the_others_are_answered(
    published: Publication, client: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    ada = published.guest()
    # Who may ask as often as they like.
    published.settings = published.settings.model_copy(update={"admins": frozenset({ada.id})})
    url = published.settings.webhook_url
    async with published.running():
        await ada.says("/help")
        for body in hostile(ada.id):
            assert await post(client, url, body) == 200
        await ada.says("/latest")
        assert "A first post" in ada.text

    wrong = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in wrong if record.exc_info] == []
    assert len([record for record in wrong if LEFT_OUT in record.getMessage()]) > 100
    assert max(len(record.getMessage()) for record in wrong) < 250
    database = Database(parse_address(published.settings.sqlalchemy_url))
    async with database.read() as connection:
        assert await inbox.kept(connection, published.bot_id) == []
    await database.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NaN", "nan is no number of JSON"),
        ("1e400", "inf is no number of JSON"),
        ("[" * 60 + "]" * 60, f"it is nested more than {DEEPEST} deep"),
    ],
)
async def test_what_no_database_keeps_is_acknowledged_and_left_out(
    pushed: Publication, client: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, text: str, said: str
) -> None:
    ada = pushed.guest()
    async with pushed.running():
        await ada.says("/help")
        status = await post(client, pushed.settings.webhook_url, f'{{"update_id": 7000, "message": {{"x": {text}}}}}')

    assert status == 200
    assert f"Update 7000 {LEFT_OUT}{said}" in caplog.messages

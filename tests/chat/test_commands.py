"""What Telegram shows of the bot; a refusal is told once and costs nothing else."""

import logging

import pytest

from tests.chat.publication import Publication


async def test_an_admin_whom_telegram_does_not_know_is_told_of_once_a_start(
    own_publication: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    ada = own_publication.guest()
    stranger = ada.id + 1000
    own_publication.settings = own_publication.settings.model_copy(update={"admins": frozenset({ada.id, stranger})})

    with caplog.at_level(logging.INFO):
        async with own_publication.running():
            pass

    said = [text for text in caplog.messages if "The menu of admin" in text]
    assert [text.partition(":")[0] for text in said] == [f"The menu of admin {stranger} was not registered"]
    asked = own_publication.world.calls.since(0, "setMyCommands")
    assert [call.parameters.get("language_code") for call in asked if f'"chat_id": {ada.id}' in str(call.parameters)]

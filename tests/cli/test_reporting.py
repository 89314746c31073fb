"""Errors told to Sentry: the error and where it was, and no secret."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bot.cli.reporting import start_reporting
from bot.domain.errors import OperatorError
from bot.storage.address import StorageError
from bot.storage.outage import Outage

TOKEN = "987654321:" + "Q" * 35
DSN = "http://public@127.0.0.1:9/1"


class Sent(Transport):
    """Keeps what would go out."""

    bodies: list[bytes]

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        Sent.bodies = []

    def capture_envelope(self, envelope: Envelope) -> None:
        Sent.bodies.append(envelope.serialize())


@pytest.fixture
def reporting() -> Iterator[None]:
    start_reporting(DSN, [TOKEN], transport=Sent)
    yield
    sentry_sdk.init()


@pytest.mark.usefixtures("reporting")
def test_a_logged_error_is_told_without_token_or_local_variables() -> None:
    heard = "what a reader wrote"
    logging.getLogger("bot").warning("asking https://127.0.0.1/bot%s/getMe", TOKEN)
    try:
        raise ValueError(f"refused: /bot{TOKEN}/sendMessage ({len(heard)})")
    except ValueError:
        logging.getLogger("bot").exception("an update failed")

    body = b"".join(Sent.bodies)
    assert b"an update failed" in body
    assert b"refused: /bot[secret]/sendMessage" in body
    assert TOKEN.encode() not in body
    assert b"Q" * 35 not in body
    assert b'"vars"' not in body
    # The line of source stands in the report, its value does not.
    assert body.count(heard.encode()) == body.count(b'heard = \\"what a reader wrote\\"')


@pytest.mark.usefixtures("reporting")
def test_an_outage_of_the_database_is_told_once_and_not_by_everybody_who_meets_it() -> None:
    outage = Outage()
    for _ in range(3):
        try:
            outage.failed(StorageError("The database is down."))
            raise StorageError("The database is down.")
        except StorageError:
            logging.getLogger("bot.jobs").exception("a tick failed")

    bodies = b"".join(Sent.bodies)
    assert len(Sent.bodies) == 1
    assert b"The database is down. Until it answers" in bodies


def test_an_address_that_is_none_is_one_sentence() -> None:
    with pytest.raises(OperatorError, match="is no address of a Sentry project"):
        start_reporting("hello", [])

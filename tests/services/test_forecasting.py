"""A dry run says what would be sent, and changes nothing."""

from datetime import timedelta

import pytest

from bot.services.delivery import subscribing
from bot.services.operators.forecasting import Forecast, forecast
from bot.storage.engine import Database
from tests.services.newsstand import Newsstand

ADA, BOB = 11, 12
HOUR = timedelta(hours=1)


# The storage below is tried on both databases in test_delivering.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def stand(database: Database) -> Newsstand:
    return Newsstand(database)


async def _at(stand: Newsstand, by: timedelta, chat: int | None = None) -> list[Forecast]:
    moment = stand.now + by
    return [one async for one in forecast(stand.db, at=moment, language="en", zone="UTC", chat_id=chat)]


async def test_it_says_what_the_next_digest_holds_and_consumes_nothing(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.follow(BOB, days=0)
    await stand.publish("lora")

    (early,) = await _at(stand, timedelta(minutes=59), ADA)
    foretold = await _at(stand, HOUR)
    await stand.turn(stand.courier(gather=timedelta(0)), HOUR)

    assert early.digest is None
    assert [item.card.title for one in foretold if one.digest for item in one.digest.items] == ["lora", "lora"]
    assert [one.next_at for one in foretold] == [stand.now + timedelta(days=1), None]
    assert stand.telegram.digests(ADA) == stand.telegram.digests(BOB) == [["lora"]]


async def test_posts_of_a_later_minute_are_foretold_and_stay_unpublished(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.schedule("lora", at=stand.now + HOUR)

    (early,) = await _at(stand, timedelta(minutes=59))
    (foretold,) = await _at(stand, HOUR)
    (again,) = await _at(stand, timedelta(0))

    assert (early.digest, again.digest) == (None, None)
    assert foretold.digest is not None
    assert [item.card.title for item in foretold.digest.items] == ["lora"]


async def test_paused_chats_get_nothing(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    await subscribing.pause(stand.db, ADA, "blocked")

    (one,) = await _at(stand, HOUR)

    assert one.digest is None
    assert one.reader.paused == "blocked"

"""Days and weeks on a set clock: every local day its one digest, through moves, daylight saving and downtime."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.delivery import subscribing
from bot.storage.engine import Database
from tests.services.newsstand import Newsstand

ADA = 11
STEP = timedelta(minutes=30)


# The storage below is tried on both databases in test_delivering.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def stand(database: Database) -> Newsstand:
    return Newsstand(database)


async def _live(stand: Newsstand, span: timedelta, zone: str, *, posts: str) -> list[datetime]:
    """A post every local day at noon; the local times at which digests came."""
    courier, came = stand.courier(), []
    end = stand.now + span
    while stand.now < end:
        before = len(stand.telegram.arrived)
        local = stand.now.astimezone(ZoneInfo(zone))
        if (local.hour, local.minute) == (0, 0):
            await stand.publish(f"{posts}-{local:%m-%d}")
        await stand.turn(courier, STEP)
        came += [stand.now.astimezone(ZoneInfo(zone))] * (len(stand.telegram.arrived) - before)
    return came


async def test_through_both_changes_of_the_clock_each_day_has_its_digest_at_its_hour(stand: Newsstand) -> None:
    for start in (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)):
        stand.now = start
        reader = await stand.follow(ADA)
        await subscribing.choose_zone(stand.db, reader.id, "Europe/Berlin", now=stand.now)
        await subscribing.choose_time(stand.db, reader.id, minute=150, now=stand.now)

        came = await _live(stand, timedelta(days=4), "Europe/Berlin", posts=f"{start.month}")

        days = [local.date() for local in came]
        assert len(set(days)) == len(days) == 4
        # On the spring day 02:30 does not exist: the next valid minute is 03:00.
        assert {f"{local:%H:%M}" for local in came} <= {"02:30", "03:00"}
        assert [f"{local:%m-%d}" for local in came if local.hour == 3] in (["03-29"], [])


async def test_who_moves_across_the_world_misses_no_post_and_gets_no_day_twice(stand: Newsstand) -> None:
    reader = await stand.follow(ADA)
    came = []
    for number, zone in enumerate(("Asia/Shanghai", "America/New_York", "Pacific/Auckland", "Europe/London")):
        await subscribing.choose_zone(stand.db, reader.id, zone, now=stand.now)
        came += [(zone, local) for local in await _live(stand, timedelta(days=3), zone, posts=str(number))]

    for zone in {zone for zone, _ in came}:
        days = [local.date() for where, local in came if where == zone]
        assert len(set(days)) == len(days)
    sent = [key for digest in stand.telegram.digests(ADA) for key in digest]
    assert len(set(sent)) == len(sent)


async def test_a_clock_set_back_sends_nothing_twice(stand: Newsstand) -> None:
    await stand.follow(ADA)
    courier = stand.courier()
    await stand.publish("first")
    await stand.turn(courier, timedelta(hours=1))
    stand.now -= timedelta(hours=3)
    await stand.publish("second")

    await stand.turn(courier, timedelta(hours=3))
    assert stand.telegram.digests(ADA) == [["first"]]
    await stand.turn(courier, timedelta(days=1))

    assert stand.telegram.digests(ADA) == [["first"], ["second"]]


async def test_once_a_week_means_that_day(stand: Newsstand) -> None:
    await stand.follow(ADA, days=0b1000000)

    came = await _live(stand, timedelta(days=15), "UTC", posts="w")

    assert [f"{local:%a %H:%M}" for local in came] == ["Sun 09:00", "Sun 09:00"]
    assert [len(digest) for digest in stand.telegram.digests(ADA)] == [2, 7]

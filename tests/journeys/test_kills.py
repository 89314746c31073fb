"""kill -9 in the middle of a push: nothing comes twice, nothing is lost, and an admin sees what was in the air."""

from pathlib import Path

import pytest

from bot.sandbox.faults import Fault
from tests.journeys.process import FIRST_PERSON, running, until


@pytest.mark.parametrize("applied", [True, False], ids=["after Telegram took it", "before Telegram took it"])
async def test_killed_while_messages_are_in_the_air(tmp_path: Path, applied: bool) -> None:
    async with running(tmp_path, people=6) as publication:
        await publication.start()
        fault = Fault("hold", method="sendMessage", skip=3, times=2, applied=applied)
        publication.server.world.faults.add(fault)
        publication.publish("news")
        await until(lambda: fault.struck == 2, "two messages hang")
        await publication.recorded(4)
        await publication.kill()

        await publication.start()
        await publication.settled()
        code = await publication.terminate()

        arrived, parked = publication.arrived(), await publication.uncertain()
    missing = [number for number in range(6) if not arrived[FIRST_PERSON + number, "news"]]
    assert max(arrived.values()) == 1
    assert len(missing) == (0 if applied else 2)
    assert parked == 2
    assert code == 0


async def test_told_to_end_it_finishes_what_is_in_the_air_and_parks_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, people=12, per_second=20) as publication:
        await publication.start()
        publication.server.world.faults.add(Fault("slow", method="sendMessage", delay=0.3, times=None))
        publication.publish("news")
        await until(lambda: publication.sends() >= 4, "some are on their way")

        assert await publication.terminate() == 0
        half = sum(publication.arrived().values())
        assert await publication.uncertain() == 0
        await publication.start()
        await publication.settled()

        assert sum(publication.arrived().values()) == 12 > half
        assert max(publication.arrived().values()) == 1

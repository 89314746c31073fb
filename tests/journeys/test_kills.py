"""kill -9 in the middle of a push: nothing comes twice, nothing is lost, and an admin sees what was in the air."""

import asyncio
import random
import signal
import time
from dataclasses import dataclass
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
        await publication.publish_another()
        code = await publication.terminate()

        arrived, parked = publication.arrived(), await publication.uncertain()
    missing = [number for number in range(6) if not arrived[FIRST_PERSON + number, "news"]]
    assert max(arrived.values()) == 1
    assert len(missing) == (0 if applied else 2)
    assert parked == 2
    assert code == 0


@dataclass(frozen=True)
class Kill:
    """When the program dies, and whether what it was about may then be parked."""

    step: str
    committed: bool
    parks: bool = False

    async def met(self, home: Path, chance: random.Random) -> list[str]:
        """What is wrong after it: nothing, when all is well."""
        home.mkdir()
        people = chance.randint(3, 6)
        async with running(home, people=people, per_second=20) as publication:
            after = chance.randint(1, 2) if self.step in {"fenced", "settled"} else 1
            await publication.start(dies={"step": self.step, "committed": self.committed, "after": after})
            publication.publish("news")
            died = await publication.died()
            await publication.start()
            await publication.publish_another()
            await publication.terminate()
            arrived = publication.arrived()
            async with publication.database() as db:
                parked = await publication.uncertain_posts(db)
        everything = {(FIRST_PERSON + n, title) for n in range(people) for title in publication.published}
        wrong = {
            "it did not die": died != -signal.SIGKILL,
            "doubled": max(arrived.values()) > 1,
            "lost": bool(everything - arrived.keys() - parked),
            # From the second send on another one may be in the air at that instant.
            "parked without need": bool(parked) and not self.parks and self.step in {"planned", "claimed"},
            "not shown": self.parks and not parked,
        }
        return [f"{self}, {after} of {people}: {name}" for name, holds in wrong.items() if holds]


KILLS = [
    Kill("planned", committed=False),
    Kill("planned", committed=True),
    Kill("claimed", committed=False),
    Kill("claimed", committed=True),
    Kill("fenced", committed=False),
    Kill("fenced", committed=True, parks=True),
    Kill("settled", committed=False, parks=True),
    Kill("settled", committed=True),
]


async def test_killed_at_any_step_nothing_is_lost_or_doubled_and_only_the_air_is_parked(tmp_path: Path) -> None:
    homes = [tmp_path / str(number) for number in range(len(KILLS))]

    faults = await asyncio.gather(
        *(kill.met(home, random.Random(number)) for number, (kill, home) in enumerate(zip(KILLS, homes, strict=True)))
    )

    assert [fault for some in faults for fault in some] == []


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
        await publication.publish_another()

        assert sum(publication.arrived().values()) == 24 > half
        assert max(publication.arrived().values()) == 1


async def test_told_to_end_while_telegram_never_answers_it_ends_in_time_and_parks_what_hangs(tmp_path: Path) -> None:
    async with running(tmp_path, people=3) as publication:
        await publication.start()
        faults = publication.server.world.faults
        # One was carried out, one was not: the program cannot know which.
        faults.add(Fault("hold", method="sendMessage", times=1, applied=True))
        faults.add(Fault("hold", method="sendMessage", times=1, applied=False))
        publication.publish("news")
        await until(lambda: publication.sends() >= 3, "everything is on its way")
        told = time.monotonic()

        assert await publication.terminate() == 0
        assert time.monotonic() - told < 30
        faults.remove()
        await publication.start()
        await publication.publish_another()

        assert await publication.uncertain() == 2
        assert max(publication.arrived().values()) == 1

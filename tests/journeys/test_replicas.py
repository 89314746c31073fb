"""Replicas are killed in turn while they send and answer: nothing is lost, nothing comes twice, the rest is parked."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.faults import Fault
from bot.services.operators import operating
from tests.journeys.fleet import Fleet, fleet
from tests.journeys.process import FIRST_PERSON, until

PEOPLE, PER_SECOND = 24, 40.0


async def _killed_while_sending(replicas: Fleet, title: str) -> None:
    """A post goes to everybody, somebody asks something, and whoever fetches updates is killed (else anyone)."""
    before = replicas.server.world.calls.last_number
    replicas.publish(title)
    await until(lambda: replicas.sends(before) >= PEOPLE // 4, f"{title} is on its way")
    replicas.asks()
    name = replicas.poller() or min(replicas.replicas)
    dead = replicas.replicas[name]
    await replicas.leave(name)
    replicas.asks()
    await replicas.lease_runs_out(dead)


@pytest.mark.parametrize("by_webhook", [False, True], ids=["polling", "webhook"])
async def test_replicas_killed_in_turn_lose_nothing_and_double_nothing(
    tmp_path: Path, postgres_url: str, by_webhook: bool
) -> None:
    async with fleet(tmp_path, postgres_url, people=PEOPLE, per_second=PER_SECOND, by_webhook=by_webhook) as replicas:
        for name in ("one", "two", "three"):
            await replicas.join(name)
        replicas.server.world.faults.add(Fault("slow", method="sendMessage", delay=0.05, times=None))

        for title in ("first", "second"):
            await _killed_while_sending(replicas, title)
        # Whoever starts parks at once what the dead had in the air; the others do so every minute.
        await replicas.join("four")
        await replicas.settled()
        if not by_webhook:
            await replicas.answered()

        arrived = replicas.arrived()
        async with replicas.database() as db:
            parked = await replicas.uncertain_posts(db)
    everything = {(FIRST_PERSON + n, title) for n in range(PEOPLE) for title in ("first", "second")}
    assert everything - arrived.keys() - parked == set()
    assert max(arrived.values()) == 1
    # At most what two replicas can have had in the air, and an answer twice only if it was on its way.
    assert len(parked) < PEOPLE
    assert all(replicas.answers(person) <= 2 for person in replicas.asked)


async def test_who_changes_from_fetching_to_a_webhook_while_people_ask_answers_each_of_them_once(
    tmp_path: Path, postgres_url: str
) -> None:
    async with fleet(tmp_path, postgres_url) as replicas:
        await replicas.join("fetching")
        # So that it always has something in hand.
        replicas.server.world.faults.add(Fault("slow", method="sendMessage", delay=0.2, times=None))

        async def people_ask() -> None:
            while True:
                replicas.asks()
                await asyncio.sleep(0.05)

        asking = asyncio.create_task(people_ask())
        replicas.by_webhook = True
        brought = await replicas.join("brought")
        await until(lambda: "the webhook is set as soon as it ends" in brought.said, "it waits")
        assert await replicas.leave("fetching", signal.SIGTERM) == 0
        await until(lambda: replicas.server.world.webhook.url, "the webhook is set")
        asking.cancel()
        await replicas.answered()

    assert {person: replicas.answers(person) for person in replicas.asked} == dict.fromkeys(replicas.asked, 1)


async def test_a_replica_whose_volume_is_not_mounted_serves_readers_and_withdraws_nothing(
    tmp_path: Path, postgres_url: str
) -> None:
    unmounted = tmp_path / "unmounted"
    unmounted.mkdir()
    async with fleet(tmp_path, postgres_url) as replicas:
        await replicas.join("one")
        without = await replicas.join("two", CONTENT=str(unmounted))
        await replicas.leave("one")

        await until(lambda: replicas.poller() == "two", "the other takes over")
        replicas.asks()
        await replicas.answered()

        assert without.said.count("Posts stay as they are: .heliograph: this folder is not loaded") == 1
        async with replicas.database() as db:
            status = await operating.status(db, now=datetime.now(UTC))
        assert status.posts == {"published": 1}
        assert [one for one in status.strangers if f"{unmounted}: this folder is not loaded" in one] != []
        assert list(unmounted.iterdir()) == []

        await replicas.leave("two")
        async with replicas.database() as db:
            async with asyncio.timeout(20):
                while (await operating.status(db, now=datetime.now(UTC))).strangers:
                    await asyncio.sleep(0.05)

"""Replicas are killed in turn while they send and answer: nothing is lost, nothing comes twice, the rest is parked."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.sandbox.faults import Fault
from tests.journeys.fleet import Fleet, Replica, fleet
from tests.journeys.process import FIRST_PERSON, until

PEOPLE, PER_SECOND = 24, 40.0


async def _lease_runs_out(replicas: Fleet, dead: Replica) -> None:
    """What would take a minute and a half; nobody else's claims are touched."""
    ours = text(
        "UPDATE deliveries SET available_at = least(available_at, now()), lease_until = now() "
        "WHERE state IN ('claimed', 'sending') AND owner LIKE :owner"
    )
    async with replicas.database() as db, db.write() as connection:
        await connection.execute(ours, {"owner": f"%:{dead.process.pid}:%"})


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
    await _lease_runs_out(replicas, dead)


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

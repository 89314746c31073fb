"""Rounds with several replicas on one PostgreSQL database: each publishes a post and kills one of them at random."""

import os
import random
import tempfile
import time
from pathlib import Path

from bot.sandbox.faults import Fault
from tests.conftest import own_database
from tests.journeys.fleet import fleet
from tests.journeys.process import FIRST_PERSON, until

PEOPLE, PER_SECOND = 40, 60.0
SERVER = os.environ.get("HELIOGRAPH_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


async def soak_replicas(rounds: int, seed: int, count: int) -> list[str]:
    """The figures, a line each."""
    chance, began = random.Random(seed), time.perf_counter()
    with tempfile.TemporaryDirectory() as home, own_database(SERVER) as url:
        async with fleet(
            Path(home), url, people=PEOPLE, per_second=PER_SECOND, by_webhook=chance.random() < 0.5
        ) as replicas:
            for number in range(count):
                await replicas.join(f"replica {number}")
            for number in range(rounds):
                replicas.server.world.faults.remove()
                slow = Fault("slow", method="sendMessage", delay=chance.uniform(0.01, 0.2), times=None)
                replicas.server.world.faults.add(slow)
                before, sends = replicas.server.world.calls.last_number, chance.randrange(PEOPLE // 2)
                replicas.publish(f"post {number}")
                await until(lambda: replicas.sends(before) >= sends, "the round has begun")  # noqa: B023 - at once
                name = chance.choice(sorted(replicas.replicas))
                dead = replicas.replicas[name]
                replicas.asks()
                await replicas.leave(name)
                await replicas.lease_runs_out(dead)
                await replicas.join(f"replica {count + number}")
                await replicas.settled()
                if not replicas.by_webhook:
                    # Behind a webhook others take up what a dead replica had in hand after two minutes.
                    await replicas.answered()
                print(f"{number + 1}/{rounds} killed {name}", flush=True)
            arrived = replicas.arrived()
            async with replicas.database() as db:
                parked = await replicas.uncertain_posts(db)
            published = replicas.published
    doubled = sum(times - 1 for times in arrived.values())
    everything = {(FIRST_PERSON + n, title) for n in range(PEOPLE) for title in published}
    lost = everything - arrived.keys() - parked
    return [
        f"{rounds} rounds with {count} replicas in {time.perf_counter() - began:.0f} s, seed {seed}",
        (
            f"{len(everything)} posts for {PEOPLE} people: {doubled} doubled, {len(lost)} lost, {len(parked)} parked, "
            f"of which {len(parked & arrived.keys())} had arrived"
        ),
    ]

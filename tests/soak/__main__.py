"""`python -m tests.soak [--rounds N] [--seed N] [--replicas N]`: kills, faults and floods; what was lost, what doubled.

Each round publishes a post to everybody, disturbs the delivery at a random instant, and lets the next process take
over. At the end every person must have every post once, except for those that are parked as uncertain.
"""

import argparse
import asyncio
import random
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bot.sandbox.faults import Fault, flood_control
from tests.journeys.process import FIRST_PERSON, Running, running, until
from tests.soak.replicas import soak_replicas

PEOPLE = 40
PER_SECOND = 100.0
COMMIT = 0.02
"""Seconds that a send is in the air beside the server's own time: two transactions."""


async def _round(publication: Running, number: int, chance: random.Random) -> tuple[str, float]:
    """One post, one disturbance; says which, and how many messages may have been in the air."""
    faults = publication.server.world.faults
    faults.remove()
    before = publication.server.world.calls.last_number
    disturbance = chance.choice(["kill", "kill", "kill", "hold and kill", "flood", "drop", "end"])
    skip = chance.randrange(PEOPLE)
    if disturbance == "hold and kill":
        faults.add(Fault("hold", method="sendMessage", skip=skip, times=3, applied=chance.random() < 0.5))
    elif disturbance == "flood":
        flood = flood_control(1, method="sendMessage")
        flood.skip = skip
        faults.add(flood)
    elif disturbance == "drop":
        faults.add(Fault("drop", method="sendMessage", skip=skip, times=2, applied=chance.random() < 0.5))
    latency = chance.uniform(0, 0.2)
    faults.add(Fault("slow", method="sendMessage", delay=latency, times=None))
    publication.publish(f"post {number}")
    if disturbance in {"flood", "drop"}:
        await _settled(publication)
        return disturbance, 2.0 if disturbance == "drop" else 0.0
    sends = chance.randrange(PEOPLE)
    await until(lambda: publication.sends(before) >= sends, "the round has begun")
    await asyncio.sleep(chance.uniform(0, 0.3))
    if disturbance == "end":
        await publication.terminate()
    else:
        await publication.kill()
    faults.remove()
    await publication.start()
    await _settled(publication)
    held = 3 if disturbance == "hold and kill" else 0
    return disturbance, 0.0 if disturbance == "end" else held + PER_SECOND * (latency + COMMIT)


async def _settled(publication: Running) -> None:
    """What has not come in time is counted as lost at the end."""
    with suppress(TimeoutError):
        await publication.settled()


async def soak(rounds: int, seed: int) -> list[str]:
    """The figures, a line each."""
    chance = random.Random(seed)
    done: dict[str, int] = {}
    in_the_air = 0.0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        async with running(Path(home), people=PEOPLE, per_second=PER_SECOND) as publication:
            await publication.start()
            for number in range(rounds):
                name, flying = await _round(publication, number, chance)
                in_the_air += flying
                done[name] = done.get(name, 0) + 1
                print(f"{number + 1}/{rounds} {name}", flush=True)
            await publication.publish_another()
            await publication.terminate()
            arrived = publication.arrived()
            async with publication.database() as db:
                parked = await publication.uncertain_posts(db)
    doubled = sum(count - 1 for count in arrived.values())
    everything = {(FIRST_PERSON + n, title) for n in range(PEOPLE) for title in publication.published}
    lost = everything - arrived.keys() - parked
    return [
        f"{rounds} rounds in {time.perf_counter() - began:.0f} s, seed {seed}: {done}",
        (
            f"{len(everything)} posts for {PEOPLE} people: {doubled} doubled, {len(lost)} lost, {len(parked)} parked, "
            f"of which {len(parked & arrived.keys())} had arrived; 1.2 x rate x latency allows {1.2 * in_the_air:.0f}"
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Random kills, faults and floods.")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=0, help="so many on one PostgreSQL database")
    arguments = parser.parse_args()
    if arguments.replicas:
        lines = asyncio.run(soak_replicas(arguments.rounds, arguments.seed, arguments.replicas))
    else:
        lines = asyncio.run(soak(arguments.rounds, arguments.seed))
    print("\n".join(lines))
    if " 0 doubled, 0 lost" not in lines[-1]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

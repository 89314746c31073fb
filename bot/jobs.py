"""Ticks: a handful of jobs that ask the database what is due; they hold nothing worth keeping. And what goes on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

SHORTEST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
"""Seconds until what ended by an error begins anew; each time twice as many, unless it went well for so long."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do every so often; a late tick catches up, two of one kind never run at once."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


def scheduler(ticks: Sequence[Tick]) -> AsyncIOScheduler:
    """A scheduler of these ticks, not yet started. An error in a tick is logged; the next one comes all the same."""
    # It warns of every tick that finds the one before it still at work, which is what coalescing is for.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    made = AsyncIOScheduler(timezone=UTC)
    for tick in ticks:
        made.add_job(
            _guarded,
            IntervalTrigger(seconds=tick.every.total_seconds(), timezone=UTC),
            args=[tick],
            id=tick.name,
            name=tick.name,
            # The default skips a job that is a second late, in silence.
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return made


async def _guarded(tick: Tick) -> None:
    try:
        await tick.run()
    except asyncio.CancelledError:
        # The program ends. APScheduler would log that as an error.
        return
    except Exception:
        log.exception("The tick “%s” failed; it comes again", tick.name)


async def lasting(name: str, run: Callable[[], Awaitable[object]]) -> None:
    """What goes on until it returns or is cancelled; an error that ends it is logged, and it begins anew."""
    clock, pause = asyncio.get_running_loop().time, SHORTEST_PAUSE
    while True:
        began = clock()
        try:
            await run()
        except Exception:
            if clock() - began > LONGEST_PAUSE:
                pause = SHORTEST_PAUSE
            log.exception("“%s” ended by an error; it begins anew in %.0f s", name, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            return

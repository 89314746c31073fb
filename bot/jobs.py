"""Ticks: a handful of jobs that ask the database what is due; they hold nothing worth keeping."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)


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

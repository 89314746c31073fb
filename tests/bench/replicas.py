"""Three replicas on one PostgreSQL database send together: their share of Telegram's limit, and its limit kept.

Each is a process of its own; so is the server, 80 ms away. Without a PostgreSQL server there is nothing to measure.
"""

import asyncio
import multiprocessing
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

from bot.chat.messenger import TelegramMessenger
from bot.chat.transport.pacing import Pacer, Priority
from bot.chat.transport.rates import Limits
from bot.chat.transport.shared_spacing import SharedSpacing
from bot.chat.transport.wire import make_bot
from bot.cli.collecting import spare_what_is_loaded
from bot.services.delivery.delivering import Courier
from bot.services.delivery.planning import plan
from bot.services.delivery.reserving import SharedPace
from bot.storage.delivery import outbox
from bot.storage.engine import Database, open_database
from tests.bench._send_server import Seen, send_server
from tests.bench.sending import NOW, TOKEN, _followers
from tests.conftest import own_database

SERVER = os.environ.get("HELIOGRAPH_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REPLICAS = 3
_context = multiprocessing.get_context("spawn")


def run() -> list[str]:
    """The figures, a line each."""
    try:
        create_engine(make_url(SERVER).set(drivername="postgresql+psycopg")).connect().close()
    except OperationalError:
        return ["no PostgreSQL server: nothing measured"]
    return [
        *(asyncio.run(_pace(per_second, allowed)) for per_second, allowed in ((28.0, 30), (900.0, 1000))),
        _together("30/s", people=280, limits=Limits(), allowed=30, in_flight=16),
        _together("paid, 1,000/s", people=9000, limits=Limits(per_second=900.0), allowed=1000, in_flight=256),
    ]


def _together(name: str, *, people: int, limits: Limits, allowed: int, in_flight: int) -> str:
    with own_database(SERVER) as url, send_server(allowed) as server:
        asyncio.run(_plan(url, people))
        gate, times = _context.Barrier(REPLICAS), _context.Queue()
        asked = (_Asked(url, server.url, limits, in_flight), gate, times)
        replicas = [_context.Process(target=_replica, args=(number, *asked)) for number in range(REPLICAS)]
        for one in replicas:
            one.start()
        spent = [times.get(timeout=300) for _ in replicas]
        for one in replicas:
            one.join()
        seen = server.seen()
    seconds = seen.sends[-1] - seen.sends[0]
    rate = (len(seen.sends) - 1) / seconds
    shares = "/".join(str(sent) for sent, _ in sorted(spent))
    cpu = sum(used for _, used in spent) / seconds * 100
    return (
        f"three replicas, {name}: {rate:.1f} a second, {rate / allowed:.3f} of the limit (bar: 0.85), at most "
        f"{seen.most_in_a_second} in any second, {seen.refused} refused, {len(seen.sends)} for {people} people "
        f"({shares} by each), {cpu:.0f} % of a core together"
    )


async def _pace(per_second: float, allowed: int) -> str:
    """Three pacers on the shared row, and nothing sent: what the pace itself loses of the limit."""
    loop, times = asyncio.get_running_loop(), list[float]()
    with own_database(SERVER) as url:
        databases = [await open_database(url) for _ in range(REPLICAS)]

        async def wait(pacer: Pacer, chat: int) -> None:
            await pacer.slot(chat, Priority.DIGEST)
            times.append(loop.time())

        waits = []
        for db in databases:
            shared = SharedSpacing(SharedPace(db, 1, per_second), per_second, loop.time)
            pacer = Pacer(Limits(per_second=per_second), loop, shared=shared)
            waits += [wait(pacer, chat) for chat in range(1, round(per_second) + 1)]
        await asyncio.gather(*waits)
        for db in databases:
            await db.close()
    rate, most = (len(times) - 1) / (times[-1] - times[0]), Seen(times, 0, []).most_in_a_second
    return (
        f"the shared pace alone: {rate:.1f} a second, {rate / allowed:.3f} of {allowed}, at most {most} in any second"
    )


async def _plan(url: str, people: int) -> None:
    db = await open_database(url)
    await _followers(db, people)
    await plan(db, now=NOW, gather=timedelta(0))
    await db.close()


async def _something_is_left(db: Database) -> bool:
    async with db.read() as connection:
        return await outbox.is_ready(connection, now=NOW + timedelta(days=1))


@dataclass(frozen=True)
class _Asked:
    url: str
    api_url: str
    limits: Limits
    in_flight: int


def _replica(number: int, asked: _Asked, gate: Any, times: Any) -> None:
    asyncio.run(_send(number, asked, gate, times))


async def _send(number: int, asked: _Asked, gate: Any, times: Any) -> None:
    loop, limits = asyncio.get_running_loop(), asked.limits
    db = await open_database(asked.url)
    shared = SharedSpacing(SharedPace(db, 1, limits.per_second), limits.per_second, loop.time)
    pacer = Pacer(limits, loop, shared=shared)
    bot = make_bot(TOKEN, pacer, api_url=asked.api_url)
    await bot.initialize()
    sent = 0

    class Counted(TelegramMessenger):
        async def ready(self, address: Any, *, ahead: float = 0.0) -> Any:
            nonlocal sent
            sent += 1
            return await super().ready(address, ahead=ahead)

    began = time.perf_counter()

    def now() -> datetime:
        return NOW + timedelta(seconds=time.perf_counter() - began)

    courier = Courier(
        db, Counted(bot, pacer, "Bench"), now, owner=f"bench {number}", fallback_language="en", zone="UTC",
        alone=False, in_flight=asked.in_flight,
    )  # fmt: skip
    # As `heliograph run` does when it has started: a collection of all that is loaded stops a replica for 150 ms.
    spare_what_is_loaded()
    await asyncio.to_thread(gate.wait)
    used = time.process_time()
    while await _something_is_left(db):
        await courier.drain()
        await asyncio.sleep(0.02)
    times.put((sent, time.process_time() - used))
    await bot.shutdown()
    await db.close()

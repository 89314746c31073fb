"""Digests on their way: the drain against Telegram's limit, and how soon a command is answered meanwhile.

The server is a process of its own and 80 ms away.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import Table, insert, select

from bot.chat.messenger import TelegramMessenger
from bot.chat.transport.pacing import Pacer
from bot.chat.transport.rates import Limits
from bot.chat.transport.wire import make_bot
from bot.cli.collecting import spare_what_is_loaded
from bot.domain.subscription import Followed, Kind
from bot.services.delivery import subscribing
from bot.services.delivery.delivering import Courier
from bot.services.delivery.subscribing import Place
from bot.storage.delivery.digest_tables import subscribers, subscriptions
from bot.storage.engine import Database, open_database
from bot.storage.tables import chats
from tests.bench._send_server import Seen, Server, send_server
from tests.bench.delivery import publish

TOKEN = "123456789:" + "A" * 35
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DRAINED, LIMIT = 280, 30
MANY, ASKED, ASKS_EVERY = 10_000, 60, 0.25
UNLIMITED, BARE = 10**9, 4000
PAID, PAID_LIMIT, PAID_DRAINED = 950.0, 1000, 9500


def run() -> list[str]:
    """The figures, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        lines = asyncio.run(_drain(Path(folder), DRAINED, Limits(), LIMIT, "30/s"))
    with tempfile.TemporaryDirectory() as folder:
        lines += asyncio.run(_drain(Path(folder), PAID_DRAINED, Limits(per_second=PAID), PAID_LIMIT, "paid, 1,000/s"))
    return lines + _answers()


async def _followers(db: Database, people: int) -> None:
    """One by the use case, and as many more as it made of that one."""
    moment = NOW - timedelta(hours=1)
    first, _ = await subscribing.follow(db, Place(1, "private", user_id=1), Followed(Kind.ALL), zone="UTC", now=moment)
    async with db.write() as connection:
        for table, column in ((chats, "chat_id"), (subscribers, "id"), (subscriptions, "id")):
            row = (await connection.execute(select(table))).mappings().one()
            copies = [{**row, **_numbered(table, column, number)} for number in range(first.id + 1, first.id + people)]
            await connection.execute(insert(table), copies)
    await publish(db)


def _numbered(table: Table, column: str, number: int) -> dict[str, int]:
    owners = {"subscribers": "chat_id", "subscriptions": "subscriber_id"}
    return {column: number} | ({owners[table.name]: number} if table.name in owners else {})


async def _drain(folder: Path, people: int, limits: Limits, allowed: int, name: str) -> list[str]:
    """Digests to so many people through the whole sender."""
    db = await open_database(f"sqlite:///{folder / 'drain.db'}")
    await _followers(db, people)
    with send_server(allowed) as server:
        pacer = Pacer(limits, asyncio.get_running_loop())
        bot = make_bot(TOKEN, pacer, api_url=server.url)
        await bot.initialize()
        opened = time.perf_counter()

        def now() -> datetime:
            return NOW + timedelta(seconds=time.perf_counter() - opened)

        messenger = TelegramMessenger(bot, pacer, "Bench")
        courier = Courier(db, messenger, now, owner="bench", fallback_language="en", zone="UTC")
        await courier.plan()
        # As the program does when it has started.
        spare_what_is_loaded()
        cpu, began = time.process_time(), time.perf_counter()
        await courier.drain()
        while len((seen := server.seen()).sends) < people:
            # A refusal held everything back for the time that the server named.
            await asyncio.sleep(0.25)
            await courier.drain()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        await bot.shutdown()
    with send_server(UNLIMITED) as server:
        bare = await _bare(server.url)
    await db.close()
    rate = (len(seen.sends) - 1) / (seen.sends[-1] - seen.sends[0])
    return [
        (
            f"{name}: {rate:.1f} a second, {rate / allowed:.3f} of the limit (bar: 0.93), at most "
            f"{seen.most_in_a_second} in any second, {seen.refused} refused, {cpu / seconds * 100:.0f} % of a core, "
            f"{cpu / people * 1e6:.0f} µs a message, {cpu / people / bare:.2f} x a bare request of aiohttp"
        )
    ]


async def _bare(url: str) -> float:
    """Seconds of CPU for a message as aiohttp alone would send it, many at once."""
    body = json.dumps({"chat_id": 1, "text": "x" * 300, "reply_markup": {"inline_keyboard": []}}).encode()
    numbers = iter(range(BARE))

    async def send_some(session: aiohttp.ClientSession) -> None:
        for _ in numbers:
            async with session.post(f"{url}/bot/sendMessage", data=body) as response:
                json.loads(await response.read())

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=128)) as session:
        before = time.process_time()
        await asyncio.gather(*(send_some(session) for _ in range(128)))
    return (time.process_time() - before) / BARE


def _answers() -> list[str]:
    """A command's way through `heliograph run`, idle and while digests go out."""
    medians, slowest = [], []
    for followers in (0, MANY):
        with tempfile.TemporaryDirectory() as folder, send_server(LIMIT, asks_every=ASKS_EVERY) as server:
            seen = asyncio.run(_asked(Path(folder), followers, server))
        medians.append(statistics.median(seen.waits))
        slowest.append(statistics.quantiles(seen.waits, n=20)[-1])
        digests = len(seen.sends) - len(seen.waits)
    idle, busy = (f"{one * 1000:.0f} ms" for one in medians)
    return [
        (
            f"a command is answered in {idle} when idle, in {busy} while {MANY:,} digests go out ({digests} went): "
            f"{medians[1] / medians[0]:.2f} x; 19 of 20 within {slowest[1] / slowest[0]:.2f} x the idle time"
        )
    ]


async def _asked(home: Path, followers: int, server: Server) -> Seen:
    """The program as an operator runs it, until it has been asked often enough."""
    (home / "content").mkdir()
    (home / "data").mkdir()
    db = await open_database(f"sqlite:///{home / 'data' / 'heliograph.sqlite3'}")
    if followers:
        await _followers(db, followers)
    await db.close()
    settings = {"TOKEN": TOKEN, "API_URL": server.url, "CONTENT": "content", "DATA": "data", "LOG_LEVEL": "error"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HELIOGRAPH_")}
    environment |= {f"HELIOGRAPH_{name}": value for name, value in settings.items()}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", cwd=home, env=environment)
    try:
        async with asyncio.timeout(120):
            while len((seen := server.seen()).waits) < ASKED:
                await asyncio.sleep(0.5)
    finally:
        process.kill()
        await process.wait()
    return seen

"""Digests on their way: the drain against Telegram's limit, and how soon a command is answered meanwhile.

The server is a process of its own and 80 ms away.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Table, insert, select

from bot.chat.messenger import TelegramMessenger
from bot.chat.pacing import Pacer
from bot.chat.rates import Limits
from bot.chat.wire import make_bot
from bot.domain.subscription import Followed, Kind
from bot.services import subscribing
from bot.services.delivering import Courier
from bot.services.subscribing import Place
from bot.storage.digest_tables import subscribers, subscriptions
from bot.storage.engine import Database, open_database
from bot.storage.tables import chats
from tests.bench._send_server import send_server
from tests.bench.delivery import publish

TOKEN = "1:bench"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DRAINED, LIMIT = 280, 30
PAID, PAID_LIMIT, PAID_DRAINED = 950.0, 1000, 9500


def run() -> list[str]:
    """The figures, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        lines = asyncio.run(_drain(Path(folder), DRAINED, Limits(), LIMIT, "30/s"))
    with tempfile.TemporaryDirectory() as folder:
        lines += asyncio.run(_drain(Path(folder), PAID_DRAINED, Limits(per_second=PAID), PAID_LIMIT, "paid, 1,000/s"))
    return lines


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
        cpu, began = time.process_time(), time.perf_counter()

        def now() -> datetime:
            return NOW + timedelta(seconds=time.perf_counter() - began)

        messenger = TelegramMessenger(bot, pacer, "Bench")
        courier = Courier(db, messenger, now, owner="bench", fallback_language="en", zone="UTC")
        await courier.plan()
        cpu, began = time.process_time(), time.perf_counter()
        await courier.drain()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        seen = server.seen()
        await bot.shutdown()
    await db.close()
    rate = (len(seen.sends) - 1) / (seen.sends[-1] - seen.sends[0])
    return [
        (
            f"{name}: {rate:.1f} a second, {rate / allowed:.3f} of the limit (bar: 0.93), at most "
            f"{seen.most_in_a_second} in any second, {seen.refused} refused, {cpu / seconds * 100:.0f} % of a core, "
            f"{cpu / people * 1e6:.0f} µs a message"
        )
    ]

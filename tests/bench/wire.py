"""The wire: CPU of an echoed update against python-telegram-bot alone on the same transport, and the pacer's rate."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.chat.inbound.intake import Intake
from bot.chat.inbound.receiving import Receiver
from bot.chat.inbound.throttling import Throttle, Verdict
from bot.chat.transport.pacing import Pacer
from bot.chat.transport.rates import Limits
from bot.chat.transport.request import AiohttpRequest
from bot.chat.transport.wire import Polling, make_bot
from bot.chat.updates import RawUpdate
from tests.bench.echo_server import echo_server

TOKEN = "1:bench"
UPDATES = 1500
AT_ONCE = 256
ROUNDS = 3
LIMIT = 30
"""Messages a second that Telegram allows."""


class NoInbox:
    """Echoes are quick; one that had to be put aside would be a fault of the bench."""

    async def keep(self, updates: Sequence[RawUpdate]) -> None:
        raise AssertionError("an echo took too long")

    async def forget(self, update_ids: Sequence[int]) -> None:
        """Nothing was kept."""

    async def kept(self) -> Sequence[RawUpdate]:
        return []

    async def release(self, update_ids: Sequence[int]) -> None:
        """Nothing was kept."""


class Count:
    """The echo handler; says when all are echoed."""

    def __init__(self) -> None:
        self.echoed = 0
        self.all = asyncio.Event()

    async def echo(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await context.bot.send_message(update.message.chat.id, update.message.text or "")
        self.echoed += 1
        if self.echoed == UPDATES:
            self.all.set()


async def _alone(url: str, at_once: int) -> float:
    """PTB with its own updater, on our transport but nothing else of ours."""
    count = Count()
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").request(AiohttpRequest())
    app: Any = builder.get_updates_request(AiohttpRequest(1)).concurrent_updates(at_once).build()
    app.add_handler(MessageHandler(filters.TEXT, count.echo))
    async with app:
        await app.start()
        before = time.process_time()
        await app.updater.start_polling()
        await count.all.wait()
        spent = time.process_time() - before
        # Not `stop`: it would wait for the open poll.
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        app._running = app.updater._running = False
    return spent


async def _ours(url: str, at_once: int) -> float:
    """The whole wire: raw polling, intake, throttle, pacer."""
    count, stop = Count(), asyncio.Event()
    fast = Limits(per_second=1_000_000)
    bot = make_bot(TOKEN, Pacer(fast, asyncio.get_running_loop()), api_url=url)
    app: Any = Application.builder().bot(bot).updater(None).build()
    app.add_handler(MessageHandler(filters.TEXT, count.echo))

    async def handle(raw: RawUpdate, verdict: Verdict) -> None:
        await app.process_update(Update.de_json(raw, bot))

    async with app:
        intake = Intake(handle, NoInbox(), Throttle(), width=at_once, patience=5.0)
        receiver = Receiver(Polling(bot, ["message"]), intake, lambda: datetime.now(UTC))
        before = time.process_time()
        running = asyncio.create_task(receiver.run(stop))
        await count.all.wait()
        spent = time.process_time() - before
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return spent


def _microseconds(stack: Callable[[str, int], Awaitable[float]], at_once: int) -> float:
    async def measure(url: str) -> float:
        return await stack(url, at_once)

    with echo_server(UPDATES, at_once) as url:
        return asyncio.run(measure(url)) / UPDATES * 1e6  # type: ignore[arg-type]


async def _paced(seconds: float) -> tuple[float, int]:
    """The share of the limit, and the most messages in any second, in real time with more to send than may go."""
    loop = asyncio.get_running_loop()
    pacer, times = Pacer(Limits(), loop), []

    async def send(chat: int) -> None:
        await pacer.slot(chat)
        times.append(loop.time())

    sends = [asyncio.create_task(send(chat)) for chat in range(1, int(LIMIT * seconds) + 30)]
    await asyncio.sleep(seconds)
    for each in sends:
        each.cancel()
    await asyncio.gather(*sends, return_exceptions=True)
    share = (len(times) - 1) / (times[-1] - times[0]) / LIMIT
    return share, max(sum(start <= at < start + 1.0 for at in times) for start in times)


async def _slot_cost() -> float:
    """Microseconds of CPU for a slot that is free at once."""
    pacer = Pacer(Limits(per_second=1e9), asyncio.get_running_loop())
    before = time.process_time()
    for chat in range(20_000):
        await pacer.slot(chat)
    return (time.process_time() - before) / 20_000 * 1e6


def run() -> list[str]:
    """Lines to print; the best of some rounds, for other work on the machine only ever adds."""
    best: dict[tuple[str, int], float] = {}
    for _ in range(ROUNDS):
        for name, stack in (("alone", _alone), ("ours", _ours)):
            for at_once in (1, AT_ONCE):
                spent = _microseconds(stack, at_once)
                best[name, at_once] = min(best.get((name, at_once), spent), spent)
    share, most = asyncio.run(_paced(5.0))
    one, many = best["ours", 1], best["ours", AT_ONCE]
    slot = asyncio.run(_slot_cost())
    return [
        f"echo, one at a time: {one:.0f} µs of CPU, {one / best['alone', 1]:.2f} x PTB alone (bar: 1.50)",
        f"echo, {AT_ONCE} at once: {many:.0f} µs of CPU, {many / best['alone', AT_ONCE]:.2f} x PTB alone",
        f"echo, {AT_ONCE} at once: {many / one:.2f} x one at a time (bar: 1.20)",
        f"pacer: {share:.3f} of the limit of {LIMIT}/s (bar: 0.93), at most {most} in any second (bar: {LIMIT})",
        f"pacer: {slot:.1f} µs of CPU a free slot",
    ]

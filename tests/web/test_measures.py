"""Metrics that alerts go by: who fetches, and what became of digests."""

import asyncio
import math
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from bot.app.running import way_of
from bot.chat.failing import Cause
from bot.chat.inbound.electing import Elected
from bot.chat.inbound.receiving import Receiver
from bot.services.delivery.verdicts import Fate
from bot.services.ports import Forbidden, NotSent, Refused, Sent, Unknown, Unreachable
from bot.storage.engine import Database
from bot.web.measures import Measures, Way
from tests.services.conftest import NOON
from tests.services.newsstand import Newsstand

HOUR = timedelta(hours=1)


class Chair:
    """A seat that is another's until it is `free`, and lost when it is `wanted`."""

    def __init__(self) -> None:
        self.free, self.asked, self.wanted = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def take(self) -> bool:
        self.asked.set()
        return self.free.is_set()

    async def lost(self) -> None:
        await self.wanted.wait()
        self.free.clear()

    async def leave(self) -> None:
        pass


class Deaf:
    """A receiver that Telegram does not answer."""

    last_contact: datetime | None = None
    last_turn = None

    def __init__(self) -> None:
        self.runs = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        self.runs.set()
        await stop.wait()


def said(measures: Measures) -> dict[str, float]:
    text = generate_latest(measures.registry).decode()
    return {name: float(value) for name, value in re.findall(r"^(heliograph\S*) (\S+)$", text, re.MULTILINE)}


async def test_only_who_fetches_says_how_long_telegram_has_been_silent() -> None:
    chair, receiver, stop = Chair(), Deaf(), asyncio.Event()
    now = NOON
    elected = Elected(chair, lambda: cast("Receiver", receiver), lambda: now, every=0.01)
    measures = Measures(CollectorRegistry())
    measures.watch_receiving(lambda: way_of(elected), lambda: elected.last_contact, lambda: now)
    running = asyncio.create_task(elected.run(stop))
    async with asyncio.timeout(5):
        await chair.asked.wait()
        now += HOUR
        standby = said(measures)

        chair.free.set()
        await receiver.runs.wait()
        began = said(measures)
        now += timedelta(seconds=121)
        deaf = said(measures)

        receiver.last_contact = now
        answered = said(measures)
        chair.wanted.set()
        while elected.fetches:
            await asyncio.sleep(0)
        lost = said(measures)
        stop.set()
        await running

    silence, fetching = "heliograph_last_contact_seconds", 'heliograph_receiving{way="fetching"}'
    assert math.isnan(standby[silence])
    assert (standby[fetching], standby['heliograph_receiving{way="standby"}']) == (0, 1)
    assert (began[fetching], began['heliograph_receiving{way="standby"}']) == (1, 0)
    # An hour on standby is no silence of Telegram's.
    assert [one[silence] for one in (began, deaf, answered)] == [0, 121, 0]
    assert (lost[fetching], lost['heliograph_receiving{way="standby"}']) == (0, 1)


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [
        (Sent(1), Fate.SENT),
        (NotSent("network"), Fate.RETRIED),
        (Unreachable("bot was blocked by the user"), Fate.UNREACHABLE),
        (Forbidden("not enough rights"), Fate.UNREACHABLE),
        (Refused("message is too long"), Fate.FAILED),
        (Unknown("the connection broke"), Fate.UNCERTAIN),
    ],
)
async def test_digests_are_counted_by_what_became_of_them(database: Database, outcome: object, fate: Fate) -> None:
    stand, measures = Newsstand(database), Measures(CollectorRegistry())
    courier = stand.courier(observe=measures.delivered)
    await stand.follow(11)
    await stand.publish("post")
    stand.telegram.of_chat[11] = outcome  # type: ignore[assignment]
    before = said(measures)

    await stand.turn(courier, HOUR)

    after = said(measures)
    # An alert sees the first one only where there was a nought before.
    assert {before[f'heliograph_deliveries_total{{outcome="{one}"}}'] for one in Fate} == {0}
    assert [one for one in Fate if after[f'heliograph_deliveries_total{{outcome="{one}"}}'] == 1] == [fate]


async def test_what_a_dead_sender_left_in_the_air_counts_as_uncertain(database: Database) -> None:
    stand, measures = Newsstand(database), Measures(CollectorRegistry())
    stand.telegram.gate = asyncio.Event()
    dead = stand.courier("dead")
    await stand.follow(11)
    await stand.publish("post")
    stand.now += HOUR
    await dead.plan()
    sending = asyncio.create_task(dead.drain())
    while not stand.telegram.tried:
        await asyncio.sleep(0.01)

    await stand.courier("next", observe=measures.delivered).recover()

    assert said(measures)['heliograph_deliveries_total{outcome="uncertain"}'] == 1
    stand.telegram.gate.set()
    await sending


def test_readme_names_every_metric() -> None:
    made = Measures(CollectorRegistry())
    made.failures(Cause)
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    kept = {one.name + ("_total" if one.type == "counter" else "") for one in made.registry.collect()}

    assert [name for name in sorted(kept) if f"`{name}`" not in readme] == []


async def test_a_process_behind_a_webhook_says_so() -> None:
    measures = Measures(CollectorRegistry())
    measures.watch_receiving(lambda: Way.WEBHOOK, lambda: NOON - HOUR, lambda: NOON)

    found = said(measures)

    assert found["heliograph_last_contact_seconds"] == 3600
    assert [found[f'heliograph_receiving{{way="{one}"}}'] for one in Way] == [0, 0, 1]

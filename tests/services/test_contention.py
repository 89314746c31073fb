"""Ticks, senders and people who meet at the same subscriber: nothing doubled, nothing lost, nobody waits in a ring."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.delivery import State, contents_of
from bot.domain.message import Text
from bot.domain.subscription import INSTANT, Cadence, Followed, Kind
from bot.services.delivery import broadcasting, subscribing
from bot.services.delivery.delivering import LEASE
from bot.services.ports import Address, Busy, NotSent, Sent
from bot.storage.delivery import outbox, planning, subscribers
from bot.storage.engine import Database
from tests.services.newsstand import Moment, Newsstand

ADA, BOB = 11, 12
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FRIDAY = 1 << 4


@pytest.fixture
def stand(database: Database) -> Newsstand:
    return Newsstand(database)


@pytest.mark.parametrize("has_landed", [True, False], ids=["arrived", "in the air"])
async def test_what_another_sender_took_over_is_not_put_back_by_the_first(stand: Newsstand, has_landed: bool) -> None:
    await stand.follow(ADA)
    draft = await broadcasting.begin(stand.db, 1, Text("Moved to a new address."), language="en", now=stand.now)
    assert draft is not None
    assert await broadcasting.send(stand.db, 1, draft, now=stand.now) == 1
    stand.now += MINUTE
    late, heir = stand.courier("late", alone=False), stand.courier("heir", alone=False)
    turn: asyncio.Future[Moment | Busy] = asyncio.get_running_loop().create_future()
    late.messenger = late._carrier.messenger = _Waiting(turn)  # type: ignore[assignment]
    # A group that rests keeps it waiting for longer than its lease.
    assert await late._start(10)
    await asyncio.sleep(0)
    stand.now += LEASE
    stand.telegram.gate = asyncio.Event()
    sending = asyncio.create_task(heir.drain())
    while not stand.telegram.tried:
        await asyncio.sleep(0.01)
    if has_landed:
        stand.telegram.gate.set()
        await sending

    turn.set_result(Busy(timedelta(0)))
    await asyncio.gather(*(flight.task for flight in late._flights if flight.task))
    third = asyncio.create_task(stand.courier("third", alone=False).drain())
    await asyncio.sleep(0.2)
    stand.telegram.gate.set()
    await asyncio.gather(sending, third)

    assert await stand.states() == [State.SENT]
    assert len(stand.telegram.tried) == 1


class _Waiting:
    """A messenger whose turn comes when it is told."""

    def __init__(self, turn: "asyncio.Future[Moment | Busy]") -> None:
        self.turn = turn

    async def ready(self, address: Address, *, ahead: float = 0.0) -> Moment | Busy:
        return await self.turn


async def test_an_end_that_cannot_be_written_down_is_no_other_chats_trouble(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.follow(BOB)
    await stand.publish("news")
    # No column holds that number.
    stand.telegram.of_chat[ADA] = Sent(2**70)

    await stand.turn(stand.courier(), HOUR)

    assert await stand.states() == [State.SENDING, State.SENT]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_tick_and_a_sender_who_meet_do_not_wait_for_each_other(stand: Newsstand) -> None:
    reader = await stand.follow(ADA, days=INSTANT)
    await stand.publish("first")
    courier = stand.courier()
    await courier.plan(hurry=True)
    claimed = await courier._fencing.claim(10, stand.now)
    assert claimed
    await stand.publish("second")
    instant = reader.subscriptions[0].cadence

    async with stand.db.write() as tick:
        # Half of a tick: it has its slots, and is about to plan for a reader whose digest just leaves.
        slot = await subscribers.slot_of(tick, instant, now=stand.now)
        await planning.hurry(tick, now=stand.now)
        leaving = asyncio.create_task(courier._fencing.put_in_the_air([claimed[0][0].id], stand.now))
        await asyncio.sleep(0.2)
        assert await planning.plan(tick, now=stand.now, gather=timedelta(0)) == 0
    flying = await leaving

    assert slot
    [sent] = flying.values()
    assert [item.card.title for item in sent.view.items] == ["second", "first"]  # type: ignore[union-attr]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_due_at_one_moment_on_two_timetables_comes_together_while_somebody_reads_one(
    stand: Newsstand,
) -> None:
    await stand.follow(ADA, Followed(Kind.KEYWORD, "daily", "daily"))
    reader = await stand.follow(ADA, Followed(Kind.KEYWORD, "weekly", "weekly"))
    weekly = reader.subscriptions[1]
    await subscribing.choose_time(stand.db, reader.id, only=weekly.id, days=FRIDAY, zone="UTC", now=stand.now)
    await stand.publish("daily", "weekly")
    stand.now += HOUR + MINUTE
    courier = stand.courier()

    async with stand.db.write() as sender:
        # Somebody else's digest leaves in this moment.
        slot = await subscribers.slot_of(sender, Cadence(FRIDAY, 9 * 60, "UTC"), now=stand.now)
        await sender.execute(planning.slots.select().where(planning.slots.c.id == slot).with_for_update(read=True))
        ticking = asyncio.create_task(courier.plan())
        await asyncio.sleep(0.2)
    await ticking
    await courier.drain()
    await stand.turn(courier, MINUTE)

    assert stand.telegram.digests(ADA) == [["weekly", "daily"]]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_digest_that_must_be_tried_again_while_the_next_is_planned_joins_it(stand: Newsstand) -> None:
    await stand.follow(ADA, days=INSTANT)
    await stand.follow(BOB, days=INSTANT)
    await stand.publish("first")
    courier = stand.courier()
    await courier.plan(hurry=True)
    stand.telegram.of_chat = {ADA: NotSent("no network")}
    stand.telegram.gate = asyncio.Event()
    sending = asyncio.create_task(courier.drain())
    while len(stand.telegram.tried) < 2:
        await asyncio.sleep(0.01)
    await stand.publish("second")
    stand.now += timedelta(seconds=10)

    async with stand.db.write() as tick:
        assert await planning.plan(tick, now=stand.now, gather=timedelta(0)) == 2
        # What became of both is written down in one transaction, while the tick has not ended.
        stand.telegram.gate.set()
        await asyncio.sleep(0.2)
    await sending
    stand.telegram.of_chat.clear()
    await stand.turn(courier, HOUR)

    assert stand.telegram.digests(ADA) == [["second", "first"]]
    assert stand.telegram.digests(BOB) == [["first"], ["second"]]
    assert await stand.count(State.UNCERTAIN) == await stand.count(State.SENDING) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", ["digest", "text"])
async def test_who_ends_everything_while_all_are_planned_for_holds_up_nobody_else(stand: Newsstand, what: str) -> None:
    reader = await stand.follow(ADA)
    await stand.follow(BOB)
    await stand.publish("news")
    draft = await broadcasting.begin(stand.db, 1, Text("Moved to a new address."), language="en", now=stand.now)
    assert draft is not None
    stand.now += HOUR
    courier = stand.courier()

    async with stand.db.write() as leaving:
        await subscribers.remove(leaving, reader.id)
        planned = asyncio.create_task(courier.plan() if what == "digest" else _sent_to(stand, draft))
        await asyncio.sleep(0.2)

    assert await planned == 1
    await stand.turn(courier)
    assert [letter.address.chat_id for letter in stand.telegram.arrived] == [BOB] * len(stand.telegram.arrived)


async def _sent_to(stand: Newsstand, draft: broadcasting.Draft) -> int | None:
    return await broadcasting.send(stand.db, 1, draft, now=stand.now)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_ends_everything_in_the_moment_a_digest_leaves_waits_for_that(stand: Newsstand) -> None:
    reader = await stand.follow(ADA)
    await stand.publish("news")
    stand.now += HOUR
    courier = stand.courier()
    await courier.plan()
    claimed = await courier._fencing.claim(10, stand.now)
    assert claimed
    [(one, whole)] = claimed

    async with stand.db.write() as sender:
        await outbox.fence(sender, [one.id], "one", until=stand.now + LEASE)
        ending = asyncio.create_task(subscribing.end_all(stand.db, reader.id))
        await asyncio.sleep(0.2)
        await outbox.write_contents(sender, {one.id: contents_of((), whole.subscriptions)})
    await ending

    assert await stand.states() == []

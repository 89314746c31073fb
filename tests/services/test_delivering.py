"""Digests arrive once, whatever Telegram answers and wherever the sender dies; on both databases."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.delivery import State
from bot.domain.message import Text
from bot.domain.post import category_key
from bot.domain.schedule import EVERY_DAY
from bot.domain.standing import Push
from bot.domain.subscription import INSTANT, Followed, Kind
from bot.services.delivery import broadcasting, digests, subscribing
from bot.services.delivery.warning import RightsLost
from bot.services.operators import supervising
from bot.services.ports import (
    Busy,
    Forbidden,
    Moved,
    NotSent,
    Outcome,
    Refused,
    Unknown,
    Unreachable,
)
from bot.storage.border import chats
from bot.storage.delivery import news, subscribers
from bot.storage.engine import Database
from bot.storage.shelf import posts
from tests.services.newsstand import Letter, Moment, Newsstand

ADA, BOB, GROUP = 11, 12, -100
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
NLP = Followed(Kind.CATEGORY, category_key("nlp"), "NLP")
CV = Followed(Kind.CATEGORY, category_key("cv"), "CV")


@pytest.fixture
def stand(database: Database) -> Newsstand:
    return Newsstand(database)


async def test_a_digest_holds_what_appeared_since_the_last_and_comes_once(stand: Newsstand) -> None:
    await stand.publish("old")
    await stand.follow(ADA)
    courier = stand.courier()
    await stand.publish("first", "second")

    await stand.turn(courier, HOUR)
    await stand.turn(courier)
    await stand.publish("third")
    await stand.turn(courier, DAY)

    assert stand.telegram.digests(ADA) == [["second", "first"], ["third"]]


async def test_nothing_new_means_no_message(stand: Newsstand) -> None:
    await stand.follow(ADA)

    await stand.turn(stand.courier(), HOUR)

    assert stand.telegram.tried == []
    assert await stand.states() == []


async def test_who_wants_to_know_is_told_that_nothing_is_new(stand: Newsstand) -> None:
    reader = await stand.follow(ADA)
    await subscribing.tell_nothing(stand.db, reader.id, even_if_nothing=True)

    await stand.turn(stand.courier(), HOUR)

    assert stand.telegram.digests(ADA) == [[]]


@pytest.mark.parametrize("what", [CV, Followed(Kind.KEYWORD, "lora", "LoRA")], ids=["category", "keyword"])
async def test_a_push_as_it_happens_never_says_that_nothing_is_new(stand: Newsstand, what: Followed) -> None:
    reader = await stand.follow(ADA, what, days=INSTANT)
    await subscribing.tell_nothing(stand.db, reader.id, even_if_nothing=True)
    courier = stand.courier()
    await stand.publish("another")

    await stand.turn(courier)
    await stand.turn(courier, HOUR)

    assert stand.telegram.tried == []


async def test_a_push_of_other_posts_does_not_bring_the_line_of_a_timetable(stand: Newsstand) -> None:
    reader = await stand.follow(ADA, CV)
    keyword = Followed(Kind.KEYWORD, "lora", "LoRA")
    reader, _ = await subscribing.follow(
        stand.db, subscribing.Place(ADA, "private"), keyword, zone="UTC", now=stand.now
    )
    await subscribing.tell_nothing(stand.db, reader.id, even_if_nothing=True)
    courier = stand.courier()
    await stand.turn(courier, HOUR)
    assert stand.telegram.digests(ADA) == [[]]
    which = reader.subscriptions[-1].id
    await subscribing.choose_time(stand.db, reader.id, only=which, days=INSTANT, zone="UTC", now=stand.now)

    await stand.publish("another")
    await stand.turn(courier, MINUTE)
    await stand.turn(courier, HOUR)

    assert stand.telegram.digests(ADA) == [[]]


async def test_each_gets_only_what_they_follow(stand: Newsstand) -> None:
    await stand.publish("old", category="CV")
    await stand.follow(ADA, CV)
    await stand.follow(BOB, Followed(Kind.KEYWORD, "lora", "LoRA"))
    await stand.publish("vision", category="CV")
    await stand.publish("lora")

    await stand.turn(stand.courier(), HOUR)

    assert stand.telegram.digests(ADA) == [["vision"]]
    assert stand.telegram.digests(BOB) == [["lora"]]


async def test_after_downtime_one_digest_catches_up(stand: Newsstand) -> None:
    await stand.follow(ADA)
    for day in range(5):
        await stand.publish(f"day{day}")

    await stand.turn(stand.courier(), 5 * DAY)
    await stand.turn(stand.courier(), MINUTE)

    assert [len(digest) for digest in stand.telegram.digests(ADA)] == [5]


async def test_pushes_of_one_minute_are_one_message(stand: Newsstand) -> None:
    await stand.follow(ADA, days=0)
    courier = stand.courier()
    await stand.publish("one")
    await stand.turn(courier)
    await stand.publish("two")
    await stand.turn(courier, timedelta(seconds=30))
    assert stand.telegram.arrived == []

    await stand.turn(courier, timedelta(seconds=30))
    await stand.turn(courier, HOUR)

    assert stand.telegram.digests(ADA) == [["two", "one"]]


async def test_what_was_scheduled_is_pushed_at_its_minute(stand: Newsstand) -> None:
    await stand.follow(ADA, days=0)
    await stand.publish("scheduled")
    courier = stand.courier()

    await courier.plan(hurry=True)
    await courier.drain()

    assert stand.telegram.digests(ADA) == [["scheduled"]]


async def test_two_subscriptions_due_together_make_one_message(stand: Newsstand) -> None:
    await stand.publish("old", category="CV")
    await stand.follow(ADA, NLP)
    await stand.follow(ADA, CV)
    await stand.publish("words")
    await stand.publish("vision", category="CV")

    await stand.turn(stand.courier(), HOUR)

    assert [sorted(digest) for digest in stand.telegram.digests(ADA)] == [["vision", "words"]]


async def test_a_post_pushed_at_once_does_not_come_again_with_the_daily_digest(stand: Newsstand) -> None:
    await stand.publish("old")
    await stand.follow(ADA)
    reader = await stand.follow(ADA, NLP)
    await subscribing.choose_time(stand.db, reader.id, only=reader.subscriptions[1].id, days=0, now=stand.now)
    courier = stand.courier(gather=timedelta(0))
    await stand.publish("words")
    await stand.publish("vision", category="CV")

    await stand.turn(courier, MINUTE)
    await stand.turn(courier, HOUR)
    await stand.turn(courier, DAY)

    assert stand.telegram.digests(ADA) == [["words"], ["vision"]]


async def test_a_changed_post_is_not_news_but_an_announced_one_is(stand: Newsstand) -> None:
    await stand.follow(ADA)
    courier = stand.courier()
    await stand.publish("lora")
    await stand.turn(courier, HOUR)
    await stand.turn(courier, DAY)
    async with stand.db.read() as connection:
        key = (await news.between(connection, 0, 9))[0].key

    async with stand.db.write() as connection:
        await news.announce(connection, key, now=stand.now)
    await stand.turn(courier, DAY)

    assert stand.telegram.digests(ADA) == [["lora"], ["lora"]]
    assert [item.updated for letter in stand.telegram.arrived for item in letter.view.items] == [False, True]  # type: ignore[attr-defined]


async def test_a_post_withdrawn_since_planning_is_left_out(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("kept", "gone")
    courier = stand.courier()
    stand.now += HOUR
    await courier.plan()
    async with stand.db.write() as connection:
        from bot.domain.post import State as PostState

        ids = [one.id for one in (await posts.holders(connection, slugs=["gone"])).values()]
        await posts.change_state(connection, ids, PostState.WITHDRAWN, now=stand.now)

    await courier.drain()

    assert stand.telegram.digests(ADA) == [["kept"]]


@pytest.mark.parametrize("outcome", [NotSent("refused"), Busy(timedelta(seconds=7))])
async def test_what_surely_was_not_sent_is_sent_later(stand: Newsstand, outcome: Outcome) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.telegram.answers.append(outcome)
    courier = stand.courier()

    await stand.turn(courier, HOUR)
    assert stand.telegram.arrived == []
    await stand.turn(courier, MINUTE)

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_flood_control_pauses_everything_and_loses_nothing(stand: Newsstand) -> None:
    for chat in range(1, 41):
        await stand.follow(chat)
    await stand.publish("lora")
    stand.telegram.answers.append(Busy(timedelta(seconds=30)))
    courier = stand.courier(in_flight=4)

    await stand.turn(courier, HOUR)
    tried = len(stand.telegram.tried)
    await stand.turn(courier, timedelta(seconds=29))
    assert len(stand.telegram.tried) == tried < 10
    await stand.turn(courier, timedelta(seconds=31))

    assert [stand.telegram.digests(chat) for chat in range(1, 41)] == [[["lora"]]] * 40


async def test_a_blocked_chat_pauses_and_gets_everything_after_it_comes_back(stand: Newsstand) -> None:
    await stand.follow(ADA)
    courier = stand.courier()
    await stand.publish("first")
    stand.telegram.of_chat[ADA] = Unreachable("Forbidden: bot was blocked by the user")
    await stand.turn(courier, HOUR)
    await stand.publish("second")
    await stand.turn(courier, DAY)
    assert len(stand.telegram.tried) == 1

    stand.telegram.of_chat.clear()
    assert await subscribing.resume(stand.db, ADA, now=stand.now)
    await stand.turn(courier, DAY)

    assert stand.telegram.digests(ADA) == [["second", "first"]]


async def test_who_hears_as_it_happens_and_comes_back_need_not_wait_for_the_next_post(stand: Newsstand) -> None:
    await stand.follow(ADA, days=INSTANT)
    await stand.follow(BOB, CV, days=INSTANT)
    courier = stand.courier()
    for person in (ADA, BOB):
        await subscribing.pause(stand.db, person, "the bot was blocked or removed")
    await stand.publish("missed")
    await stand.turn(courier)
    await stand.turn(courier, HOUR)

    for person in (ADA, BOB):
        assert await subscribing.resume(stand.db, person, now=stand.now)
    await stand.turn(courier)
    await stand.turn(courier, HOUR)

    assert stand.telegram.digests(ADA) == [["missed"]]
    assert stand.telegram.digests(BOB) == []


@pytest.mark.parametrize("is_first", [True, False], ids=["the first to do so", "others do already"])
async def test_who_changes_to_posts_as_they_happen_gets_what_waits_at_once(stand: Newsstand, is_first: bool) -> None:
    if not is_first:
        await stand.follow(BOB, days=INSTANT)
    reader = await stand.follow(ADA)
    courier = stand.courier()
    await stand.turn(courier, 2 * HOUR)
    await stand.publish("lora")
    for _ in range(2):
        await stand.turn(courier, MINUTE)
    assert stand.telegram.digests(ADA) == []

    await subscribing.choose_time(stand.db, reader.id, days=INSTANT, zone="UTC", now=stand.now)
    await stand.turn(courier)
    await stand.turn(courier, 3 * DAY)

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_who_has_had_everything_gets_nothing_by_a_change_to_posts_as_they_happen(stand: Newsstand) -> None:
    reader = await stand.follow(ADA)
    await stand.publish("lora")
    courier = stand.courier()
    await stand.turn(courier, HOUR)

    for days in (INSTANT, EVERY_DAY, INSTANT):
        await subscribing.choose_time(stand.db, reader.id, days=days, zone="UTC", now=stand.now)
        await stand.turn(courier, MINUTE)

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_what_failed_for_want_of_rights_goes_when_they_are_given_again(stand: Newsstand) -> None:
    await stand.follow(GROUP, days=INSTANT)
    courier = stand.courier()
    stand.telegram.of_chat[GROUP] = Forbidden("not enough rights to send text messages to the chat")
    await stand.publish("missed")
    await stand.turn(courier)
    await stand.turn(courier, HOUR)

    stand.telegram.of_chat.clear()
    assert await subscribing.resume(stand.db, GROUP, now=stand.now)
    await stand.turn(courier)

    assert stand.telegram.digests(GROUP) == [["missed"]]


async def test_a_supergroup_gets_what_the_group_followed(stand: Newsstand) -> None:
    await stand.follow(GROUP)
    await stand.follow(-200, NLP)
    stand.telegram.of_chat[GROUP] = Moved(-200)
    await stand.publish("lora")
    courier = stand.courier()

    await stand.turn(courier, HOUR)
    await stand.turn(courier)

    moved = await subscribing.at(stand.db, -200)
    assert stand.telegram.digests(-200)[0] == ["lora"]
    assert len(stand.telegram.digests(-200)) == 1
    assert moved is not None
    assert {one.what.kind for one in moved.subscriptions} == {Kind.ALL, Kind.CATEGORY}
    assert await subscribing.at(stand.db, GROUP) is None


async def test_lost_rights_are_told_once_to_whoever_asked_for_the_digest(stand: Newsstand) -> None:
    await stand.follow(GROUP)
    courier = stand.courier()
    stand.telegram.of_chat[GROUP] = Forbidden("not enough rights to send text messages to the chat")
    for name in ("first", "second"):
        await stand.publish(name)
        await stand.turn(courier, DAY)
    told = [one for one in stand.telegram.arrived if isinstance(one.view, RightsLost)]
    assert [one.address.chat_id for one in told] == [-GROUP]
    assert [one.view.chat for one in told] == [f"chat {GROUP}"]  # type: ignore[attr-defined]

    stand.telegram.of_chat.clear()
    await stand.turn(courier, DAY)

    assert stand.telegram.digests(GROUP) == [["second", "first"]]


async def test_lost_rights_are_told_to_every_admin_once_each_in_their_language(stand: Newsstand) -> None:
    await stand.follow(GROUP)
    await stand.follow(GROUP, thread=7)
    async with stand.db.write() as connection:
        for person, language in ((ADA, "zh-hans"), (BOB, "en")):
            await chats.remember(connection, person, kind="private", telegram_language=language, now=stand.now)
    stand.telegram.admins[GROUP] = [ADA, BOB, 13]
    stand.telegram.of_chat[GROUP] = Forbidden("not enough rights to send text messages to the chat")
    courier = stand.courier()
    for name in ("first", "second"):
        await stand.publish(name)
        await stand.turn(courier, DAY)

    told = [(one.address.chat_id, one.view) for one in stand.telegram.arrived if isinstance(one.view, RightsLost)]

    assert sorted((chat, view.language) for chat, view in told) == [
        (ADA, "zh"), (BOB, "en"), (13, "en"), (-GROUP, "en"),
    ]  # fmt: skip


async def test_lost_rights_that_nobody_can_be_told_of_are_told_to_the_operators(stand: Newsstand) -> None:
    reader = await stand.follow(GROUP, kind="channel")
    async with stand.db.write() as connection:
        await subscribers.change(connection, reader.id, created_by=None)
    stand.telegram.of_chat[GROUP] = Forbidden("need administrator rights in the channel chat")
    await stand.publish("news")

    await stand.turn(stand.courier(operators=[BOB]), HOUR)

    assert [one.address.chat_id for one in stand.telegram.arrived if isinstance(one.view, RightsLost)] == [BOB]


async def test_what_was_held_back_goes_at_once_when_an_admin_says_so(stand: Newsstand) -> None:
    await stand.follow(ADA, days=INSTANT)
    courier = stand.courier()
    await stand.publish("held", push=Push.HELD)
    await stand.turn(courier, DAY)
    assert stand.telegram.arrived == []

    await supervising.release_held(stand.db, send=True, by=1, now=stand.now)
    await stand.turn(courier)

    assert stand.telegram.digests(ADA) == [["held"]]


async def test_a_flood_that_comes_before_a_slots_moment_loses_nothing(stand: Newsstand) -> None:
    for chat in (ADA, BOB):
        await stand.follow(chat)
    await stand.publish("lora")
    stand.telegram.of_chat = {ADA: Busy(timedelta(seconds=9)), BOB: Busy(timedelta(seconds=9))}
    courier = stand.courier()
    await stand.turn(courier, HOUR)
    assert await stand.states() == [State.RETRY, State.RETRY]

    stand.telegram.of_chat.clear()
    await stand.turn(courier, timedelta(seconds=10))

    assert stand.telegram.digests(ADA) == stand.telegram.digests(BOB) == [["lora"]]


async def test_a_text_and_a_digest_that_are_due_together_both_come_within_seconds(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    draft = await broadcasting.begin(stand.db, 1, Text("Moved to a new address."), language="en", now=stand.now)
    assert draft is not None
    assert await broadcasting.send(stand.db, 1, draft, now=stand.now) == 1
    courier = stand.courier()

    await stand.turn(courier, timedelta(seconds=1))
    await stand.turn(courier, timedelta(seconds=2))

    assert stand.telegram.digests(ADA) == [["lora"]]
    assert len(stand.telegram.arrived) == 2


async def test_a_refused_message_goes_as_plain_text_once(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.follow(BOB)
    await stand.publish("lora")
    stand.telegram.answers.append(Refused("Bad Request: ENTITY_TEXT_INVALID"))
    courier = stand.courier(in_flight=1)

    await stand.turn(courier, HOUR)

    assert sorted(one.is_plain for one in stand.telegram.arrived) == [False, True]
    assert await stand.count(State.SENT) == 2


async def test_one_chats_trouble_is_not_anothers(stand: Newsstand) -> None:
    for chat in (ADA, BOB, GROUP):
        await stand.follow(chat)
    await stand.publish("lora")

    def stumble(letter: Letter) -> None:
        if letter.address.chat_id == ADA:
            raise ValueError("a fault of ours")

    stand.telegram.before = stumble

    await stand.turn(stand.courier(), HOUR)

    assert stand.telegram.digests(BOB) == stand.telegram.digests(GROUP) == [["lora"]]


async def test_what_may_have_arrived_is_parked_and_can_be_sent_again_or_dropped(stand: Newsstand) -> None:
    for chat in (ADA, BOB):
        await stand.follow(chat)
    await stand.publish("lora")
    stand.telegram.answers.extend([Unknown("time-out"), Unknown("time-out")])
    courier = stand.courier()
    await stand.turn(courier, HOUR)
    await stand.publish("next")
    await stand.turn(courier, DAY)
    assert stand.telegram.digests(ADA) == stand.telegram.digests(BOB) == [["next"]]

    parked = {one.chat_id: one.delivery_id for one in await supervising.uncertain(stand.db)}
    assert await supervising.resend(stand.db, parked[ADA], by=1, now=stand.now)
    assert await supervising.drop(stand.db, parked[BOB], by=1, now=stand.now)
    await stand.turn(courier, MINUTE)
    await stand.turn(courier, DAY)

    assert stand.telegram.digests(ADA) == [["next"], ["lora"]]
    assert stand.telegram.digests(BOB) == [["next"]]
    assert await supervising.uncertain(stand.db) == []


async def test_the_operator_may_choose_to_send_the_uncertain_again(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.telegram.answers.append(Unknown("time-out"))
    courier = stand.courier(uncertain="resend")

    await stand.turn(courier, HOUR)
    await stand.turn(courier)

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_killed_after_planning_nothing_is_lost(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    await stand.courier("dead").plan()

    heir = stand.courier("heir")
    assert await heir.recover() == 0
    await stand.turn(heir)

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_killed_with_claims_in_hand_others_take_them_when_the_lease_is_over(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    dead = stand.courier("dead")
    await dead.plan()
    assert len(await dead._fencing.claim(10, stand.now)) == 1

    heir = stand.courier("heir", alone=False)
    await heir.recover()
    await stand.turn(heir)
    assert stand.telegram.arrived == []
    await stand.turn(heir, timedelta(seconds=91))

    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_killed_with_claims_in_hand_the_only_sender_goes_on_at_once(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    dead = stand.courier("dead")
    await dead.plan()
    await dead._fencing.claim(10, stand.now)

    heir = stand.courier("heir")
    await heir.recover()
    await stand.turn(heir)

    assert stand.telegram.digests(ADA) == [["lora"]]


@pytest.mark.parametrize("arrived", [False, True])
async def test_killed_while_sending_it_is_parked_never_doubled(stand: Newsstand, arrived: bool) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    dead = stand.courier("dead")
    await dead.plan()
    claimed = await dead._fencing.claim(10, stand.now)
    flying = await dead._fencing.put_in_the_air([claimed[0][0].id], stand.now)
    if arrived:
        await stand.telegram.write(_address(ADA), flying[claimed[0][0].id].view).send(Moment())

    heir = stand.courier("heir")
    assert await heir.recover() == 1
    await stand.turn(heir, HOUR)
    await stand.publish("next")
    await stand.turn(heir, DAY)

    assert stand.telegram.digests(ADA) == ([["lora"]] if arrived else []) + [["next"]]
    assert await stand.count(State.UNCERTAIN) == 1


async def test_a_late_sender_cannot_send_what_another_took_over(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    slow, quick = stand.courier("slow"), stand.courier("quick")
    await slow.plan()
    claimed = await slow._fencing.claim(10, stand.now)
    stand.now += timedelta(minutes=2)
    await quick.drain()

    assert await slow._fencing.put_in_the_air([claimed[0][0].id], stand.now) == {}
    assert stand.telegram.digests(ADA) == [["lora"]]


async def test_the_news_of_a_failed_digest_join_the_next(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish("first")
    stand.telegram.answers.extend([Refused("no"), Refused("no")])
    courier = stand.courier()
    await stand.turn(courier, HOUR)

    await stand.publish("second")
    await stand.turn(courier, DAY)

    assert stand.telegram.digests(ADA) == [["second", "first"]]
    assert await stand.states() == [State.FAILED, State.SENT]


async def test_many_pages_are_one_message_that_turns(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.publish(*(f"post{n}" for n in range(23)))
    await stand.turn(stand.courier(), HOUR)

    (letter,) = stand.telegram.arrived
    view = letter.view
    assert isinstance(view, digests.Digest)
    assert (len(view.items), view.total, view.pages) == (10, 23, 3)
    last = await digests.page_of(stand.db, view.delivery_id, chat_id=ADA, language="en", zone="UTC", page=2)
    assert last is not None
    assert [item.card.title for item in last.items] == ["post2", "post1", "post0"]
    assert (last.cadence, last.since) == ("daily", None)
    assert await digests.page_of(stand.db, view.delivery_id, chat_id=BOB, language="en", zone="UTC", page=2) is None


async def test_a_push_stays_a_push_when_its_page_turns(stand: Newsstand) -> None:
    await stand.follow(ADA, days=INSTANT)
    await stand.publish(*(f"post{n}" for n in range(12)))
    await stand.turn(stand.courier())
    await stand.turn(stand.courier(), 2 * MINUTE)

    (letter,) = stand.telegram.arrived
    assert isinstance(letter.view, digests.Digest)
    turned = await digests.page_of(stand.db, letter.view.delivery_id, chat_id=ADA, language="en", zone="UTC", page=1)

    assert turned is not None
    assert (turned.cadence, letter.view.cadence) == ("instant", "instant")


def _address(chat_id: int):  # type: ignore[no-untyped-def]
    from bot.services.ports import Address

    return Address(chat_id)


async def test_replicas_share_the_work_and_send_nothing_twice(stand: Newsstand) -> None:
    for chat in range(1, 41):
        await stand.follow(chat)
    await stand.publish("lora")
    stand.now += HOUR
    replicas = [stand.courier(name, alone=False, in_flight=8) for name in ("one", "two", "three")]
    await asyncio.gather(*(replica.plan() for replica in replicas))

    await asyncio.gather(*(replica.drain() for replica in replicas))

    assert [stand.telegram.digests(chat) for chat in range(1, 41)] == [[["lora"]]] * 40


async def test_told_to_stop_it_finishes_what_is_in_the_air_and_leaves_the_rest(stand: Newsstand) -> None:
    for chat in range(1, 11):
        await stand.follow(chat)
    await stand.publish("lora")
    stand.now += HOUR
    stand.telegram.gate = asyncio.Event()
    courier = stand.courier(in_flight=4)
    await courier.plan()
    draining = asyncio.create_task(courier.drain())
    while len(stand.telegram.tried) < 4:
        await asyncio.sleep(0.01)

    stopping = asyncio.create_task(courier.stop(timedelta(seconds=10)))
    await asyncio.sleep(0)
    stand.telegram.gate.set()
    await asyncio.gather(stopping, draining)
    assert await stand.count(State.SENT) == 4
    assert await stand.count(State.SENDING) == await stand.count(State.CLAIMED) == 0

    await stand.turn(stand.courier("next"))
    assert [stand.telegram.digests(chat) for chat in range(1, 11)] == [[["lora"]]] * 10


async def test_told_to_stop_while_a_send_hangs_it_stops_all_the_same_and_the_next_start_parks_it(
    stand: Newsstand,
) -> None:
    await stand.follow(ADA)
    await stand.publish("lora")
    stand.now += HOUR
    stand.telegram.gate = asyncio.Event()
    courier = stand.courier()
    await courier.plan()
    draining = asyncio.create_task(courier.drain())
    while not stand.telegram.tried:
        await asyncio.sleep(0.01)

    await courier.stop(timedelta(milliseconds=50))
    assert await stand.count(State.SENDING) == 1
    for task in [one.task for one in courier._flights if one.task] + [draining]:
        # As the end of the program does.
        task.cancel()
    stand.telegram.gate = None
    heir = stand.courier("heir")
    assert await heir.recover() == 1
    await stand.turn(heir, DAY)

    assert await stand.states() == [State.UNCERTAIN]
    assert len(stand.telegram.tried) == 1


async def test_who_unsubscribes_while_it_is_on_its_way_gets_no_more(stand: Newsstand) -> None:
    reader = await stand.follow(ADA)
    await stand.publish("lora")
    courier = stand.courier()
    stand.now += HOUR
    await courier.plan()

    await subscribing.end_all(stand.db, reader.id)
    await courier.drain()

    assert stand.telegram.tried == []


async def test_old_digests_are_forgotten_and_uncertain_ones_are_not(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.follow(BOB)
    await stand.publish("lora")
    stand.telegram.of_chat[BOB] = Unknown("time-out")
    courier = stand.courier()
    await stand.turn(courier, HOUR)

    stand.now += 40 * DAY
    await courier.tidy()

    assert await stand.states() == [State.UNCERTAIN]

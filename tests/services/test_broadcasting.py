"""A text to subscribers arrives once, beside digests, whatever Telegram answers; on both databases."""

from datetime import timedelta

import pytest

from bot.domain.delivery import State
from bot.domain.message import Entity, Text
from bot.domain.post import category_key
from bot.domain.subscription import INSTANT, Followed, Kind
from bot.services.delivery import broadcasting
from bot.services.delivery.broadcasting import Said
from bot.services.delivery.digests import Digest
from bot.services.operators import supervising
from bot.services.ports import NotSent, Unknown, Unreachable
from bot.storage.engine import Database
from tests.services.newsstand import Newsstand

ADMIN, ADA, BOB, GROUP = 1, 11, 12, -100
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NLP = Followed(Kind.CATEGORY, category_key("nlp"), "NLP")
CV = Followed(Kind.CATEGORY, category_key("cv"), "CV")
HELLO = Text(
    "Hello all",
    (Entity("bold", 0, 5), Entity("text_link", 6, 3, url="https://example.org/"), Entity("pre", 6, 3, language="py")),
)


@pytest.fixture
def stand(database: Database) -> Newsstand:
    return Newsstand(database)


async def sends(stand: Newsstand, text: Text = HELLO, *, aim: str = "") -> int | None:
    """Writes a text, aims it and says yes; gives to how many chats it goes."""
    begun = await broadcasting.begin(stand.db, ADMIN, text, language="en", now=stand.now)
    assert begun is not None
    draft = await broadcasting.look(stand.db, ADMIN, begun.broadcast.nonce, aim, language="en")
    assert draft is not None
    return await broadcasting.send(stand.db, ADMIN, draft, now=stand.now)


def heard(stand: Newsstand, chat_id: int) -> list[Text]:
    letters = [one for one in stand.telegram.arrived if one.address.chat_id == chat_id]
    return [one.view.text for one in letters if isinstance(one.view, Said)]


async def test_everybody_who_follows_something_hears_it_once_with_its_styles(stand: Newsstand) -> None:
    await stand.publish("old")
    await stand.follow(ADA, CV)
    await stand.follow(GROUP, NLP, thread=7)
    courier = stand.courier()

    assert await sends(stand) == 2
    await stand.turn(courier, MINUTE)
    await stand.turn(courier, HOUR)

    assert heard(stand, ADA) == heard(stand, GROUP) == [HELLO]
    assert [one.address.thread_id for one in stand.telegram.arrived if one.address.chat_id == GROUP] == [7]


async def test_a_text_and_a_digest_that_are_due_together_both_arrive(stand: Newsstand) -> None:
    await stand.follow(ADA, days=INSTANT)
    await stand.publish("news")
    courier = stand.courier()
    await courier.plan()
    await sends(stand)
    stand.now += MINUTE

    await stand.turn(courier)
    # Of two to one chat the second waits until its claim is over.
    await stand.turn(courier, 2 * MINUTE)

    assert heard(stand, ADA) == [HELLO]
    assert stand.telegram.digests(ADA) == [["news"]]


async def test_a_second_yes_sends_nothing_more(stand: Newsstand) -> None:
    await stand.follow(ADA)
    draft = await broadcasting.begin(stand.db, ADMIN, HELLO, language="en", now=stand.now)
    assert draft is not None

    assert await broadcasting.send(stand.db, ADMIN, draft, now=stand.now) == 1
    assert await broadcasting.send(stand.db, ADMIN, draft, now=stand.now) is None
    await stand.turn(stand.courier(), MINUTE)

    assert heard(stand, ADA) == [HELLO]


async def test_two_texts_of_one_moment_both_arrive(stand: Newsstand) -> None:
    await stand.follow(ADA)

    await sends(stand)
    await sends(stand, Text("And again"))
    courier = stand.courier()
    await stand.turn(courier, MINUTE)
    await stand.turn(courier, 2 * MINUTE)

    assert sorted(one.text for one in heard(stand, ADA)) == ["And again", "Hello all"]


async def test_a_category_reaches_its_followers_and_those_of_everything(stand: Newsstand) -> None:
    await stand.publish("vision", category="CV")
    await stand.publish("words", category="NLP")
    await stand.follow(ADA, CV)
    await stand.follow(BOB, NLP)
    await stand.follow(GROUP)

    assert await sends(stand, aim=category_key("cv")) == 2
    await stand.turn(stand.courier(), MINUTE)

    assert heard(stand, ADA) == heard(stand, GROUP) == [HELLO]
    assert heard(stand, BOB) == []


async def test_one_that_may_not_have_arrived_is_sent_again_as_it_was_when_an_admin_says_so(stand: Newsstand) -> None:
    await stand.follow(ADA)
    stand.telegram.answers.append(Unknown("the line broke"))
    await sends(stand)
    courier = stand.courier()
    await stand.turn(courier, MINUTE)
    (doubtful,) = await supervising.uncertain(stand.db)
    assert (doubtful.chat_id, doubtful.posts) == (ADA, 0)

    await supervising.resend(stand.db, doubtful.delivery_id, by=ADMIN, now=stand.now)
    await stand.turn(courier, MINUTE)

    assert heard(stand, ADA) == [HELLO]
    assert await stand.count(State.UNCERTAIN) == 0


async def test_an_outage_delays_a_text_and_a_blocked_chat_is_left_out_of_the_next(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await stand.follow(BOB)
    stand.telegram.of_chat[BOB] = Unreachable("bot was blocked")
    stand.telegram.answers.append(NotSent("no route"))
    assert await sends(stand) == 2
    courier = stand.courier()

    for _ in range(3):
        await stand.turn(courier, MINUTE)

    assert heard(stand, ADA) == [HELLO]
    assert await sends(stand) == 1


async def test_a_text_does_not_count_as_a_digest(stand: Newsstand) -> None:
    await stand.follow(ADA)
    await sends(stand)
    courier = stand.courier()
    await stand.turn(courier, MINUTE)
    await stand.publish("news")

    await stand.turn(courier, HOUR)

    (digest,) = [one.view for one in stand.telegram.arrived if isinstance(one.view, Digest)]
    assert digest.since is None
    assert stand.telegram.digests(ADA) == [["news"]]

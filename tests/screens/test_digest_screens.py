"""Every screen of digests in both languages, at its largest, keeps Telegram's limits and leads somewhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.chat.callback_data import encode
from bot.content.problems import Code, problem
from bot.domain.digest_actions import ShowStatus
from bot.domain.message import MAX_ENTITIES, MAX_TEXT_UNITS, Screen, utf16_length
from bot.domain.preferences import Preferences
from bot.domain.subscription import Cadence, Followed, Kind, Subscriber, Subscription
from bot.screens import digest, privacy, status, subscription, when
from bot.screens.catalogue import words
from bot.screens.reader import Reader
from bot.screens.subscription import Following
from bot.services.delivery.digests import PAGE_SIZE, Digest, Item
from bot.services.operators.supervising import Supervision
from bot.services.readers.browsing import Card, Topic
from bot.services.readers.keeping import Kept
from bot.storage.operators.supervision import Followers, Uncertain

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
OWNER = 9_999_999_999
CADENCES = [Cadence(0, 0, ""), Cadence(127, 540, "Asia/Shanghai"), Cadence(0b101010, 1439, "Pacific/Auckland")]
LANGUAGES = ["zh", "en"]


def reader(language: str, *, private: bool = True) -> Reader:
    return Reader(words(language), "INCOMING TRANSMISSION", "heliograph_bot", private)


def subscriber(count: int, *, title: str = "LoRA：低秩适配") -> Subscriber:
    kinds = [Kind.CATEGORY, Kind.TAG, Kind.KEYWORD, Kind.ALL]
    followed = tuple(
        Subscription(
            10**9 + n, Followed(kinds[n % 4], f"key{n}", title * 5), CADENCES[n % 3], 0, NOW, NOW + timedelta(days=1)
        )
        for n in range(count)
    )
    return Subscriber(
        10**9, -(10**13), "supergroup", 7, "", "", "classic", None, False, False, None, False, NOW, OWNER, NOW, followed
    )


def item(number: int, *, title: str, excerpt: str) -> Item:
    card = Card(f"abcdefgh{number:02}", title, f"Category {number % 3}", f"c{number % 3}", NOW, 99, excerpt, "zh")
    return Item(card, updated=number % 2 == 0)


def page(title: str, excerpt: str, cadence: str = "daily") -> Digest:
    items = tuple(item(n, title=title, excerpt=excerpt) for n in range(PAGE_SIZE))
    return Digest(10**9, "en", "Asia/Shanghai", cadence, items, 999, 3, 100, NOW, 10**9)


def assert_fit(screen: Screen) -> None:
    assert 0 < utf16_length(screen.text) <= MAX_TEXT_UNITS
    assert len(screen.entities) <= MAX_ENTITIES
    assert sum(len(row) for row in screen.buttons) <= 100
    assert all(0 < len(row) <= 8 for row in screen.buttons)
    data = [encode(button.action, OWNER) for row in screen.buttons for button in row if button.action]
    assert all(len(one.encode()) <= 64 for one in data)
    assert all(button.label for row in screen.buttons for button in row)


@pytest.mark.parametrize(("language", "private"), list(product(LANGUAGES, [True, False])))
@pytest.mark.parametrize("title", ["LoRA：低秩适配", "🙂" * 500, "x" * 500])
def test_a_digest_of_any_titles_fits(language: str, private: bool, title: str) -> None:
    for cadence in ("instant", "daily", "weekly", "preview", "last"):
        assert_fit(digest.digest(reader(language, private=private), page(title, title * 3, cadence)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_numbers_its_posts_through_and_groups_them(language: str) -> None:
    shown = digest.digest(reader(language), replace(page("T", "E"), number=0, pages=1, total=10))

    assert [button.label for row in shown.buttons[:2] for button in row] == [str(n) for n in range(1, 11)]
    assert shown.text.count("Category 0") >= 1
    assert "\n10. " in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_what_is_followed_fits_however_much_it_is(language: str, count: int) -> None:
    topics = [Topic(f"k{n}", "机器学习与深度学习" * 3, 5) for n in range(40)]
    view = Following(subscriber(count), topics, "UTC", 10**9, 2, "信号" * 60)

    assert_fit(subscription.manage(reader(language), view, notice="…", offer_last=count > 0))
    assert_fit(subscription.summary(reader(language), view))
    assert_fit(subscription.each(reader(language), view))
    assert_fit(subscription.ask_end(reader(language), view))


@pytest.mark.parametrize("language", LANGUAGES)
def test_choosing_a_time_fits(language: str) -> None:
    who, only = 10**9, 10**9
    for cadence in CADENCES:
        assert_fit(when.how_often(reader(language), who=who, only=only, name="x", current=cadence, zone="UTC"))
    for first, half in product(range(-6, 30, 3), [True, False]):
        assert_fit(when.hours(reader(language), who=who, only=only, first=first, half=half))
    for chosen, weekly in product((0, 1, 127), [True, False]):
        assert_fit(when.days(reader(language), who=who, only=only, chosen=chosen, weekly=weekly))
    longest = ["America/Argentina/ComodRivadavia", "America/North_Dakota/New_Salem"]
    assert_fit(when.zones(reader(language), who=who, now=NOW, offered=longest))
    assert_fit(when.zones(reader(language), who=who, now=NOW))


def test_days_are_said_as_people_say_them() -> None:
    from bot.screens.times import days_of

    said = [days_of(words("en"), days) for days in (127, 0b11111, 1, 0b100001)]
    gesagt = [days_of(words("zh"), days) for days in (127, 0b11111, 1, 0b100001)]

    assert said == ["Every day", "Monday to Friday", "Every Monday", "Mon, Sat"]
    assert gesagt == ["每天", "周一至周五", "每周一", "周一、周六"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_status_fits_when_everything_is_wrong(language: str) -> None:
    by_all = {"instant": 1000, "daily": 2000, "some_days": 3000}
    view = Supervision(
        posts={"p": 9999, "d": 12, "s": 3, "w": 4}, next_post=NOW, last_sync=NOW, folder_problem="x" * 900,
        strangers=tuple(problem(Code.FOLDER_UNMARKED, f"replica-{n}:/content" * 9) for n in range(3)),
        problems=tuple(problem(Code.FILE_UNREADABLE, "目录/" * 40, n, reason="w" * 400) for n in range(4)),
        problem_count=99, held_pushes=12, held_withdrawals=40,
        followers={"instant": 1, "daily": 2, "some_days": 3},
        topics=tuple(Followers(kind, "NLP" * 50, by_all) for kind in ("all", *["category"] * 2, "tag", "keyword")),
        topic_count=40,
        waiting=3, ended={"sent": 412, "failed": 2}, causes=(("c" * 500, 2),) * 5,
        retrying=(("r" * 500, 2),) * 5, paused=(("p" * 200, 3),) * 9,
        uncertain=tuple(Uncertain(10**9, -(10**13), 1, 3, "z" * 300, NOW) for _ in range(5)), uncertain_count=7,
        database="PostgreSQL 17.2", database_bytes=10**12,
    )  # fmt: skip

    program = status.Program("1.0.0.dev1", timedelta(days=400))

    assert_fit(status.status(reader(language), view, program, zone="Asia/Shanghai", notice="…"))
    assert_fit(status.ask_withdraw(reader(language), 12))
    assert_fit(privacy.privacy(reader(language), Preferences("", "classic", known=True), Kept(3, "UTC", True, True)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_that_is_followed_fits_in_pages(language: str) -> None:
    by_all = {"instant": 1000, "daily": 2000, "some_days": 3000}
    topics = [Followers("keyword", "长" * 50, by_all)] * 20

    shown = status.followed(reader(language), topics, 1, 3)

    assert_fit(shown)
    assert [button.action for row in shown.buttons for button in row] == [ShowStatus(1), ShowStatus(3), ShowStatus()]

"""The whole bot against the local server: people follow, posts appear, digests arrive once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import Heliograph, open_app
from bot.sandbox import acting, membership
from bot.sandbox.faults import Fault, flood_control
from bot.sandbox.server import TOKEN, SandboxServer
from bot.sandbox.world import Person
from bot.services.readers import preferences
from bot.settings import load

ANN, BOB, LIN = 7001, 7002, 7003
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
POST = "---\ntitle: {title}\ndate: 2026-11-19\ncategories: [{category}]\n---\n\nWords about {title}.\n"


@dataclass
class House:
    """The bot, its folder, its clock, and the Telegram it lives in."""

    app: Heliograph
    server: SandboxServer
    content: Path
    clock: "Clock"
    said: dict[int, int] = field(default_factory=dict)

    def texts(self, chat_id: int) -> list[str]:
        """What the bot has said in a chat."""
        messages = self.server.world.chats[chat_id].messages.values()
        return [
            str(message.content.get("text", "")) for message in messages if message.from_id == self.server.world.bot.id
        ]

    def digests(self, chat_id: int) -> list[str]:
        return [text for text in self.texts(chat_id) if text.startswith("INCOMING TRANSMISSION · ")]

    async def say(self, who: int, text: str, *, chat: int | None = None, **extra: Any) -> str:
        """Write to the bot and wait for its answer."""
        chat = who if chat is None else chat
        before = len(self.texts(chat)) if chat in self.server.world.chats else 0
        acting.say(self.server.world, chat, who, text, **extra)
        await until(lambda: chat in self.server.world.chats and len(self.texts(chat)) > before)
        return self.texts(chat)[-1]

    async def tap(self, who: int, label: str, *, chat: int | None = None) -> None:
        """Tap the newest button that says so and wait until the bot has answered the tap."""
        chat = who if chat is None else chat
        message_id, row, column = self._button(chat, label)
        outcome = acting.tap(self.server.world, chat, who, message_id, row=row, column=column)
        query = self.server.world.callbacks[outcome["callback_query_id"]]
        await until(lambda: query.answer is not None)

    def _button(self, chat: int, label: str) -> tuple[int, int, int]:
        for message in reversed(self.server.world.chats[chat].messages.values()):
            for row, buttons in enumerate((message.reply_markup or {}).get("inline_keyboard", ())):
                for column, button in enumerate(buttons):
                    if button["text"] == label:
                        return message.message_id, row, column
        raise AssertionError(f"no button says {label}")

    async def labels(self, chat: int) -> list[str]:
        """The buttons of the bot's newest message."""
        newest = [one for one in self.server.world.chats[chat].messages.values() if one.reply_markup][-1]
        rows = (newest.reply_markup or {}).get("inline_keyboard", ())
        return [button["text"] for row in rows for button in row]

    async def publish(self, name: str, *, category: str = "Large Model") -> None:
        (self.content / f"{name}.md").write_text(POST.format(title=name, category=category))
        await self.app.shelving.sync()

    async def turn(self, by: timedelta = timedelta(0)) -> None:
        """Let time pass, then publish, plan and send what is due."""
        self.clock.moment += by
        await self.app.turn_due()
        await self.app.courier.drain()


@dataclass
class Clock:
    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def served(app: Heliograph) -> AsyncIterator[None]:
    """Answers people; digests are turned by hand."""
    stop = asyncio.Event()
    receiving = asyncio.create_task(app.receiver.run(stop))
    try:
        yield
    finally:
        stop.set()
        await receiving


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    content = tmp_path / "content"
    content.mkdir()
    for name, category in (("attention", "Large Model"), ("tokens", "NLP"), ("pixels", "Computer Vision")):
        (content / f"{name}.md").write_text(POST.format(title=name, category=category))
    clock = Clock()
    async with SandboxServer() as server:
        for id_, name in ((ANN, "Ann"), (BOB, "Bob")):
            server.world.add_person(Person(id_, name, language_code="en", started=True))
        settings = load(
            {}, env_file=None, token=TOKEN, api_url=server.base_url, content=content, data=tmp_path / "data",
            timezone="UTC", admins=frozenset({BOB}), sends_per_second=1000, chat_sends_per_second=30,
        )  # fmt: skip
        async with open_app(settings, clock=clock) as app, served(app):
            yield House(app, server, content, clock)


async def test_a_follower_gets_what_appeared_at_nine_and_once(house: House) -> None:
    await house.say(ANN, "/subscribe")
    await house.tap(ANN, "Large Model")
    await house.publish("rope")
    await house.publish("bpe", category="NLP")

    await house.turn(timedelta(minutes=59))
    assert house.digests(ANN) == []
    await house.turn(timedelta(minutes=1))
    await house.turn(timedelta(minutes=1))
    await house.turn(timedelta(days=1))

    assert len(house.digests(ANN)) == 1
    assert "rope" in house.digests(ANN)[0]
    assert "bpe" not in house.digests(ANN)[0]
    assert "attention" not in house.digests(ANN)[0]


async def test_every_choice_is_kept_and_shown_in_local_time(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.tap(ANN, "When…")
    await house.tap(ANN, "Monday to Friday")
    await house.tap(ANN, "07:00")
    await house.tap(ANN, "Somewhere else…")

    shown = await house.say(ANN, "成都")

    assert "Times are now those of Shanghai, where it is 16:00." in shown
    assert "Following NLP\nMonday to Friday at 07:00 · Shanghai" in shown
    assert "Next: Mon 2026-11-23, 07:00" in shown
    assert "Quiet: off" in await house.labels(ANN)


async def test_a_location_says_the_zone(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.tap(ANN, "When…")
    await house.tap(ANN, "Time zone…")
    await house.tap(ANN, "Somewhere else…")
    before = len(house.texts(ANN))

    acting.write(house.server.world, ANN, ANN, {"location": {"latitude": -33.45, "longitude": -70.67}})
    await until(lambda: len(house.texts(ANN)) > before)

    assert "Times are now those of Santiago, where it is 05:00." in house.texts(ANN)[-1]


async def test_a_time_to_the_minute_is_typed(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.tap(ANN, "When…")
    await house.tap(ANN, "Another time…")
    assert "✓ 09:00" in await house.labels(ANN)
    await house.tap(ANN, "To the minute…")

    assert "no time of day" in await house.say(ANN, "soon")
    asked = await house.say(ANN, "7:45 pm")
    await house.tap(ANN, "London 08:00")

    assert asked.startswith("Where are you?")
    assert "Every day at 19:45 · London" in await house.say(ANN, "/subscriptions")


async def test_a_zone_that_nobody_chose_is_pointed_out_until_one_is_chosen(house: House) -> None:
    assert "every day at 09:00 (UTC)" in await house.say(ANN, "/subscribe")
    await house.tap(ANN, "Everything")
    assert "Times are UTC. Elsewhere? Tap Time zone…" in house.texts(ANN)[-1]

    await house.tap(ANN, "Time zone…")
    await house.tap(ANN, "London 08:00")

    assert "Every day at 09:00 · London" in house.texts(ANN)[-1]
    assert "Elsewhere?" not in house.texts(ANN)[-1]


async def test_the_rhythm_that_holds_is_marked(house: House) -> None:
    await house.say(ANN, "/subscribe everything")

    await house.tap(ANN, "When…")

    assert "✓ Every day" in await house.labels(ANN)
    await house.tap(ANN, "Monday to Friday")
    await house.tap(ANN, "‹ Back")
    assert "✓ Monday to Friday" in await house.labels(ANN)


async def test_a_post_of_nine_is_in_the_digest_of_nine(house: House) -> None:
    await house.say(ANN, "/subscribe everything")
    (house.content / "rope.md").write_text("---\ntitle: rope\ndate: 2026-11-20 09:00\n---\n\nWords.\n")
    await house.app.shelving.sync()

    await house.turn(timedelta(hours=1))

    assert "rope" in house.digests(ANN)[-1]


async def test_a_tag_or_everything_is_followed_by_name(house: House) -> None:
    (house.content / "rope.md").write_text("---\ntitle: rope\ndate: 2026-11-19\ntags: [Positions]\n---\n\nWords.\n")
    await house.app.shelving.sync()

    assert "Now following #Positions." in await house.say(ANN, "/subscribe #positions")
    assert "Following #Positions and everything" in await house.say(ANN, "/subscribe everything")
    assert "There is no tag #nothing." in await house.say(ANN, "/subscribe #nothing")
    assert "You no longer follow everything." in await house.say(ANN, "/unsubscribe Everything")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["You no longer follow #Positions.", "You no longer follow “rope”.", "You no longer follow everything."],
        ),
        ("zh-hans", ["已退订“#Positions”。", "已退订“rope”。", "已退订“全部文章”。"]),
    ],
)
async def test_what_ends_is_called_as_it_was_when_it_began(house: House, language: str, said: list[str]) -> None:
    (house.content / "rope.md").write_text("---\ntitle: rope\ndate: 2026-11-19\ntags: [Positions]\n---\n\nWords.\n")
    await house.app.shelving.sync()
    house.server.world.people[ANN].language_code = language
    names = ["#positions", '"rope"', "everything"]
    began = [await house.say(ANN, f"/subscribe {name}") for name in names]

    ended = [await house.say(ANN, f"/unsubscribe {name}") for name in names]

    assert [text.partition("\n")[0] for text in ended] == said
    assert ("“#Positions”" if language == "zh-hans" else " #Positions.") in began[0]


@pytest.mark.parametrize(
    ("language", "button", "nothing", "comes"),
    [
        ("en", "Even if nothing: off", "Nothing new since you subscribed.", "Next: Fri 2026-11-20, 09:00"),
        ("zh-hans", "没有更新也通知：关", "订阅以来没有新文章。", "下次：2026-11-20 周五 09:00"),
    ],
)
async def test_digest_and_subscriptions_tell_the_same_of_the_next_one(
    house: House, language: str, button: str, nothing: str, comes: str
) -> None:
    house.server.world.people[ANN].language_code = language
    await house.say(ANN, "/subscribe NLP")
    only_news = (await house.say(ANN, "/digest")).splitlines()
    await house.say(ANN, "/subscriptions")
    await house.tap(ANN, button)

    always = (await house.say(ANN, "/digest")).splitlines()
    screen = (await house.say(ANN, "/subscriptions")).splitlines()

    assert only_news[0] == always[0] == nothing
    assert always[1] == comes
    assert comes in screen
    assert only_news[1].startswith(comes)
    assert only_news[1] != comes


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Nothing new since the last digest."), ("zh-hans", "上次推送之后没有新文章。")]
)
async def test_a_last_digest_is_spoken_of_when_there_was_one(house: House, language: str, said: str) -> None:
    house.server.world.people[ANN].language_code = language
    await house.say(ANN, "/subscribe NLP")
    await house.publish("bpe", category="NLP")
    await house.turn(timedelta(hours=1))

    assert (await house.say(ANN, "/digest")).startswith(said)


@pytest.mark.parametrize(
    ("language", "labels", "said"),
    [
        ("en", ("When…", "As it happens"), "Nothing new: what you follow comes as it happens."),
        ("zh-hans", ("推送时间…", "即时推送"), "没有待推送的文章：新文章一发布就会推送。"),
    ],
)
async def test_what_comes_as_it_happens_has_no_last_digest(
    house: House, language: str, labels: tuple[str, str], said: str
) -> None:
    house.server.world.people[ANN].language_code = language
    await house.say(ANN, "/subscribe NLP")
    for label in labels:
        await house.tap(ANN, label)

    assert await house.say(ANN, "/digest") == said


async def test_what_is_followed_is_named_in_the_readers_language(house: House) -> None:
    section = "---\ntitle: Algorithm\ntitle_zh: 算法\n---\n"
    (house.content / "algorithm").mkdir()
    (house.content / "algorithm" / "_index.md").write_text(section)
    (house.content / "algorithm" / "sorting.md").write_text("---\ntitle: sorting\ndate: 2026-11-19\n---\n\nWords.\n")
    await house.app.shelving.sync()
    house.server.world.people[ANN].language_code = "zh-hans"
    assert "已订阅“算法”。" in await house.say(ANN, "/subscribe algorithm")

    house.server.world.people[ANN].language_code = "en"

    assert "Following Algorithm" in await house.say(ANN, "/subscriptions")


async def test_a_place_nobody_knows_is_asked_again_and_cancel_ends_it(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.tap(ANN, "When…")
    await house.tap(ANN, "Time zone…")
    await house.tap(ANN, "Somewhere else…")

    assert "do not know that place" in await house.say(ANN, "Atlantis")
    assert await house.say(ANN, "/cancel") == "Stopped. Nothing was changed."
    assert "Nothing is being asked" in await house.say(ANN, "/cancel")


async def test_a_question_is_forgotten_after_a_while(house: House) -> None:
    await house.say(ANN, "/subscribe")
    await house.tap(ANN, "Keywords…")
    house.clock.moment += timedelta(minutes=11)

    assert "“lora”" not in await house.say(ANN, "lora") or "in the digest" not in house.texts(ANN)[-1]
    assert "Nothing is followed here yet" in await house.say(ANN, "/subscriptions")


async def test_a_keyword_brings_posts_that_hold_it(house: House) -> None:
    await house.say(ANN, "/subscribe")
    await house.tap(ANN, "Keywords…")
    assert "Posts with “Speculative”" in await house.say(ANN, "Speculative")
    await house.publish("speculative decoding", category="NLP")
    await house.publish("beam search", category="NLP")

    await house.turn(timedelta(hours=1))

    assert "speculative decoding" in house.digests(ANN)[0]
    assert "beam search" not in house.digests(ANN)[0]


@pytest.mark.parametrize("typed", ['"beam search"', "“beam search”", "「beam search」", "”Beam  Search“"])
async def test_words_in_quotes_are_a_keyword(house: House, typed: str) -> None:
    followed = await house.say(ANN, f"/subscribe {typed}")
    again = await house.say(ANN, f"/subscribe {typed}")
    ended = await house.say(ANN, f"/unsubscribe {typed}")

    assert followed.lower().startswith("posts with “beam search” will be in the digest.")
    assert again.lower().startswith("you follow “beam search” already.")
    assert ended.lower().startswith("you no longer follow “beam search”.")


async def test_a_keyword_that_is_called_like_a_category_is_told_apart_by_its_quotes(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.say(ANN, '/subscribe "NLP"')

    ended = await house.say(ANN, '/unsubscribe "nlp"')

    assert "Following NLP" in ended
    assert "You no longer follow NLP." in await house.say(ANN, "/unsubscribe NLP")


async def test_a_name_that_is_none_says_how_to_follow_the_words(house: House) -> None:
    house.server.world.people[ANN].language_code = "zh-hans"
    chinese = await house.say(ANN, "/subscribe 扩散模型")
    house.server.world.people[ANN].language_code = "en"

    assert chinese.startswith('没有名为“扩散模型”的分类。\n想关注含有这些字的文章，请发送 /subscribe "扩散模型"')
    english = await house.say(ANN, "/subscribe diffusion models")
    assert english.startswith(
        'There is no category “diffusion models”.\nFor posts with these words, send /subscribe "diffusion models"'
    )
    refused = await house.say(ANN, f'/subscribe "{"x" * 41}"')
    assert refused.startswith("That does not work as a keyword: write a word or phrase of 40 characters at most.")
    assert "does not work as a keyword" in await house.say(ANN, '/subscribe ""')


async def test_one_tap_under_a_post_follows_its_category(house: House) -> None:
    await house.say(ANN, "/latest")
    await house.tap(ANN, "1")
    label = next(label for label in await house.labels(ANN) if label.startswith("Follow "))
    await house.tap(ANN, label)

    assert f"Now following {label.removeprefix('Follow ')}." in house.texts(ANN)[-1]
    await house.tap(ANN, "Send the last five now")
    assert house.texts(ANN)[-1].startswith("The last posts")


async def test_digest_shows_what_comes_without_consuming_it(house: House) -> None:
    assert "no digest" in await house.say(ANN, "/digest")
    await house.say(ANN, "/subscribe large model")
    assert "Nothing new" in await house.say(ANN, "/digest")
    await house.publish("rope")

    assert "rope" in await house.say(ANN, "/digest")
    assert "rope" in await house.say(ANN, "/digest")
    await house.turn(timedelta(hours=1))

    assert sum("daily digest" in text for text in house.digests(ANN)) == 1
    await house.tap(ANN, "1")
    assert "Words about rope." in house.texts(ANN)[-1]


async def test_unsubscribe_ends_one_and_end_all_asks_once(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.say(ANN, "/subscribe Computer Vision")
    assert "You no longer follow NLP." in await house.say(ANN, "/unsubscribe nlp")
    await house.tap(ANN, "End all")
    assert "End 1 subscription" in house.texts(ANN)[-1]
    await house.tap(ANN, "End all")

    assert "Nothing is followed here yet." in house.texts(ANN)[-1]
    await house.publish("clip", category="Computer Vision")
    await house.turn(timedelta(days=1))
    assert house.digests(ANN) == []


async def test_blocked_chats_pause_and_start_resumes(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    membership.set_blocked(house.server.world, ANN, True)
    await house.publish("bpe", category="NLP")
    await house.turn(timedelta(hours=1))
    await house.publish("sampling", category="NLP")
    await house.turn(timedelta(days=1))
    assert house.digests(ANN) == []

    membership.set_blocked(house.server.world, ANN, False)
    await house.say(ANN, "/start")
    await house.turn(timedelta(days=1))

    assert "bpe" in house.digests(ANN)[0]
    assert "sampling" in house.digests(ANN)[0]


async def test_forget_erases_everything_after_one_question(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    assert "1 subscription" in await house.say(ANN, "/privacy")
    await house.say(ANN, "/forget")
    await house.tap(ANN, "‹ Back")
    assert "1 subscription" in house.texts(ANN)[-1]
    await house.tap(ANN, "Erase everything…")
    await house.tap(ANN, "Erase")

    assert "Erased." in house.texts(ANN)[-1]
    assert "Nothing is kept about this chat." in await house.say(ANN, "/privacy")


@pytest.mark.parametrize(
    ("language", "chosen", "rest"),
    [
        (
            "en",
            "the language: as in Telegram",
            [
                "1 subscription",
                "which digests were sent in the last 30 days, so that none comes twice",
                "your latest searches, offered again under /search",
            ],
        ),
        (
            "zh-hans",
            "语言：跟随 Telegram",
            ["1 项订阅", "最近 30 天发过哪些推送，以免重复发送", "最近的搜索，供 /search 再次使用"],
        ),
    ],
)
async def test_privacy_lists_only_what_there_is(house: House, language: str, chosen: str, rest: list[str]) -> None:
    def listed(text: str) -> list[str]:
        return [line.removeprefix("· ") for line in text.splitlines() if line.startswith("· ")]

    house.server.world.people[ANN].language_code = language
    await house.say(ANN, "/subscribe NLP")
    assert listed(await house.say(ANN, "/privacy")) == [chosen, rest[0]]
    await house.say(ANN, "/unsubscribe NLP")
    assert listed(await house.say(ANN, "/privacy")) == [chosen]

    await house.say(ANN, "/subscribe NLP")
    await house.publish("bpe", category="NLP")
    await house.turn(timedelta(hours=1))
    await house.say(ANN, "attention")

    assert listed(await house.say(ANN, "/privacy")) == [chosen, *rest]


async def test_a_groups_admin_subscribes_it_and_members_are_told_no(house: House) -> None:
    group = membership.create_chat(
        house.server.world, "supergroup", "Readers", ANN, member_ids=(BOB,), bot_status="member"
    )
    await until(lambda: house.texts(group.id) != [])

    refused = await house.say(BOB, "/subscribe NLP", chat=group.id)
    shown = await house.say(ANN, "/subscribe NLP", chat=group.id)
    await house.publish("bpe", category="NLP")
    await house.turn(timedelta(hours=1))

    assert refused == "Only this group’s admins change its settings."
    assert "Following NLP" in shown
    assert "bpe" in house.digests(group.id)[0]


async def test_a_topic_of_a_forum_has_a_digest_of_its_own(house: House) -> None:
    world = house.server.world
    forum = membership.create_chat(world, "supergroup", "Forum", ANN, is_forum=True, bot_status="administrator")
    await until(lambda: house.texts(forum.id) != [])
    topic = membership.add_topic(world, forum, "News", ANN)
    await house.say(ANN, "/subscribe NLP", chat=forum.id, thread_id=topic.thread_id)
    await house.publish("bpe", category="NLP")

    await house.turn(timedelta(hours=1))

    shown = await house.say(ANN, "/subscriptions", chat=forum.id, thread_id=topic.thread_id)
    assert shown.startswith("This topic’s digest\nFollowing NLP")
    (sent,) = [one for one in forum.messages.values() if "daily digest" in str(one.content.get("text"))]
    assert sent.thread_id == topic.thread_id


async def test_a_channel_is_looked_after_from_the_private_chat(house: House) -> None:
    world = house.server.world
    channel = membership.create_chat(
        world, "channel", "Signal", ANN, username="signal_posts", bot_status="administrator",
        bot_rights={"can_post_messages": True},
    )  # fmt: skip
    assert "cannot look after" in await house.say(BOB, "/subscribe @signal_posts")

    assert "The digest of Signal" in await house.say(ANN, "/subscribe @signal_posts")
    await house.tap(ANN, "NLP")
    await house.publish("bpe", category="NLP")
    await house.turn(timedelta(hours=1))

    assert "bpe" in house.digests(channel.id)[0]
    assert house.digests(ANN) == []
    assert "The digest of Signal\nFollowing NLP" in await house.say(ANN, "/subscriptions @signal_posts")


async def test_a_channels_digest_is_changed_by_typing_too(house: House) -> None:
    world = house.server.world
    membership.create_chat(
        world, "channel", "Signal", ANN, username="signal_posts", bot_status="administrator",
        bot_rights={"can_post_messages": True},
    )  # fmt: skip

    followed = await house.say(ANN, "/subscribe @signal_posts  NLP")
    unknown = await house.say(ANN, "/subscribe @signal_posts Nonsense")
    ended = await house.say(ANN, "/unsubscribe @signal_posts NLP")

    assert followed.startswith("Now following NLP.\n\nThe digest of Signal\nFollowing NLP")
    assert unknown.startswith("There is no category “Nonsense”.")
    assert 'send /subscribe @signal_posts "Nonsense"' in unknown
    assert ended.startswith("You no longer follow NLP.\n\nThe digest of Signal\nNothing is followed here yet.")
    assert "I cannot look after @signal_posts for you" in await house.say(BOB, "/unsubscribe @signal_posts NLP")


async def test_who_follows_nothing_any_more_is_told_the_zone_that_was_chosen(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.tap(ANN, "Time zone…")
    await house.tap(ANN, "Berlin 09:00")

    assert "every day at 09:00 (Berlin) until" in await house.say(ANN, "/unsubscribe NLP")


async def test_a_group_that_became_a_supergroup_keeps_its_digest(house: House) -> None:
    group = membership.create_chat(house.server.world, "group", "Readers", ANN, bot_status="member")
    await until(lambda: house.texts(group.id) != [])
    await house.say(ANN, "/subscribe NLP", chat=group.id)
    await house.publish("bpe", category="NLP")
    bigger = membership.migrate(house.server.world, group)

    await house.turn(timedelta(hours=1))
    await house.turn()

    assert len(house.digests(bigger.id)) == 1


async def test_a_groups_admins_are_told_by_its_name_that_the_bot_may_not_write_there(house: House) -> None:
    world = house.server.world
    world.add_person(Person(LIN, "Lin", language_code="zh-hans", started=True))
    await house.say(LIN, "/subscribe NLP")
    group = membership.create_chat(world, "supergroup", "Reading group", ANN, bot_status="member")
    await until(lambda: house.texts(group.id) != [])
    membership.place(world, group, LIN, "administrator", by=ANN)
    await house.say(ANN, "/subscribe Large Model", chat=group.id)
    membership.place(world, group, world.bot.id, "restricted", permissions={"can_send_messages": False}, by=ANN)
    await house.publish("rope")

    await house.turn(timedelta(hours=2))
    # Still without the right: that is no reason to try, and to tell of it, anew.
    membership.place(world, group, world.bot.id, "restricted", permissions={"can_invite_users": True}, by=ANN)
    await house.tap(ANN, "When…", chat=group.id)
    await house.publish("alibi")
    await house.turn(timedelta(days=1))

    told = [text for text in house.texts(ANN) if "any more" in text]
    assert len(told) == 1
    assert told[0].startswith("I may not write in “Reading group” any more.")
    in_chinese = [text for text in house.texts(LIN) if "没有发消息的权限" in text]
    assert len(in_chinese) == 1
    assert in_chinese[0].startswith("我在“Reading group”里")

    membership.place(world, group, world.bot.id, "member", by=ANN)
    await house.say(ANN, "/help", chat=group.id)
    await house.turn(timedelta(days=1))

    (digest,) = house.digests(group.id)
    assert "rope" in digest
    assert "alibi" in digest


async def test_who_closed_the_topic_is_told_that_and_not_of_rights(house: House) -> None:
    world = house.server.world
    forum = membership.create_chat(world, "supergroup", "Forum", ANN, is_forum=True, bot_status="member")
    await until(lambda: house.texts(forum.id) != [])
    topic = membership.add_topic(world, forum, "News", ANN)
    await house.say(ANN, "/subscribe NLP", chat=forum.id, thread_id=topic.thread_id)
    await house.say(ANN, "/help")
    membership.close_topic(world, forum, topic.thread_id, ANN)
    await house.publish("bpe", category="NLP")

    await house.turn(timedelta(hours=1))

    (told,) = [text for text in house.texts(ANN) if "no post is lost" in text]
    assert told.startswith("The topic of “Forum” that I send posts to is closed. Open it again")


async def test_a_topic_that_is_opened_again_gets_what_it_missed(house: House) -> None:
    world = house.server.world
    forum = membership.create_chat(world, "supergroup", "Forum", ANN, is_forum=True, bot_status="member")
    await until(lambda: house.texts(forum.id) != [])
    topic = membership.add_topic(world, forum, "News", ANN)
    await house.say(ANN, "/subscribe NLP", chat=forum.id, thread_id=topic.thread_id)
    await house.tap(ANN, "When…", chat=forum.id)
    await house.tap(ANN, "As it happens", chat=forum.id)
    membership.close_topic(world, forum, topic.thread_id, ANN)
    await house.publish("bpe", category="NLP")
    await house.turn()
    await house.turn(timedelta(minutes=2))
    assert house.digests(forum.id) == []

    membership.close_topic(world, forum, topic.thread_id, ANN, closed=False)
    # What happens in one chat is handled in order: once this is answered, the bot knows of the topic.
    await house.say(ANN, "/help", chat=forum.id)
    await house.turn(timedelta(minutes=2))

    (digest,) = house.digests(forum.id)
    assert "bpe" in digest


async def test_a_digest_of_chosen_days_is_not_called_daily(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.tap(ANN, "When…")
    await house.tap(ANN, "Monday to Friday")
    await house.publish("bpe", category="NLP")

    await house.turn(timedelta(days=3, hours=1))

    assert house.digests(ANN)[0].startswith("INCOMING TRANSMISSION · digest\n")


async def test_flood_control_delays_and_loses_nothing(house: House) -> None:
    for who in (ANN, BOB):
        await house.say(who, "/subscribe NLP")
    await house.publish("bpe", category="NLP")
    house.server.world.faults.add(flood_control(1, method="sendMessage"))

    await house.turn(timedelta(hours=1))
    await asyncio.sleep(1.1)
    await house.turn(timedelta(seconds=2))

    assert [len(house.digests(who)) for who in (ANN, BOB)] == [1, 1]


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        (Fault("drop", method="sendMessage", applied=True), 1),
        (Fault("drop", method="sendMessage"), 0),
        (Fault("html", method="sendMessage", code=502, applied=True), 1),
    ],
    ids=["cut after it arrived", "cut before", "bad gateway"],
)
async def test_what_may_have_arrived_waits_for_an_admin(house: House, fault: Fault, arrived: int) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.publish("bpe", category="NLP")
    house.server.world.faults.add(fault)
    await house.turn(timedelta(hours=1))
    await house.turn(timedelta(hours=1))

    status = await house.say(BOB, "/status")
    assert "1 thing needs you" in status
    assert f"to chat {ANN} may not have arrived" in status
    await house.tap(BOB, "Resend 1")
    await house.turn(timedelta(minutes=1))

    assert len(house.digests(ANN)) == arrived + 1
    assert "All well" in await house.say(BOB, "/status")


async def test_status_is_for_admins_alone(house: House) -> None:
    assert (
        await house.say(ANN, "/status") == "This is for the publication’s admins. /latest shows what there is to read."
    )


async def test_many_posts_at_once_are_pushed_only_when_an_admin_says_so(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    for number in range(11):
        (house.content / f"old{number}.md").write_text(POST.format(title=f"old {number}", category="NLP"))
    await house.app.shelving.sync()
    await house.turn(timedelta(hours=1))
    assert house.digests(ANN) == []

    assert "11 posts appeared at once" in await house.say(BOB, "/status")
    await house.tap(BOB, "Push them")
    await house.turn(timedelta(days=1))

    assert "11 new" in house.digests(ANN)[0]
    await house.tap(ANN, "Older ›")
    assert "11. " in house.texts(ANN)[-1]


async def test_a_digest_can_come_without_a_sound_and_when_nothing_is_new(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await house.tap(ANN, "Quiet: off")
    await house.tap(ANN, "Even if nothing: off")

    await house.turn(timedelta(hours=1))

    (sent,) = [
        one for one in house.server.world.chats[ANN].messages.values() if "daily digest" in str(one.content.get("text"))
    ]
    assert sent.silent
    assert "Nothing new this time." in str(sent.content["text"])


async def test_a_rich_digest_that_telegram_refuses_comes_with_its_buttons_all_the_same(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await preferences.choose_form(house.app.courier.db, ANN, "rich", kind="private", now=NOW)
    await house.publish("bpe", category="NLP")
    # What a server answers that does not know the method.
    unknown = Fault("error", method="sendRichMessage", code=404, description="Not Found", times=None)
    house.server.world.faults.add(unknown)

    await house.turn(timedelta(hours=1))

    assert "daily digest" in house.texts(ANN)[-1]
    await house.tap(ANN, "1")
    assert house.texts(ANN)[-1].startswith("bpe")


async def test_a_chat_that_chose_rich_messages_gets_its_digest_so(house: House) -> None:
    await house.say(ANN, "/subscribe NLP")
    await preferences.choose_form(house.app.courier.db, ANN, "rich", kind="private", now=NOW)
    await house.publish("bpe", category="NLP")

    await house.turn(timedelta(hours=1))

    (sent,) = [one for one in house.server.world.chats[ANN].messages.values() if "rich_message" in one.content]
    assert "bpe" in str(sent.content["rich_message"])
    await house.tap(ANN, "Manage digest")
    assert "Following NLP" in house.texts(ANN)[-1]

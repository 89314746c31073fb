"""In groups and forums: commands by name, one reader a list, posts in private, answers in their topic."""

import pytest

from bot.domain.post import post_key
from bot.sandbox import acting, membership
from tests.chat.publication import Publication, keys_of, urls_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("command", ["/latest", "/latest@heliograph_bot", "/latest@Heliograph_Bot"])
async def test_command_is_answered_with_and_without_the_bots_name(publication: Publication, command: str) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))

    await here.says(command)

    assert "Latest updates" in here.text


async def test_answer_replies_to_who_asked(publication: Publication) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))
    here.writes("/latest")

    await publication.until(lambda: "Latest updates" in here.text)

    asked = [message for message in here.chat.messages.values() if message.content.get("text") == "/latest"]
    assert here.screen.reply_to == asked[0].message_id


async def test_command_for_another_bot_is_left_alone(publication: Publication) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))

    await here.leaves_silence_after("/latest@weather_bot")


@pytest.mark.parametrize("text", ["what a day", "/frobnicate", "I read latest posts"])
async def test_talk_in_a_group_is_left_alone(publication: Publication, text: str) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    # As an administrator the bot hears everything.
    membership.place(publication.world, group, publication.bot_id, "administrator", by=ada.id)

    await ada.into(group).leaves_silence_after(text)


async def test_unknown_command_that_names_the_bot_is_answered(publication: Publication) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))

    await here.says("/frobnicate@heliograph_bot")

    assert here.text == "I do not know /frobnicate@heliograph_bot. /help shows what I can do."


async def test_posts_of_a_list_open_in_private(publication: Publication) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))

    screen = await here.says("/latest")

    assert keys_of(screen)[0] == ["Read 1", "Read 2", "Read 3"]
    assert urls_of(screen)[1] == f"https://t.me/heliograph_bot?start={post_key('attention')}"


async def test_post_by_link_shows_its_card_and_not_its_text_in_a_group(publication: Publication) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))

    screen = await here.says(f"/start@heliograph_bot {post_key('norm')}")

    assert here.text.startswith("Batch norm, at length\nLanguage · 2026-01-09")
    assert urls_of(screen) == [f"https://t.me/heliograph_bot?start={post_key('norm')}"]
    assert here.pictures == []


@pytest.mark.parametrize(
    ("language", "keywords", "how"),
    [("en", "Keywords…", "Answer by replying to this message."), ("zh", "关键词…", "请以回复这条消息的方式作答。")],
)
async def test_question_of_a_tap_opens_the_reply_field_of_who_tapped(
    publication: Publication, language: str, keywords: str, how: str
) -> None:
    ada = publication.guest(language)
    group = await publication.group(ada)
    here = ada.into(group)
    screen = await here.says("/subscribe")

    await here.taps(keywords)

    assert here.text.endswith(how)
    assert here.screen.reply_markup is not None
    assert here.screen.reply_markup["force_reply"]
    assert here.screen.reply_to == screen.reply_to
    assert group.messages[here.screen.reply_to or 0].from_id == ada.id
    acting.say(publication.world, group.id, ada.id, "attention", reply_to=here.screen.message_id)
    await publication.until(lambda: "attention" in here.text)


async def test_an_anonymous_admin_calls_off_what_was_asked(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    membership.place(publication.world, group, ada.id, "creator", by=ada.id, is_anonymous=True)
    here = ada.into(group)
    await here.says("/subscribe")
    await here.taps("Keywords…")

    await here.says("/cancel")
    assert here.text == "Stopped. Nothing was changed."
    await here.says("/cancel")
    assert here.text.startswith("Nothing is being asked right now.")


async def test_only_the_asker_turns_the_pages(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    group = await publication.group(ada, bob)
    await ada.into(group).says("/latest")
    page = ada.into(group).text

    toast = await bob.into(group).taps("Older ›")
    assert toast["text"] == "These buttons are for whoever asked. Send the same command yourself to get your own."
    assert toast["show_alert"]
    assert ada.into(group).text == page
    await ada.into(group).taps("Older ›")

    assert "2/3" in ada.into(group).text


async def test_turned_page_still_belongs_to_the_asker(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    group = await publication.group(ada, bob)
    await ada.into(group).says("/latest")
    await ada.into(group).taps("Older ›")

    await bob.into(group).taps("‹ Newer")

    assert "2/3" in bob.into(group).text


async def test_pages_asked_for_anonymously_can_be_turned_by_anybody(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    group = await publication.group(ada, bob, is_forum=True)
    membership.place(publication.world, group, ada.id, "administrator", by=ada.id, is_anonymous=True)
    await ada.into(group).says("/latest")

    await bob.into(group).taps("Older ›")

    assert "2/3" in bob.into(group).text


async def test_page_that_anybody_turned_can_still_be_turned_by_the_others(publication: Publication) -> None:
    ada, bob, cat = (publication.guest() for _ in range(3))
    group = await publication.group(ada, bob, cat, is_forum=True)
    membership.place(publication.world, group, ada.id, "administrator", by=ada.id, is_anonymous=True)
    await ada.into(group).says("/latest")
    await bob.into(group).taps("Older ›")

    await cat.into(group).taps("Older ›")

    assert "3/3" in cat.into(group).text


async def test_post_of_a_channel_is_no_question_in_the_group_that_discusses_it(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    command = {"text": "/latest", "entities": [{"type": "bot_command", "offset": 0, "length": 7}]}
    acting.write(publication.world, group.id, ada.id, command | {"is_automatic_forward": True})

    await ada.into(group).says("/help")

    assert len(ada.into(group).seen) == 2


async def test_anonymous_admins_of_one_group_use_up_nothing_of_anothers(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    groups = [await publication.group(ada), await publication.group(bob)]
    for group, owner in zip(groups, (ada, bob), strict=True):
        membership.place(publication.world, group, owner.id, "creator", by=owner.id, is_anonymous=True)
    for _ in range(14):
        ada.into(groups[0]).writes("/id")

    await bob.into(groups[1]).says("/latest")

    assert "Latest updates" in bob.into(groups[1]).text


async def test_answers_stay_in_their_topic(publication: Publication) -> None:
    ada = publication.guest()
    forum = await publication.group(ada, is_forum=True)
    topic = membership.add_topic(publication.world, forum, "Papers", ada.id)

    answer = await ada.into(forum, topic.thread_id).says("/latest")

    assert answer.thread_id == topic.thread_id


async def test_answers_in_general_stay_out_of_the_topics(publication: Publication) -> None:
    ada = publication.guest()
    forum = await publication.group(ada, is_forum=True)
    membership.add_topic(publication.world, forum, "Papers", ada.id)

    answer = await ada.into(forum).says("/latest")

    assert answer.thread_id is None


async def test_list_in_a_topic_turns_its_pages_there(publication: Publication) -> None:
    ada = publication.guest()
    forum = await publication.group(ada, is_forum=True)
    topic = membership.add_topic(publication.world, forum, "Papers", ada.id)
    here = ada.into(forum, topic.thread_id)
    asked = await here.says("/latest")

    await here.taps("Older ›")

    assert "2/3" in here.text
    assert here.screen.message_id == asked.message_id


async def test_tap_in_the_history_of_a_group_that_moved_is_answered_where_it_is_now(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    here = ada.into(group)
    await here.says("/latest")
    there = ada.into(membership.migrate(publication.world, group))
    publication.fail(
        "editMessageText",
        group.id,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=there.chat.id,
    )

    toast = await here.taps("Older ›")

    assert toast["text"] == ""
    assert "2/3" in there.text


async def test_command_is_answered_in_the_supergroup_that_its_group_became_meanwhile(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    publication.fail(
        "sendMessage",
        group.id,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=(
            there := membership.create_chat(publication.world, "supergroup", "Readers", ada.id, bot_status="member")
        ).id,
    )

    ada.into(group).writes("/latest")
    await publication.until(lambda: "Latest updates" in str([one.content for one in ada.into(there).seen]))


async def test_channel_posts_are_nobodys_questions(publication: Publication) -> None:
    ada = publication.guest()
    channel = membership.create_chat(
        publication.world,
        "channel",
        "News",
        ada.id,
        bot_status="administrator",
        bot_rights={"can_post_messages": True},
    )
    ada.into(channel).writes("/latest")

    await ada.says("/latest")

    assert ada.into(channel).seen == []


@pytest.mark.parametrize(
    ("language", "never", "said"),
    [
        ("en", ("Send any words here", "Tap a number", "kept about you"), "kept about this group"),
        ("zh", ("直接发送", "点数字", "保存了哪些信息"), "保存了本群的哪些信息"),
    ],
)
async def test_help_in_a_group_says_what_is_true_there(
    publication: Publication, language: str, never: tuple[str, ...], said: str
) -> None:
    ada = publication.guest(language)
    here = ada.into(await publication.group(ada))

    await here.says("/help")

    assert [words for words in never if words in here.text] == []
    assert said in here.text


@pytest.mark.parametrize(
    ("language", "label", "heading"),
    [("en", "Subscribe in private", "Your digest"), ("zh", "在私聊中订阅", "你的订阅")],
)
async def test_a_member_who_may_not_subscribe_the_group_is_led_to_their_own(
    publication: Publication, language: str, label: str, heading: str
) -> None:
    ada, bob = publication.guest(), publication.guest(language)
    here = bob.into(await publication.group(ada, bob))

    screen = await here.says("/subscribe")

    assert keys_of(screen) == [[label]]
    assert urls_of(screen) == ["https://t.me/heliograph_bot?start=subscribe"]
    await bob.says("/start subscribe")
    assert bob.text.startswith(heading)

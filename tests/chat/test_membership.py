"""Being added to a group and removed, blocked and unblocked."""

import logging

import pytest

from bot.sandbox import membership, render
from bot.sandbox.world import Member
from tests.chat.publication import TITLE, Publication

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("is_forum", [False, True])
async def test_group_is_greeted_once_and_shortly(publication: Publication, is_forum: bool) -> None:
    ada = publication.guest("en")
    here = ada.into(await publication.group(ada, is_forum=is_forum))

    await here.says("/help")

    greeting, answer = here.seen
    assert greeting.content["text"] == (
        f"I bring {TITLE} to this group. /latest shows the newest posts; they open in a private chat with me."
    )
    assert answer.content["text"].startswith("What I can do")


async def test_greeting_can_be_tapped_by_everybody(publication: Publication) -> None:
    ada, bob = publication.guest("en"), publication.guest("en")
    group = await publication.group(ada, bob)

    toast = await bob.into(group).taps("Latest")

    assert toast["text"] == ""
    assert "Latest updates" in ada.into(group).text


async def test_greeting_speaks_the_language_of_who_added_the_bot(publication: Publication) -> None:
    yu = publication.guest("zh-hans")

    here = yu.into(await publication.group(yu))

    assert here.text.startswith("我把 INCOMING TRANSMISSION 带到这个群。")


async def test_promotion_is_no_reason_to_greet_again(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    membership.place(publication.world, group, publication.bot_id, "administrator", by=ada.id)

    await ada.into(group).says("/help")

    assert len(ada.into(group).seen) == 2


async def test_bot_that_was_removed_stays_quiet_and_greets_when_it_is_back(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    here = ada.into(group)
    membership.place(publication.world, group, publication.bot_id, "left", by=ada.id)

    membership.place(publication.world, group, publication.bot_id, "member", by=ada.id)
    await publication.until(lambda: len(here.seen) == 2)

    assert [one.content["text"] for one in here.seen] == [here.text, here.text]


async def test_bot_that_left_while_it_was_restricted_is_not_there(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    here = ada.into(group)
    bot = publication.bot_id
    restricted = Member(bot, "restricted", is_member=False)
    membership.tell_of_member(publication.world, group, Member(bot, "member"), restricted, ada.id)

    membership.tell_of_member(publication.world, group, restricted, Member(bot, "member"), ada.id)
    await publication.until(lambda: len(here.seen) == 2)

    assert [one.content["text"] for one in here.seen] == [here.text, here.text]


async def test_channel_is_not_greeted(publication: Publication) -> None:
    ada = publication.guest()
    channel = membership.create_chat(publication.world, "channel", "News", ada.id, bot_status="administrator")

    await ada.says("/help")

    assert ada.into(channel).seen == []


async def test_reader_who_blocks_and_comes_back_finds_everything(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/settings")
    await ada.taps("中文")
    membership.set_blocked(publication.world, ada.id, True)

    membership.set_blocked(publication.world, ada.id, False)
    await ada.says("/start")

    assert "15 篇文章" in ada.text


async def test_restricted_bot_is_heard_of(publication: Publication, caplog: pytest.LogCaptureFixture) -> None:
    ada = publication.guest()
    group = await publication.group(ada)
    permissions = {"can_send_messages": True, "can_send_photos": True}
    membership.place(publication.world, group, publication.bot_id, "restricted", by=ada.id, permissions=permissions)

    await ada.into(group).says("/help")

    assert ada.into(group).text.startswith("What I can do")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_update_that_cannot_be_read_is_told_in_a_line_and_stops_nobody(
    publication: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    ada = publication.guest("en")
    me = {"user": render.user(publication.world.people[publication.bot_id])}
    unread = publication.world.updates.push(
        "my_chat_member",
        {
            "chat": {"id": ada.id, "type": "private"},
            "from": render.user(publication.world.people[ada.id]),
            "date": publication.world.clock.timestamp(),
            "old_chat_member": {**me, "status": "member"},
            "new_chat_member": {**me, "status": "restricted"},
        },
    )

    await ada.says("/help")

    assert ada.text.startswith("What I can do")
    told = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.exc_info for record in told] == [None]
    assert told[0].getMessage().startswith(f"Update {unread} (my_chat_member) is left out: it cannot be read: ")

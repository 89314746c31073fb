"""The folder changes, Telegram refuses, the bot restarts: what a reader has on screen goes on working."""

import sqlite3
from datetime import UTC, datetime

import pytest

from bot.sandbox.faults import flood_control
from tests.chat.posts import FORMULA, OTHER_FORMULA
from tests.chat.publication import Publication, marked

TWO_PAGES = f"First.\n\n$$\n{FORMULA}\n$$\n\n" + "So it goes on. " * 400 + f"\n\n$$\n{OTHER_FORMULA}\n$$\n\nThe end.\n"


async def test_withdrawn_post_says_so_and_offers_the_latest(own_publication: Publication) -> None:
    own_publication.post("here.md", "Here")
    own_publication.post("gone.md", "Gone soon", slug="gone")
    async with own_publication.running():
        ada = own_publication.guest()
        await ada.opens("gone")
        (own_publication.folder / "gone.md").unlink()
        await own_publication.sync()

        await ada.taps("Share")
        await ada.opens("gone")

    assert ada.text.startswith("This post is no longer here. These are the latest.")
    assert marked(ada.screen, "bold")[1:] == ["Here"]


async def test_button_of_a_post_that_was_withdrawn_leads_to_the_latest(own_publication: Publication) -> None:
    own_publication.post("here.md", "Here")
    own_publication.post("gone.md", "Gone soon", date="2026-01-10 09:00")
    async with own_publication.running():
        ada = own_publication.guest()
        await ada.says("/latest")
        (own_publication.folder / "gone.md").unlink()
        await own_publication.sync()

        await ada.taps("2")

    assert ada.text.startswith("This post is no longer here.")


async def test_empty_publication_says_so_and_breaks_nothing(own_publication: Publication) -> None:
    async with own_publication.running():
        ada = own_publication.guest()
        for command, said in {
            "/start": "No posts yet. Come back soon.",
            "/latest": "No posts yet. Come back soon.",
            "/categories": "There are no categories yet.",
            "/tags": "No post carries a tag yet.",
            "/random": "No posts yet. Come back soon.",
        }.items():
            await ada.says(command)
            assert said in ada.text


async def test_future_post_appears_when_its_time_comes_without_a_change_of_files(own_publication: Publication) -> None:
    own_publication.post("soon.md", "Soon", slug="soon", date="2026-01-12 09:00")
    async with own_publication.running():
        ada = own_publication.guest()
        await ada.opens("soon")
        assert "No posts yet" in ada.text

        own_publication.now = datetime(2026, 1, 12, 2, tzinfo=UTC)
        assert own_publication.app is not None
        await own_publication.app.shelving.turn_due()
        await ada.opens("soon")

    assert ada.text.startswith("Soon\n")


async def test_edit_of_an_open_post_is_seen_when_it_is_opened_again(own_publication: Publication) -> None:
    own_publication.post("a.md", "Draft one", "The first words.", slug="a")
    async with own_publication.running():
        ada = own_publication.guest()
        await ada.opens("a")

        own_publication.post("a.md", "Draft two", "The better words.", slug="a")
        await own_publication.sync()
        await ada.opens("a")

    assert "The better words." in ada.text


async def test_screens_from_before_a_restart_go_on_working(own_publication: Publication) -> None:
    own_publication.post("a.md", "Two pages", TWO_PAGES, slug="a")
    ada = own_publication.guest()
    async with own_publication.running():
        post = await ada.opens("a")
        before = await ada.pictures_after(1)

    async with own_publication.running():
        await ada.taps("›")
        after = await ada.pictures_after(1)
        await ada.taps("‹ Back")

    assert before[0].message_id != after[0].message_id
    assert ada.pictures == []
    assert [one.message_id for one in ada.seen] == [post.message_id]


async def test_what_was_said_while_the_bot_was_away_is_answered_once(own_publication: Publication) -> None:
    own_publication.post("a.md", "A post")
    ada = own_publication.guest()
    async with own_publication.running():
        await ada.says("/start")
    ada.writes("/latest")
    ada.writes("/id")

    async with own_publication.running():
        await own_publication.until(lambda: len(ada.seen) == 3)
    async with own_publication.running():
        await ada.says("/help")

    assert [one.content["text"].partition("\n")[0] for one in ada.seen] == [
        "INCOMING TRANSMISSION",
        "INCOMING TRANSMISSION",
        f"Your Telegram number is {ada.id}.",
        "What I can do",
    ]


async def test_choices_outlive_a_restart(own_publication: Publication) -> None:
    ada = own_publication.guest("en")
    async with own_publication.running():
        await ada.says("/settings")
        await ada.taps("中文")
        await ada.taps("富文本")

    async with own_publication.running():
        await ada.says("/settings")

    assert {"✓ 中文", "✓ 富文本"} <= set(ada.buttons)


async def test_pictures_are_not_uploaded_again_after_a_restart(own_publication: Publication) -> None:
    own_publication.post("a.md", "One formula", f"$$\n{FORMULA}\n$$", slug="a")
    ada, bob = own_publication.guest(), own_publication.guest()
    async with own_publication.running():
        await ada.opens("a")
        await ada.pictures_after(1)
    async with own_publication.running():
        await bob.opens("a")
        await bob.pictures_after(1)

    first, second = (own_publication.calls("sendPhoto", one.id)[-1].parameters["photo"] for one in (ada, bob))
    assert first.startswith("attach://")
    assert second == ada.pictures[0].content["photo"][-1]["file_id"]


async def test_album_that_telegram_refuses_becomes_text_on_the_page(own_publication: Publication) -> None:
    own_publication.post("a.md", "One formula", f"$$\n{FORMULA}\n$$", slug="a")
    async with own_publication.running():
        ada = own_publication.guest()
        own_publication.fail("sendPhoto", ada.id, description="Bad Request: PHOTO_INVALID_DIMENSIONS", times=None)

        await ada.opens("a")
        await own_publication.until(lambda: "\\sqrt" in ada.text)

    assert ada.pictures == []


async def test_flood_control_delays_an_answer_and_loses_none(own_publication: Publication) -> None:
    own_publication.post("a.md", "A post")
    async with own_publication.running():
        ada = own_publication.guest()
        own_publication.world.faults.add(flood_control(1, method="sendMessage"))

        await ada.says("/latest")

    assert marked(ada.screen, "bold")[1:] == ["A post"]
    assert [call.status for call in own_publication.calls("sendMessage", ada.id)] == [429, 200]


async def test_list_whose_message_is_gone_is_sent_anew(own_publication: Publication) -> None:
    for number in range(7):
        own_publication.post(f"{number}.md", f"Post {number}")
    async with own_publication.running():
        ada = own_publication.guest()
        await ada.says("/latest")
        own_publication.fail("editMessageText", ada.id, description="Bad Request: message to edit not found")

        await ada.taps("Older ›")

    assert "2/2" in ada.text
    assert len(ada.seen) == 2


async def test_fault_of_the_database_is_apologised_for_and_logged_with_the_update(
    own_publication: Publication, caplog: pytest.LogCaptureFixture
) -> None:
    own_publication.post("a.md", "A post")
    async with own_publication.running():
        ada, yu = own_publication.guest("en"), own_publication.guest("zh")
        with sqlite3.connect(own_publication.database_file) as database:
            database.execute("ALTER TABLE posts RENAME TO mislaid")

        await ada.says("/latest")
        await yu.says("/latest")
        with sqlite3.connect(own_publication.database_file) as database:
            database.execute("ALTER TABLE mislaid RENAME TO posts")
        await ada.says("/help")

    assert ada.seen[0].content["text"] == (
        "Something went wrong on my side. It is noted; please try again in a moment."
    )
    assert yu.text == "我这边出了点问题，已经记录下来，请稍后再试。"
    assert ada.text.startswith("What I can do")
    first = own_publication.world.updates.next_id - 3
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == [
        f"Update {first} failed",
        f"Update {first + 1} failed",
    ]


async def test_fault_behind_a_tap_is_told_in_its_answer(own_publication: Publication) -> None:
    own_publication.post("a.md", "A post")
    async with own_publication.running():
        ada = own_publication.guest()
        await ada.says("/start")
        said = ada.text
        with sqlite3.connect(own_publication.database_file) as database:
            database.execute("ALTER TABLE posts RENAME TO mislaid")

        toast = await ada.taps("Latest")

    assert toast["text"] == "Something went wrong on my side. It is noted; please try again in a moment."
    assert ada.text == said


async def test_no_traceback_and_no_token_reaches_a_reader(own_publication: Publication) -> None:
    own_publication.post("a.md", "A post")
    async with own_publication.running():
        ada = own_publication.guest()
        own_publication.fail("sendMessage", ada.id, code=500, description="Internal Server Error", kind="html")

        ada.writes("/latest")
        await ada.says("/help")

    everything = str([one.content for one in ada.seen])
    assert "Traceback" not in everything
    assert own_publication.server.token.partition(":")[2] not in everything

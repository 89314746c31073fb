"""Admins announce a post once more, or a text of their own: shown first, sent once, to those who follow something."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import acting
from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Guest, Publication, marked, new_publication, png, words_of
from tests.chat.uploads import sends


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    """A running publication whose first guest is the admin: posts in two categories."""
    template: Path = request.getfixturevalue("_migrated_sqlite")
    async with new_publication(tmp_path / "own", template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.post("nlp/lora.md", "LoRA", date="2026-01-01")
        made.post("nlp/moe.md", "MoE and LoRA", date="2026-01-02")
        made.post("vision/vit.md", "ViT", date="2026-01-03")
        async with made.running():
            yield made


async def follows(house: Publication, slug: str, category: str, language: str = "en") -> Guest:
    reader = house.guest(language)
    await reader.opens(slug)
    await reader.taps(next(label for label in reader.buttons if category in label))
    return reader


async def test_a_text_is_shown_first_and_reaches_every_subscriber_once(house: Publication) -> None:
    editor = house.guest()
    ada, bob, stranger = await follows(house, "lora", "nlp"), await follows(house, "vit", "vision"), house.guest()
    await stranger.says("/help")
    quiet = len(stranger.seen)

    await editor.says("/announce")
    assert editor.text.startswith("Send the text for your subscribers")
    acting.say(
        house.world,
        editor.chat.id,
        editor.id,
        "No posts next week.\n\nSee you!",
        entities=[{"type": "bold", "offset": 3, "length": 5}],
    )
    await house.until(lambda: editor.buttons == ["Send to 2 chats", "One category…", "Cancel"])
    assert editor.text == (
        "To 2 chats, all that subscribe. They will see:\n\nINCOMING TRANSMISSION\n\nNo posts next week.\n\nSee you!"
    )
    assert "No posts" not in ada.text
    send = editor.screen.reply_markup["inline_keyboard"][0][0]["callback_data"]  # type: ignore[index]

    await editor.taps("Send to 2 chats")

    assert editor.text == "On its way to 2 chats."
    for reader in (ada, bob):
        await house.until(lambda: "next week" in reader.text)  # noqa: B023
        assert reader.text == "INCOMING TRANSMISSION\n\nNo posts next week.\n\nSee you!"
        assert marked(reader.screen, "bold") == ["INCOMING TRANSMISSION", "posts"]
        assert reader.buttons == ["Manage digest"]
    assert (await editor.forges(send))["text"] == "This text was sent or dropped already."
    assert house.app is not None
    await house.app.courier.drain()
    assert [words_of(one) for one in ada.seen].count(ada.text) == 1
    assert len(stranger.seen) == quiet
    await editor.says("/log")
    assert "text to subscribers\nNo posts next week. See you!" in editor.text


async def test_styles_of_a_text_behind_the_command_reach_subscribers(house: Publication) -> None:
    editor, ada = house.guest(), await follows(house, "lora", "nlp")
    said = "/announce   😀 No posts next week,\nread the docs and run ls, Bob 👍  "
    at = [said.encode("utf-16-le").index(word.encode("utf-16-le")) // 2 for word in ("No", "docs", "ls", "Bob", "👍")]
    entities = [
        {"type": "underline", "offset": 0, "length": 17},
        {"type": "bold", "offset": at[0], "length": 8},
        {"type": "text_link", "offset": at[1], "length": 4, "url": "https://example.org/a?b=c"},
        {"type": "code", "offset": at[2], "length": 2},
        {
            "type": "text_mention",
            "offset": at[3],
            "length": 3,
            "user": {"id": 4242, "is_bot": False, "first_name": "B"},
        },
        {"type": "custom_emoji", "offset": at[4], "length": 2, "custom_emoji_id": "5368324170671202286"},
    ]

    acting.say(house.world, editor.chat.id, editor.id, said, entities=entities)
    await house.until(lambda: editor.seen)
    proof = {kind: marked(editor.screen, kind) for kind in ("bold", "underline", "text_link", "code")}
    await editor.taps("Send to 1 chat")
    await house.until(lambda: "next week" in ada.text)

    assert ada.text == "INCOMING TRANSMISSION\n\n😀 No posts next week,\nread the docs and run ls, Bob 👍"
    styled = {
        "bold": ["INCOMING TRANSMISSION", "No posts"],
        "underline": ["😀 No"],
        "text_link": ["docs"],
        "code": ["ls"],
    }
    assert proof == {kind: marked(ada.screen, kind) for kind in styled} == styled
    assert {one["type"] for one in ada.screen.content["entities"]} == {"bold", "underline", "text_link", "code"}
    await editor.says("/log")
    assert "\n😀 No posts next week, read the docs and run ls, Bob 👍\nby you" in editor.text
    assert marked(editor.screen, "code") == []


async def test_words_that_name_a_post_keep_their_styles_when_they_are_sent_as_a_text(house: Publication) -> None:
    editor, ada = house.guest(), await follows(house, "lora", "nlp")
    styled = [{"type": "italic", "offset": 10, "length": 4}]
    acting.say(house.world, editor.chat.id, editor.id, "/announce LoRA", entities=styled)
    await house.until(lambda: editor.seen)

    await editor.taps("Send these words instead")
    await editor.taps("Send to 1 chat")

    await house.until(lambda: marked(ada.screen, "italic") == ["LoRA"])


@pytest.mark.parametrize(("language", "said"), [("en", "Subscribers can be sent"), ("zh", "发给订阅者的只能是文字")])
async def test_a_picture_for_subscribers_is_declined_in_a_sentence(
    house: Publication, language: str, said: str
) -> None:
    editor = house.guest(language)

    assert (await sends(editor, "p.png", png(), kind="photo", caption="/announce Look")).startswith(said)
    await editor.says("/announce")
    assert (await sends(editor, "p.png", png(), kind="photo", caption="Look")).startswith(said)
    await editor.says("Look")

    assert editor.text.endswith("INCOMING TRANSMISSION\n\nLook")


async def test_a_place_on_the_map_is_no_text_and_no_keyword(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/announce")

    acting.write(house.world, editor.chat.id, editor.id, {"location": {"latitude": 59.9, "longitude": 10.7}})
    await house.until(lambda: editor.seen[1:])

    assert editor.text == "I read text only. Send a word to search for, or /help."


async def test_a_text_goes_to_the_followers_of_one_category(house: Publication) -> None:
    editor = house.guest("zh-hans")
    ada, bob = await follows(house, "lora", "nlp"), await follows(house, "vit", "vision", "zh-hans")

    await editor.says("/announce 下周停更\n我们二月再见")
    assert editor.text.startswith("发给全部 2 个订阅的聊天，他们会看到：")
    await editor.taps("只发给一个分类…")
    await editor.taps("vision")
    assert editor.text.startswith("发给会收到“vision”文章的 1 个聊天")
    await editor.taps("发给 1 个聊天")

    await house.until(lambda: "二月再见" in bob.text)
    assert bob.text == "INCOMING TRANSMISSION\n\n下周停更\n我们二月再见"
    assert "下周停更" not in ada.text


async def test_a_text_can_go_to_the_followers_of_any_of_many_categories(house: Publication) -> None:
    editor = house.guest()
    for number in range(14):
        house.post(f"section {number:02}/post.md", f"Post {number}")
    await house.sync()
    await editor.says("/announce Hello there")
    await editor.taps("One category…")
    first = editor.buttons

    await editor.taps("›")

    assert len(first) == 12 + 2
    assert {"nlp", "vision", *(f"section {number:02}" for number in range(14))} <= {*first, *editor.buttons}
    await editor.taps(editor.buttons[0])
    assert editor.buttons[0] == "All subscribers"


async def test_a_cancelled_text_is_not_sent(house: Publication) -> None:
    editor, ada = house.guest(), await follows(house, "lora", "nlp")
    await editor.says("/announce Never mind")
    send = editor.screen.reply_markup["inline_keyboard"][0][0]["callback_data"]  # type: ignore[index]

    await editor.taps("Cancel")

    assert editor.text == "Cancelled. Nothing was sent."
    await editor.forges(send)
    assert house.app is not None
    await house.app.courier.drain()
    assert "Never mind" not in ada.text


async def test_without_subscribers_there_is_nobody_to_send_to(house: Publication) -> None:
    editor = house.guest()

    await editor.says("/announce Hello there")

    assert editor.text.startswith("Nobody is subscribed who would get this now.")
    assert editor.buttons == ["One category…", "Cancel"]


async def test_words_that_name_a_post_may_be_sent_as_a_text_all_the_same(house: Publication) -> None:
    editor, _ = house.guest(), await follows(house, "lora", "nlp")

    await editor.says("/announce vit")
    assert editor.text == "Nobody follows “ViT” or anything in it, so there is nobody to announce it to."
    assert editor.buttons == ["‹ Back", "Send these words instead"]
    await editor.says("/announce lora")
    assert "1. MoE and LoRA" in editor.text
    assert "2. LoRA" in editor.text
    await editor.taps("Send these words instead")

    assert editor.text.endswith("INCOMING TRANSMISSION\n\nlora")
    assert editor.buttons[0] == "Send to 1 chat"


async def test_the_admin_is_told_once_how_many_got_a_text(house: Publication) -> None:
    editor = house.guest()
    ada, bob, cat = [await follows(house, "lora", "nlp") for _ in range(3)]
    house.fail("sendMessage", bob.chat.id, code=403, description="Forbidden: bot was blocked by the user")
    house.fail("sendMessage", cat.chat.id, kind="drop")
    await editor.says("/announce No posts next week")
    await editor.taps("Send to 3 chats")
    assert house.app is not None
    await house.until(lambda: "next week" in ada.text)
    await house.app.courier.drain()
    tell = next(one for one in house.app.chores if one.name == "tell of texts")

    await tell.run()
    await tell.run()

    said = [text for text in map(words_of, editor.seen) if text.startswith("“No posts next week”")]
    assert said == ["“No posts next week”: 1 chat got it, 1 could not be reached, 1 may have got it (see /status)."]


async def test_what_became_of_a_text_is_told_when_telegram_answers_again(house: Publication) -> None:
    editor, ada = house.guest(), await follows(house, "lora", "nlp")
    await editor.says("/announce No posts next week")
    await editor.taps("Send to 1 chat")
    await house.until(lambda: "next week" in ada.text)
    assert house.app is not None
    await house.app.courier.drain()
    tell = next(one for one in house.app.chores if one.name == "tell of texts")
    house.fail("sendMessage", editor.id, code=502)

    await tell.run()
    assert editor.text == "On its way to 1 chat."
    await tell.run()
    await tell.run()

    assert [words_of(one) for one in editor.seen][1:] == ["“No posts next week”: 1 chat got it."]


async def test_a_text_that_still_waits_is_told_of_after_a_day(house: Publication) -> None:
    editor, _ = house.guest("zh-hans"), await follows(house, "lora", "nlp")
    assert house.app is not None
    await house.app.courier.stop(timedelta(0))
    await editor.says("/announce 下周停更")
    await editor.taps("发给 1 个聊天")
    tell = next(one for one in house.app.chores if one.name == "tell of texts")
    await tell.run()
    assert editor.text == "正在发给 1 个聊天。"
    house.now += timedelta(days=1, minutes=1)

    await tell.run()

    assert editor.text == "“下周停更”：0 个聊天收到了，1 个还在等待。"


async def test_who_follows_a_word_of_a_post_counts_among_those_who_are_told(house: Publication) -> None:
    editor, reader = house.guest(), house.guest()
    await reader.says("/subscribe")
    await reader.taps("Keywords…")
    await reader.says("ViT")

    await editor.says("/announce vit")

    assert editor.text == "Announce “ViT” to 1 chat that follows it?"
    await editor.taps("Announce")
    await editor.taps("‹ Back")
    assert "Announced 2026-01-11 20:00: 0 chats were told, 1 is still to be." in editor.text


async def test_a_text_that_is_too_long_is_refused_in_a_sentence(house: Publication) -> None:
    editor = house.guest()

    await editor.says("/announce " + "word " * 750)

    assert editor.text.startswith("A text for subscribers has 1 to 3500 characters.")


async def test_readers_cannot_announce(house: Publication) -> None:
    house.guest()
    reader = await follows(house, "lora", "nlp")

    await reader.says("/announce Buy my things")

    assert reader.text.startswith("This is for the publication’s admins.")

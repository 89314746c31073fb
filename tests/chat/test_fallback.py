"""What is no command and no button of ours: words, files, forged taps, and too much at once."""

import pytest

from bot.sandbox import acting
from bot.sandbox.world import JsonObject
from tests.chat.publication import Guest, Publication, keys_of, png

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _sends(guest: Guest, kind: str, name: str, data: bytes) -> None:
    stored = guest.publication.world.files.add(kind, name, data, None)
    acting.send_file(guest.publication.world, guest.chat.id, guest.id, stored)
    await guest.publication.until(lambda: guest.seen)


@pytest.mark.parametrize(("language", "said"), [("en", "I do not know /frobnicate."), ("zh", "我不认识 /frobnicate。")])
async def test_unknown_command_gets_a_sentence_and_ways_on(publication: Publication, language: str, said: str) -> None:
    reader = publication.guest(language)

    screen = await reader.says("/frobnicate now")

    assert reader.text.startswith(said)
    assert len(keys_of(screen)[0]) == 2


async def test_long_unknown_command_is_not_repeated_whole(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("/" + "x" * 3000)

    assert len(ada.text) < 120


@pytest.mark.parametrize("text", ["attention", "注意力", "?", "\u202e desrever", "a" * 4000])
async def test_plain_words_are_never_met_with_silence(publication: Publication, text: str) -> None:
    ada = publication.guest()

    await ada.says(text)

    assert ada.text
    assert ada.buttons


@pytest.mark.parametrize(
    ("kind", "name", "data"), [("document", "notes.md", b"# Mine\n"), ("photo", "me.png", png())], ids=["file", "photo"]
)
async def test_file_of_a_stranger_is_declined_politely(
    publication: Publication, kind: str, name: str, data: bytes
) -> None:
    ada = publication.guest()

    await _sends(ada, kind, name, data)

    assert ada.text == "Files are for this publication’s admins. /latest shows what there is to read."


@pytest.mark.parametrize(
    "data",
    [
        "",
        "zzz",
        "r|../../etc/passwd",
        "r|aaaaaaaaaa|-99999999999999999999",
        "l|l..x",
        "l|q.w",
        "~",
        "h~???",
        "sl|" + "x" * 60,
        "\x00",
        "🦊",
    ],
)
async def test_forged_tap_is_answered_and_changes_nothing(publication: Publication, data: str) -> None:
    ada = publication.guest()
    await ada.says("/start")
    said, shown = ada.text, len(ada.seen)

    toast = await ada.forges(data)

    assert toast["text"] == "This button is out of date. /latest shows the newest posts."
    assert (ada.text, len(ada.seen)) == (said, shown)


@pytest.mark.parametrize("data", ["r", "r|aaaaaaaaaa", "o|aaaaaaaaaa", "sh|aaaaaaaaaa"])
async def test_tap_on_a_post_that_never_was_offers_the_latest(publication: Publication, data: str) -> None:
    ada = publication.guest()
    await ada.says("/start")

    await ada.forges(data)

    assert ada.text.startswith("This post is no longer here.")


@pytest.mark.parametrize(
    "data",
    [
        "r|{key}||zzzzzzzzzzzzzz|c.kkkkkkkkkk.99999|r",
        "o|{key}||zzzzzzzzzzzzzz|c.kkkkkkkkkk.99999",
        "d|0|9999999999999999",
    ],
)
async def test_forged_tap_makes_no_screen_whose_buttons_are_too_long(
    publication: Publication, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada = publication.guest()
    await ada.opens("norm")

    toast = await ada.forges(data.format(key=_key(ada)))

    assert toast["text"] == ""
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


@pytest.mark.parametrize("page", [-1, 9999999999999999])
async def test_page_that_does_not_exist_is_the_nearest_one(publication: Publication, page: int) -> None:
    ada = publication.guest()
    await ada.opens("attention")

    await ada.forges(f"r|{_key(ada)}|{page}")

    assert ada.text.startswith("Attention\n")


async def test_command_that_is_styled_with_what_follows_it_is_obeyed(publication: Publication) -> None:
    ada = publication.guest()

    acting.say(
        publication.world, ada.chat.id, ada.id, "/latest news", entities=[{"type": "bold", "offset": 0, "length": 12}]
    )
    await publication.until(lambda: ada.seen)

    assert "Latest updates" in ada.text


@pytest.mark.parametrize(
    "told",
    [
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {"from_attachment_menu": True}},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    ],
)
async def test_what_telegram_tells_of_a_chat_is_no_question(publication: Publication, told: JsonObject) -> None:
    ada = publication.guest()
    await ada.says("/start")

    acting.write(publication.world, ada.chat.id, ada.id, told)
    await ada.says("/help")

    assert len(ada.seen) == 2
    assert ada.text.startswith("What I can do")


async def test_edited_command_is_no_new_wish(publication: Publication) -> None:
    ada = publication.guest()
    said = ada.writes("/latest")
    await publication.until(lambda: ada.seen)

    acting.edit(publication.world, ada.chat.id, ada.id, said.message_id, "/help")
    await ada.says("/id")

    assert len(ada.seen) == 2


async def test_who_asks_too_much_is_told_once(publication: Publication) -> None:
    ada, bob = publication.guest(), publication.guest()
    await ada.says("/start")
    for _ in range(9):
        await ada.forges("n")

    for number in range(20):
        ada.writes(f"and another thing, the {number}th")
    await publication.until(lambda: ada.seen[1:])
    await bob.says("/id")

    assert [one.content["text"] for one in ada.seen[1:]] == ["That was a lot at once. I answer again in a few seconds."]


async def test_tap_too_many_is_answered_so_that_no_button_spins(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/start")
    world = publication.world

    asked = [acting.tap(world, ada.chat.id, ada.id, ada.screen.message_id, data="n") for _ in range(16)]
    queries = [world.callbacks[one["callback_query_id"]] for one in asked]
    await publication.until(lambda: all(query.answer is not None for query in queries))

    assert "a lot at once" in (queries[-1].answer or {})["text"]


def _key(guest: Guest) -> str:
    found = next(
        call for call in guest.publication.calls("sendMessage", guest.chat.id) if "reply_markup" in call.parameters
    )
    return found.parameters["reply_markup"].partition('"sh|')[2].partition('"')[0]


async def test_words_after_another_command_are_a_search_and_no_answer_to_an_old_question(
    publication: Publication,
) -> None:
    ada = publication.guest()
    await ada.says("/subscribe")
    await ada.taps("Keywords…")
    await ada.says("/latest")

    await ada.says("attention")

    assert ada.text.startswith("attention · ")


async def test_words_after_a_question_are_its_answer(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/subscribe")
    await ada.taps("Keywords…")

    await ada.says("attention")

    assert "✓ “attention”" in ada.buttons


@pytest.mark.parametrize("how", [{"code": 502, "kind": "html"}, {"code": 500, "description": "Internal Server Error"}])
async def test_trouble_of_telegrams_is_one_line_in_the_log_and_an_apology(
    publication: Publication, caplog: pytest.LogCaptureFixture, how: dict[str, object]
) -> None:
    ada = publication.guest()
    publication.fail("sendMessage", ada.chat.id, **how)

    await ada.says("/help")

    assert ada.text.startswith("Something went wrong on my side.")
    (told,) = [record for record in caplog.records if "failed" in record.getMessage()]
    assert told.exc_info is None
    assert told.getMessage().endswith(f"failed: the server answered {how['code']}")

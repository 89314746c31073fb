"""Sending, editing and deleting text: what Telegram keeps, cuts and refuses."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import acting, tdlib
from tests.sandbox.conftest import ANN, Client

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def buttons(*data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": item, "callback_data": item} for item in data]]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [("  hi \n", "hi"), ("a\tb", "a b"), ("a\r\nb", "a\nb"), ("a\u202eb\u2028c", "abc"), ("\n\nx", "x")],
)
async def test_text_is_trimmed_and_cleaned(client: Client, text: str, kept: str) -> None:
    assert (await client.ok("sendMessage", chat_id=ANN, text=text))["text"] == kept


async def test_entities_move_with_the_text_that_is_cut(client: Client) -> None:
    bold = {"type": "bold", "offset": 3, "length": 5}
    sent = await client.ok("sendMessage", chat_id=ANN, text="  \rbold   ", entities=[bold])
    assert (sent["text"], sent["entities"]) == ("bold", [{"type": "bold", "offset": 0, "length": 4}])


async def test_blanks_under_an_entity_stay_at_the_front(client: Client) -> None:
    code = {"type": "pre", "offset": 0, "length": 6}
    sent = await client.ok("sendMessage", chat_id=ANN, text="  code", entities=[code])
    assert (sent["text"], sent["entities"]) == ("  code", [code])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "message text is empty"),
        (" \n ", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("é" * 16385, "text is too long"),
    ],
)
async def test_text_of_a_wrong_length_is_refused(client: Client, text: str, reason: str) -> None:
    assert await client.refusal("sendMessage", chat_id=ANN, text=text) == f"Bad Request: {reason}"


async def test_length_counts_code_points_after_trimming(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="😀" * 4096 + "   ")
    assert len(sent["text"]) == 4096


async def test_the_rest_of_a_hundred_entities_is_dropped_styles_first(client: Client) -> None:
    text = "x" * 240
    styles = [{"type": "bold", "offset": 2 * n, "length": 1} for n in range(60)]
    codes = [{"type": "code", "offset": 120 + 2 * n, "length": 1} for n in range(60)]
    sent = await client.ok("sendMessage", chat_id=ANN, text=text, entities=styles + codes)
    kinds = [entity["type"] for entity in sent["entities"]]
    assert (len(kinds), kinds.count("code"), kinds.count("bold")) == (100, 60, 40)


@pytest.mark.parametrize(
    ("text", "entity", "reason"),
    [
        ("abc", {"type": "bold", "offset": 0, "length": 9}, "ends after the end of the text at UTF-16 offset 9"),
        ("abc", {"type": "bold", "offset": 7, "length": 1}, "entity begins after the end of the text"),
        ("a😀b", {"type": "bold", "offset": 2, "length": 1}, "entity begins in a middle of a UTF-16 symbol"),
        ("abc", {"type": "text_link", "offset": 0, "length": 1, "url": "notes/a"}, "Wrong HTTP URL"),
        ("abc", {"type": "text_link", "offset": 0, "length": 1, "url": "http://localhost/x"}, "Wrong HTTP URL"),
        ("abc", {"type": "fancy", "offset": 0, "length": 1}, "Unsupported type specified"),
        ("abc", {"type": "bold", "offset": 0, "length": 1, "colour": "red"}, "no colour of bold"),
    ],
)
@pytest.mark.usefixtures("judge")
async def test_wrong_entities_are_refused_by_name(
    client: Client, text: str, entity: dict[str, Any], reason: str
) -> None:
    assert reason in await client.refusal("sendMessage", chat_id=ANN, text=text, entities=[entity])


@pytest.fixture(params=["tdlib", "own"])
def judge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """TDLib judges, and then the check of our own, as on a machine where tdjson is not installed."""
    if request.param == "own":
        monkeypatch.setitem(sys.modules, "tdjson", None)
        tdlib._execute.cache_clear()
    elif not tdlib.installed():
        pytest.skip("tdjson is not installed")
    yield
    tdlib._execute.cache_clear()


@pytest.mark.usefixtures("judge")
async def test_links_and_commands_are_found_but_not_in_code(client: Client) -> None:
    code = {"type": "code", "offset": 0, "length": 6}
    text = "/start and /help or https://a.example/x, #tag"
    sent = await client.ok("sendMessage", chat_id=ANN, text=text, entities=[code])
    assert [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in sent["entities"]] == [
        ("code", "/start"),
        ("bot_command", "/help"),
        ("url", "https://a.example/x"),
        ("hashtag", "#tag"),
    ]


async def test_nothing_nests_in_code_and_quotes_do_not_nest(client: Client) -> None:
    entities = [
        {"type": "blockquote", "offset": 0, "length": 10},
        {"type": "blockquote", "offset": 2, "length": 3},
        {"type": "code", "offset": 2, "length": 4},
        {"type": "bold", "offset": 3, "length": 2},
    ]
    sent = await client.ok("sendMessage", chat_id=ANN, text="0123456789", entities=entities)
    assert [e["type"] for e in sent["entities"]] == ["blockquote", "code"]


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "a", "callback_data": "中" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "a", "url": "http://localhost:8080/"}, "URL 'http://localhost:8080/' is invalid: Wrong HTTP URL"),
        ({"text": "a", "callback_data": "x", "url": "https://a.example"}, "exactly one action"),
        ({"text": "a", "pay": True}, "knows no pay"),
    ],
)
async def test_a_wrong_button_is_refused(client: Client, button: dict[str, Any], reason: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert reason in await client.refusal("sendMessage", chat_id=ANN, text="x", reply_markup=markup)


async def test_callback_data_of_64_bytes_passes(client: Client) -> None:
    await client.ok("sendMessage", chat_id=ANN, text="x", reply_markup=buttons("中" * 21 + "a"))


async def test_a_row_is_cut_at_twelve_and_a_keyboard_over_ten_kilobytes_refused(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x", reply_markup=buttons(*map(str, range(20))))
    assert len(sent["reply_markup"]["inline_keyboard"][0]) == 12
    big = {"inline_keyboard": [[{"text": "x" * 200, "callback_data": "d"}] * 10] * 8}
    assert await client.refusal("sendMessage", chat_id=ANN, text="x", reply_markup=big) == (
        "Bad Request: reply markup is too long"
    )


async def test_a_reply_names_its_message_or_is_refused(client: Client) -> None:
    first = await client.ok("sendMessage", chat_id=ANN, text="first")
    reply = await client.ok(
        "sendMessage", chat_id=ANN, text="second", reply_parameters={"message_id": first["message_id"]}
    )
    missing = await client.refusal("sendMessage", chat_id=ANN, text="x", reply_parameters={"message_id": 999})
    lenient = await client.ok(
        "sendMessage", chat_id=ANN, text="x", reply_parameters={"message_id": 999, "allow_sending_without_reply": True}
    )
    assert reply["reply_to_message"]["text"] == "first"
    assert missing == "Bad Request: message to be replied not found"
    assert "reply_to_message" not in lenient


async def test_an_edit_changes_text_and_takes_the_keyboard_away(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="one", reply_markup=buttons("a"))
    edited = await client.ok("editMessageText", chat_id=ANN, message_id=sent["message_id"], text="two")
    assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("two", False, True)


async def test_an_edit_that_changes_nothing_is_refused(client: Client) -> None:
    bold = [{"type": "bold", "offset": 0, "length": 3}]
    sent = await client.ok("sendMessage", chat_id=ANN, text="one", entities=bold, reply_markup=buttons("a"))
    same = {"chat_id": ANN, "message_id": sent["message_id"], "text": " one"}
    shifted = [{"type": "bold", "offset": 1, "length": 3}]
    refused = await client.refusal("editMessageText", **same, entities=shifted, reply_markup=buttons("a"))
    keyboard = await client.refusal(
        "editMessageReplyMarkup", chat_id=ANN, message_id=sent["message_id"], reply_markup=buttons("a")
    )
    assert refused == keyboard == NOT_MODIFIED
    await client.ok("editMessageText", **same, entities=shifted, reply_markup=buttons("b"))
    await client.ok("editMessageText", **same, reply_markup=buttons("b"))


async def test_only_the_bots_own_messages_can_be_edited(client: Client) -> None:
    said = acting.say(client.server.world, ANN, ANN, "mine")
    target = {"chat_id": ANN, "text": "x"}
    assert await client.refusal("editMessageText", **target, message_id=said.message_id) == (
        "Bad Request: message can't be edited"
    )
    assert await client.refusal("editMessageText", **target, message_id=999) == (
        "Bad Request: message to edit not found"
    )


async def test_only_an_inline_keyboard_comes_with_an_edit(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="one")
    reason = await client.refusal(
        "editMessageText", chat_id=ANN, message_id=sent["message_id"], text="x", reply_markup={"force_reply": True}
    )
    assert reason == "Bad Request: inline keyboard expected"


async def test_deleting_works_for_two_days(client: Client) -> None:
    first = await client.ok("sendMessage", chat_id=ANN, text="one")
    second = await client.ok("sendMessage", chat_id=ANN, text="two")
    assert await client.ok("deleteMessage", chat_id=ANN, message_id=first["message_id"]) is True
    gone = await client.refusal("deleteMessage", chat_id=ANN, message_id=first["message_id"])
    client.server.world.clock.advance(timedelta(hours=49))
    late = await client.refusal("deleteMessage", chat_id=ANN, message_id=second["message_id"])
    assert (gone, late) == ("Bad Request: message to delete not found", "Bad Request: message can't be deleted")
    assert await client.ok("deleteMessages", chat_id=ANN, message_ids=[second["message_id"], 999]) is True
    history = await client.control("GET", f"chats/{ANN}/messages")
    assert [m["text"] for m in history["messages"]] == ["two"]


async def test_a_reply_keyboard_is_shown_to_people_and_not_to_the_bot(client: Client) -> None:
    keyboard = {"keyboard": [["Yes", {"text": "No"}]], "resize_keyboard": True}
    sent = await client.ok("sendMessage", chat_id=ANN, text="?", reply_markup=keyboard)
    assert "reply_markup" not in sent
    history = await client.control("GET", f"chats/{ANN}/messages")
    assert history["messages"][-1]["sandbox"]["keyboard"]["keyboard"] == [[{"text": "Yes"}, {"text": "No"}]]
    tapped = await client.control(
        "POST", f"chats/{ANN}/tap", **{"from": ANN, "message_id": sent["message_id"], "column": 1}
    )
    assert tapped["message"]["text"] == "No"


async def test_silence_and_protection_are_kept(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x", disable_notification=True, protect_content=True)
    seen = (await client.control("GET", f"chats/{ANN}/messages"))["messages"][-1]
    assert (sent["has_protected_content"], seen["sandbox"]["silent"]) == (True, True)


async def test_being_busy_is_shown(client: Client) -> None:
    assert await client.ok("sendChatAction", chat_id=ANN, action="typing") is True
    assert await client.refusal("sendChatAction", chat_id=ANN, action="dancing") == (
        "Bad Request: wrong parameter action in request"
    )

"""Inline mode: asking, answering, choosing, editing what was chosen."""

from typing import Any

import pytest

from bot.sandbox import inline, membership
from tests.sandbox.conftest import ANN, BOB, Client


def article(result_id: str = "1", **more: Any) -> dict[str, Any]:
    content = {"message_text": "card", "entities": [{"type": "bold", "offset": 0, "length": 4}]}
    return {"type": "article", "id": result_id, "title": "Card", "input_message_content": content, **more}


KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "d"}]]}


async def ask(client: Client, query: str = "attention") -> str:
    asked = await client.control("POST", "inline", **{"from": ANN, "query": query, "offset": "20"})
    return str(asked["inline_query_id"])


async def test_a_query_is_asked_answered_and_chosen(client: Client) -> None:
    query_id = await ask(client)
    (update,) = await client.updates()
    query = update["inline_query"]
    assert (query["id"], query["query"], query["offset"], query["from"]["id"]) == (query_id, "attention", "20", ANN)

    await client.ok(
        "answerInlineQuery", inline_query_id=query_id, results=[article()], is_personal=True, next_offset="40"
    )
    answer = (await client.control("GET", f"inline/{query_id}"))["answer"]
    assert (answer["results"], answer["next_offset"], answer["is_personal"]) == ([article()], "40", True)

    await client.control("POST", f"inline/{query_id}/choose", result_id="1", chat_id=ANN)
    message, chosen = await client.updates()
    assert message["message"]["via_bot"]["username"] == "heliograph_bot"
    assert (message["message"]["text"], message["message"]["entities"][0]["type"]) == ("card", "bold")
    assert chosen["chosen_inline_result"] == {
        "result_id": "1",
        "from": message["message"]["from"],
        "query": "attention",
    }


async def test_a_chosen_card_with_a_keyboard_can_be_tapped_and_edited_in_a_strange_chat(client: Client) -> None:
    strange = membership.create_chat(client.server.world, "supergroup", "Elsewhere", ANN)
    query_id = await ask(client)
    await client.ok("answerInlineQuery", inline_query_id=query_id, results=[article(reply_markup=KEYBOARD)])
    message = await client.control("POST", f"inline/{query_id}/choose", result_id="1", chat_id=strange.id)
    tap = {"from": ANN, "message_id": message["message_id"]}
    await client.control("POST", f"chats/{strange.id}/tap", **tap)
    _, chosen, tapped = await client.updates()
    inline_id = chosen["chosen_inline_result"]["inline_message_id"]
    assert tapped["callback_query"]["inline_message_id"] == inline_id
    assert "message" not in tapped["callback_query"]
    assert await client.ok("editMessageText", inline_message_id=inline_id, text="edited") is True
    assert (await client.control("GET", f"chats/{strange.id}/messages"))["messages"][-1]["text"] == "edited"


async def test_a_rich_result_becomes_a_rich_message(client: Client) -> None:
    blocks = [{"type": "paragraph", "text": "x"}]
    result = article(input_message_content={"rich_message": {"blocks": blocks}})
    query_id = await ask(client)
    await client.ok("answerInlineQuery", inline_query_id=query_id, results=[result])
    message = inline.choose(client.server.world, query_id, "1", ANN)
    assert message.content["rich_message"]["blocks"] == blocks


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ([article(str(n)) for n in range(51)], "too many inline query results specified"),
        ([article("1"), article("1")], "RESULT_ID_DUPLICATE"),
        ([article("x" * 65)], "RESULT_ID_INVALID"),
        ([{"type": "game", "id": "1"}], "knows no type game"),
        ([article(input_message_content=None)], "input message content is not specified"),
        ([article(input_message_content={"message_text": "x" * 4097})], "message is too long"),
        ([article(thumb_url="https://a.example")], "knows no thumb_url of article"),
    ],
)
async def test_wrong_results_are_refused(client: Client, results: Any, reason: str) -> None:
    query_id = await ask(client)
    assert reason in await client.refusal("answerInlineQuery", inline_query_id=query_id, results=results)


async def test_an_answer_comes_once_and_for_a_query_that_was_asked(client: Client) -> None:
    query_id = await ask(client)
    await client.ok("answerInlineQuery", inline_query_id=query_id, results=[])
    for late in (query_id, "999"):
        reason = await client.refusal("answerInlineQuery", inline_query_id=late, results=[])
        assert reason.startswith("Bad Request: query is too old")


async def test_a_person_cannot_choose_into_a_chat_of_another(client: Client) -> None:
    query_id = await ask(client)
    await client.ok("answerInlineQuery", inline_query_id=query_id, results=[article()])
    with pytest.raises(AssertionError, match="belongs to another person"):
        await client.control("POST", f"inline/{query_id}/choose", result_id="1", chat_id=BOB)

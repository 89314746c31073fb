"""Inline mode: posts as a person types in any chat, in their language and in the form of their setting."""

import asyncio
import contextlib
import sqlite3
from typing import Any

import pytest

from bot.domain.post import post_key
from bot.sandbox import inline
from bot.sandbox.faults import Fault
from bot.sandbox.world import Message
from bot.services.search.recalling import CHOSEN
from tests.chat.publication import DEADLINE, Guest, Publication, marked, urls_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def asks(guest: Guest, query: str, offset: str = "") -> dict[str, Any]:
    """What the bot answers; `id` is that of the query."""
    asked = inline.ask(guest.publication.world, guest.id, query, offset=offset)
    await guest.publication.until(lambda: asked.answer is not None)
    return {"id": asked.id, **(asked.answer or {})}


def titles(answer: dict[str, Any]) -> list[str]:
    return [one["title"] for one in answer["results"]]


def chosen(publication: Publication) -> int:
    """How many results were chosen, as the database keeps it."""
    with contextlib.closing(sqlite3.connect(publication.database_file)) as database:
        (times,) = database.execute("SELECT sum(times) FROM search_days WHERE name = ?", (CHOSEN,)).fetchone()
    return times or 0


def chooses(guest: Guest, answer: dict[str, Any], place: int = 0) -> Message:
    return inline.choose(guest.publication.world, answer["id"], answer["results"][place]["id"], guest.chat.id)


async def test_an_empty_query_gives_the_latest_posts_page_by_page(publication: Publication) -> None:
    ada = publication.guest()
    # With 15 posts there is a second page in the form that shows ten a page.
    await ada.says("/settings")
    await ada.taps("Rich")

    first = await asks(ada, "")
    rest = await asks(ada, "", first["next_offset"])

    assert titles(first)[:2] == ["Batch norm, at length", "Attention"]
    assert (len(titles(first)), first["next_offset"]) == (10, "10")
    assert titles(rest)
    assert not set(titles(first)) & set(titles(rest))
    assert not rest["next_offset"]


async def test_posts_come_while_a_word_is_typed(publication: Publication) -> None:
    ada = publication.guest()

    for typed in ("att", "atten", "attention", "category:Language atte"):
        assert titles(await asks(ada, typed))[0] == "Attention"


async def test_answers_are_for_one_person_and_soon_forgotten(publication: Publication) -> None:
    answer = await asks(publication.guest(), "attention")

    assert answer["is_personal"] is True
    assert 0 < answer["cache_time"] <= 300


async def test_a_reader_gets_cards_in_their_language(publication: Publication) -> None:
    answer = await asks(publication.guest("zh-hans"), "attention")

    assert titles(answer)[0] == "注意力机制"


async def test_a_chosen_card_names_the_post_and_links_to_it(publication: Publication) -> None:
    ada = publication.guest()

    message = chooses(ada, await asks(ada, "queries"))

    assert marked(message, "bold")[0] == "Attention"
    assert "queries" in marked(message, "bold")
    assert [url.partition("start=")[2] for url in urls_of(message)] == [post_key("attention")]


async def test_a_card_chosen_in_the_bots_own_chat_is_no_search(publication: Publication) -> None:
    ada = publication.guest()
    chooses(ada, await asks(ada, "attention"))

    await ada.says("/help")

    assert len(ada.seen) == 1


async def test_a_post_that_telegram_does_not_take_whole_is_offered_as_its_card(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/settings")
    await ada.taps("Rich")
    publication.world.faults.add(
        Fault("error", method="answerInlineQuery", contains='"blocks"', code=400, description="Bad Request: TOO_RICH")
    )

    answer = await asks(ada, "attention")

    assert titles(answer)[0] == "Attention"
    assert "rich_message" not in str(answer["results"])


async def test_a_reader_of_rich_posts_sends_the_post_itself(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/settings")
    await ada.taps("Rich")

    message = chooses(ada, await asks(ada, "attention"))

    assert "64" in str(message.content["rich_message"]["blocks"])


async def test_nothing_found_leads_into_the_bot(publication: Publication) -> None:
    ada = publication.guest()
    answer = await asks(ada, "zzzzqqqq")

    assert answer["results"] == []
    assert answer["button"]["start_parameter"] == "search"
    await ada.says("/start " + answer["button"]["start_parameter"])
    assert ada.text.startswith("What are you looking for?")


async def test_a_day_that_is_none_is_told_while_typing(publication: Publication) -> None:
    ada = publication.guest()

    alone = await asks(ada, "after:xx")
    beside = await asks(ada, "attention after:xx")

    assert (alone["results"], alone["button"]["text"]) == ([], "“after:xx” is no date; write after:2025-06")
    assert titles(beside)[0] == "Attention"
    assert beside["button"]["text"] == alone["button"]["text"]


@pytest.mark.parametrize("query", ["", "attention"])
async def test_past_the_last_result_there_is_nothing(publication: Publication, query: str) -> None:
    past = await asks(publication.guest(), query, "9000")

    assert (past["results"], past["next_offset"]) == ([], "")


async def test_chosen_results_are_counted(publication: Publication) -> None:
    ada = publication.guest()

    before = chosen(publication)
    chooses(ada, await asks(ada, "norm"))
    # Counting shows nothing in a chat, and need not be done before the next answer.
    async with asyncio.timeout(DEADLINE):
        while chosen(publication) == before:
            await asyncio.sleep(0.01)

    assert chosen(publication) == before + 1


@pytest.mark.parametrize("query", ['"', "NEAR(", "a*", "\\", "的", "👩\u200d👩", "x" * 256, "after:soon", "tag:"])
async def test_hostile_queries_are_answered(publication: Publication, query: str) -> None:
    assert "results" in await asks(publication.guest(), query)


@pytest.mark.parametrize("offset", ["-5", "x", "99999999", "1e3", "५"])
async def test_a_forged_offset_is_answered(publication: Publication, offset: str) -> None:
    assert "results" in await asks(publication.guest(), "attention", offset)

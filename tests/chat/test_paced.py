"""Which calls wait for a slot, and what happens to them when Telegram asks for silence."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.chat.attempts import attempt
from bot.chat.transport.paced import Cost, Paced, Turn, cost_of
from bot.chat.transport.pacing import Pacer, Priority
from bot.chat.transport.rates import Limits
from bot.chat.transport.request import MaybeReached, NotReached
from tests.chat.faketime import in_virtual_time

DIGEST = Turn(Priority.DIGEST)


class Wire:
    """Answers each call with the next of a script; None is success. Keeps the times of the calls."""

    def __init__(self, *script: TelegramError | None) -> None:
        self.script = list(script)
        self.pacer = Pacer(Limits(), asyncio.get_running_loop())
        self.paced = Paced(self.pacer)
        self.times: list[float] = []

    async def call(self, endpoint: str = "sendMessage", turn: Turn | None = None, **data: Any) -> object:
        return await self.paced.process_request(self._post, (endpoint,), {}, endpoint, {"chat_id": 1, **data}, turn)

    async def _post(self, endpoint: str) -> bool:
        self.times.append(round(asyncio.get_running_loop().time(), 3))
        failure = self.script.pop(0) if self.script else None
        if failure is not None:
            raise failure
        return True


@pytest.mark.parametrize(
    ("endpoint", "data", "cost"),
    [
        ("sendMessage", {"chat_id": 5}, Cost(5, 1)),
        ("sendRichMessage", {"chat_id": "-100"}, Cost(-100, 1)),
        ("sendPhoto", {"chat_id": "@News"}, Cost("@news", 1)),
        ("sendMediaGroup", {"chat_id": 5, "media": [1, 2, 3]}, Cost(5, 3)),
        ("editMessageText", {"chat_id": 5, "message_id": 1}, Cost(None, 1)),
        ("editMessageText", {"inline_message_id": "x"}, Cost(None, 1)),
        ("copyMessages", {"chat_id": 5, "message_ids": [1, 2]}, Cost(5, 2)),
        ("forwardMessage", {"chat_id": 5}, Cost(5, 1)),
        ("answerCallbackQuery", {"callback_query_id": "1"}, None),
        ("answerInlineQuery", {}, None),
        ("sendChatAction", {"chat_id": 5}, None),
        ("getChatMember", {"chat_id": 5}, None),
        ("editForumTopic", {"chat_id": 5}, None),
        ("setMyCommands", {}, None),
    ],
)
def test_call_counts_as_the_messages_it_makes(endpoint: str, data: dict[str, Any], cost: Cost | None) -> None:
    assert cost_of(endpoint, data) == cost


@in_virtual_time
async def test_messages_wait_for_their_slots_and_taps_are_answered_at_once() -> None:
    wire = Wire()
    await asyncio.gather(*(wire.call(chat_id=chat) for chat in range(1, 4)), wire.call("answerCallbackQuery"))
    assert sorted(wire.times) == [0, 0, 0.036, 0.071]


@in_virtual_time
async def test_answer_is_sent_again_after_the_named_wait() -> None:
    wire = Wire(RetryAfter(7))
    assert await wire.call()
    assert wire.times == [0, 7]


@in_virtual_time
async def test_flood_control_holds_every_other_send_too() -> None:
    wire = Wire(RetryAfter(7))
    first = asyncio.create_task(wire.call())
    await asyncio.sleep(0.1)
    await wire.call(chat_id=2)
    await first
    assert wire.times == [0, 7, 7.036]


@in_virtual_time
async def test_answer_is_given_up_when_the_wait_is_longer_than_anybody_waits() -> None:
    wire = Wire(RetryAfter(61))
    with pytest.raises(RetryAfter):
        await wire.call()
    assert wire.pacer.halted_for() == timedelta(seconds=61)


@in_virtual_time
async def test_answer_is_given_up_after_three_attempts() -> None:
    wire = Wire(*[RetryAfter(1)] * 9)
    with pytest.raises(RetryAfter):
        await wire.call()
    assert wire.times == [0, 1, 2]


@in_virtual_time
async def test_digest_is_told_of_flood_control_and_not_sent_again() -> None:
    wire = Wire(RetryAfter(7))
    with pytest.raises(RetryAfter):
        await wire.call(turn=DIGEST)
    await asyncio.sleep(3)
    with pytest.raises(RetryAfter) as caught:
        await wire.call(turn=DIGEST)
    assert wire.times == [0]
    assert caught.value.retry_after == timedelta(seconds=4)


@in_virtual_time
async def test_digest_whose_slot_is_taken_goes_at_once() -> None:
    wire = Wire()
    await wire.pacer.slot(1, Priority.DIGEST)
    await wire.call(turn=Turn(Priority.DIGEST, taken=True))
    assert wire.times == [0]


@in_virtual_time
async def test_answer_that_did_not_reach_telegram_is_sent_again() -> None:
    wire = Wire(NotReached("refused"), NotReached("refused"))
    assert await wire.call()
    assert wire.times == [0, 0.5, 1.5]


@pytest.mark.parametrize("failure", [MaybeReached("lost"), BadRequest("wrong")])
@in_virtual_time
async def test_what_may_have_been_sent_or_is_wrong_is_never_sent_again(failure: TelegramError) -> None:
    wire = Wire(failure)
    with pytest.raises(type(failure)):
        await wire.call()
    assert wire.times == [0]


@in_virtual_time
async def test_digest_that_did_not_reach_telegram_is_left_to_its_outbox() -> None:
    wire = Wire(NotReached("refused"))
    with pytest.raises(NotReached):
        await wire.call(turn=DIGEST)
    assert wire.times == [0]


@in_virtual_time
async def test_flood_control_of_a_setting_holds_no_message() -> None:
    wire = Wire(RetryAfter(86_400))
    with pytest.raises(RetryAfter):
        await wire.call("setMyName")
    await wire.call()
    assert wire.times == [0, 0]


@pytest.mark.parametrize(
    ("endpoint", "failure", "shown"),
    [
        ("sendMessage", None, True),
        ("editMessageText", None, True),
        ("sendMessage", MaybeReached("lost"), True),
        ("sendMessage", BadRequest("no"), False),
        ("answerCallbackQuery", None, False),
        ("sendChatAction", None, False),
        ("answerCallbackQuery", MaybeReached("lost"), False),
    ],
)
@in_virtual_time
async def test_an_attempt_knows_whether_anything_was_shown(
    endpoint: str, failure: TelegramError | None, shown: bool
) -> None:
    wire = Wire(failure)

    with attempt() as made, contextlib.suppress(TelegramError):
        await wire.call(endpoint)

    assert made.was_shown is shown

"""Every call of the bot goes through the pacer; answers to people are sent again when that is safe."""

import asyncio
from collections.abc import Callable, Coroutine, Sized
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.chat import attempts
from bot.chat.transport.outcomes import wait_of
from bot.chat.transport.pacing import Halted, Pacer, Priority
from bot.chat.transport.rates import ChatId
from bot.chat.transport.request import MaybeReached, NotReached

PATIENCE: Final = timedelta(seconds=60)
"""The longest halt that an answer waits out to be sent again; whoever asked has left by then."""

_ATTEMPTS: Final = 3
_FIRST_PAUSE: Final = 0.5
"""Seconds after a request that did not reach Telegram, doubled each time."""

Observer: TypeAlias = Callable[[str, str], None]
"""Told of every request: its method, and `ok`, `flood`, `not_reached`, `maybe_reached` or `refused`."""

_Result: TypeAlias = bool | dict[str, Any] | list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Turn:
    """How a call waits, given to PTB's methods as `rate_limit_args`; without it the call is somebody's answer.

    `taken` says that the caller has had its slot from the pacer already, as a digest does before its fence.
    """

    priority: Priority = Priority.ANSWER
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call counts for: messages in a chat. `chat` None counts overall only."""

    chat: ChatId | None
    messages: int


class Paced(BaseRateLimiter[Turn]):
    """A digest is never sent again here: it raises RetryAfter, at once when a halt is on, and its outbox decides."""

    def __init__(self, pacer: Pacer, observe: Observer = lambda method, outcome: None) -> None:
        self._pacer = pacer
        self._observe = observe

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0917 - the signature is PTB's
        self,
        callback: Callable[..., Coroutine[Any, Any, _Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Turn | None,
    ) -> _Result:
        turn = rate_limit_args or Turn()
        cost = cost_of(endpoint, data)
        last = 1 if turn.priority is Priority.DIGEST else _ATTEMPTS
        for attempt in range(1, last + 1):
            if cost is not None and not (turn.taken and attempt == 1):
                await self._slot(cost, turn.priority)
            try:
                return await self._observed(endpoint, callback(*args, **kwargs), is_shown=cost is not None)
            except RetryAfter as flood:
                wait = wait_of(flood)
                if cost is not None:
                    self._pacer.halt(wait)
                if attempt == last or wait > PATIENCE:
                    raise
                if cost is None:
                    await asyncio.sleep(wait.total_seconds())
            except NotReached:
                if attempt == last:
                    raise
                await asyncio.sleep(_FIRST_PAUSE * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    async def _observed(self, endpoint: str, request: Coroutine[Any, Any, _Result], *, is_shown: bool) -> _Result:
        try:
            result = await request
        except TelegramError as error:
            self._observe(endpoint, _name_of(error))
            if is_shown and isinstance(error, MaybeReached):
                attempts.shown()
            raise
        self._observe(endpoint, "ok")
        if is_shown:
            attempts.shown()
        return result

    async def _slot(self, cost: Cost, priority: Priority) -> None:
        try:
            await self._pacer.slot(cost.chat, priority, messages=cost.messages)
        except Halted as halted:
            raise RetryAfter(halted.wait) from halted


def _name_of(error: TelegramError) -> str:
    match error:
        case RetryAfter():
            return "flood"
        case NotReached():
            return "not_reached"
        case MaybeReached():
            return "maybe_reached"
    return "refused"


def cost_of(endpoint: str, data: dict[str, Any]) -> Cost | None:
    """None for calls that put no message anywhere: these are not paced, and their 429s halt nothing.

    Such a 429 is about that method alone; setMyName may ask for a day.
    """
    name = endpoint.lower()
    if name.startswith(("copymessages", "forwardmessages")):
        messages = _length(data.get("message_ids"))
    elif name == "sendmediagroup":
        messages = _length(data.get("media"))
    elif name == "sendchataction" or not name.startswith(("send", "editmessage", "copymessage", "forwardmessage")):
        return None
    elif name.startswith("editmessage"):
        # It answers a tap and tells nobody anything: it counts overall, and its 429s are obeyed.
        return Cost(None, 1)
    else:
        messages = 1
    return Cost(_chat(data.get("chat_id")), messages)


def _length(value: object) -> int:
    return max(1, len(value)) if isinstance(value, Sized) else 1


def _chat(value: object) -> ChatId | None:
    if isinstance(value, str):
        return int(value) if value.lstrip("-").isdecimal() else value.lower()
    return value if isinstance(value, int) else None

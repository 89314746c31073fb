"""What Telegram says of the bot, for an operator: token, clock, webhook, and the switches of @BotFather."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp

from bot.services.operators.examining import Finding, Mark
from bot.services.ports import Clock

_PATIENCE: Final = aiohttp.ClientTimeout(total=10)
_SKEW: Final = 10.0
_MUCH_SKEW: Final = 300.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    result: dict[str, Any]
    date: str
    at: datetime


async def telegram(token: str, *, api_url: str, webhook_url: str, clock: Clock) -> list[Finding]:
    """Asks two questions and changes nothing; `webhook_url` is empty when the bot is to fetch updates."""
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        me = await _ask(session, api_url, token, "getMe", clock)
        if isinstance(me, Finding):
            return [me]
        found = [account(me.result), clock_skew(me.date, me.at), *switches(me.result)]
        hook = await _ask(session, api_url, token, "getWebhookInfo", clock)
    return [*found, hook if isinstance(hook, Finding) else webhook(hook.result, webhook_url)]


def account(me: dict[str, Any]) -> Finding:
    return Finding(Mark.FINE, f"The token is that of @{me.get('username', '')}")


def clock_skew(date: str, now: datetime) -> Finding:
    """`date` as HTTP writes it, in whole seconds."""
    try:
        skew = abs((parsedate_to_datetime(date).astimezone(UTC) - now).total_seconds())
    except ValueError:
        return Finding(Mark.DOUBTFUL, "Telegram's answer has no date", "the clock could not be compared")
    if skew > _MUCH_SKEW:
        return Finding(Mark.WRONG, f"The clock is {skew:.0f} s off Telegram's", "set it, by NTP best")
    if skew > _SKEW:
        return Finding(Mark.DOUBTFUL, f"The clock is {skew:.0f} s off Telegram's", "set it, by NTP best")
    return Finding(Mark.FINE, "The clock agrees with Telegram's")


def switches(me: dict[str, Any]) -> list[Finding]:
    """Inline mode, which readers need, and privacy, without which a bot is sent all that groups say."""
    return [
        Finding(Mark.FINE, "Inline mode is on")
        if me.get("supports_inline_queries")
        else Finding(Mark.DOUBTFUL, "Inline mode is off", "send /setinline to @BotFather"),
        Finding(Mark.DOUBTFUL, "The bot reads every message of its groups", "send /setprivacy to @BotFather: Enable")
        if me.get("can_read_all_group_messages")
        else Finding(Mark.FINE, "The bot sees of groups only what is said to it"),
    ]


def webhook(info: dict[str, Any], wanted: str) -> Finding:
    """Whether Telegram brings updates to where they are awaited."""
    url, trouble = info.get("url", ""), info.get("last_error_message", "")
    waiting = info.get("pending_update_count", 0)
    if not wanted:
        if url:
            return Finding(Mark.DOUBTFUL, "A webhook is set", "the next start of the bot takes it away")
        return Finding(Mark.FINE, f"No webhook is set, so the bot fetches updates itself; {_waiting(waiting)}")
    if url != wanted:
        return Finding(
            Mark.DOUBTFUL,
            "The webhook is not set to HELIOGRAPH_WEBHOOK_URL",
            "the next start sets it; if the bot runs already, its log says why Telegram refuses it",
        )
    if trouble and waiting:
        return Finding(
            Mark.WRONG, f"The webhook fails ({trouble}), and {_waiting(waiting)}", "look at the proxy before the bot"
        )
    return Finding(Mark.FINE, f"The webhook is set; {_waiting(waiting)}")


def _waiting(number: int) -> str:
    return {0: "no update waits", 1: "1 update waits"}.get(number, f"{number} updates wait")


async def _ask(
    session: aiohttp.ClientSession, api_url: str, token: str, method: str, clock: Clock
) -> "_Reply | Finding":
    try:
        async with session.get(f"{api_url.rstrip('/')}/bot{token}/{method}") as answer:
            body = await answer.json(content_type=None)
            reply = _Reply(answer.status, _result(body), answer.headers.get("Date", ""), clock())
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        # Only the kind of error: its text may hold the address, and that the token.
        return Finding(
            Mark.WRONG,
            f"Telegram cannot be asked ({type(error).__name__})",
            "look at the network and HELIOGRAPH_API_URL",
        )
    if reply.status in {401, 404}:
        return Finding(Mark.WRONG, "Telegram refuses the token", "copy it again from @BotFather into HELIOGRAPH_TOKEN")
    if reply.status != 200:
        return Finding(Mark.WRONG, f"Telegram answers {method} with {reply.status}", "try again in a minute")
    return reply


def _result(body: object) -> dict[str, Any]:
    result = body.get("result") if isinstance(body, dict) else None
    return result if isinstance(result, dict) else {}

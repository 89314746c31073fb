"""Answering taps on inline buttons."""

import re

from bot.sandbox.errors import bad_request
from bot.sandbox.limits import CALLBACK_ANSWER_TIME, MAX_CALLBACK_ANSWER_CHARACTERS
from bot.sandbox.params import Params
from bot.sandbox.registry import Registry
from bot.sandbox.world import World

methods = Registry()

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@methods.method("answerCallbackQuery", "callback_query_id", "text", "show_alert", "url", "cache_time")
def answer_callback_query(world: World, params: Params) -> bool:
    query = world.callbacks.get(params.text("callback_query_id"))
    if query is None or query.answer is not None or world.clock.now() - query.asked_at > CALLBACK_ANSWER_TIME:
        raise bad_request(QUERY_TOO_OLD)
    if len(params.text("text")) > MAX_CALLBACK_ANSWER_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.text("url")
    # core.telegram.org/bots/api#answercallbackquery: only links that start the bot itself.
    if url and not re.match(rf"(https?://)?t\.me/{world.bot.username}\?", url, re.IGNORECASE):
        raise bad_request("URL_INVALID")
    query.answer = {
        "text": params.text("text"),
        "show_alert": params.flag("show_alert"),
        "url": url or None,
    }
    world.events.publish(
        "callback_answer", chat_id=query.chat_id, callback_query_id=query.id, from_id=query.from_id, **query.answer
    )
    return True

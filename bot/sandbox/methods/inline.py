"""Answering inline queries: results checked, kept for the person who asked."""

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.inline import check_result, visible_answer
from bot.sandbox.limits import (
    INLINE_ANSWER_TIME,
    INLINE_CACHE_SECONDS,
    MAX_INLINE_OFFSET_BYTES,
    MAX_INLINE_RESULTS,
)
from bot.sandbox.methods.callbacks import QUERY_TOO_OLD
from bot.sandbox.params import Params
from bot.sandbox.registry import Registry
from bot.sandbox.world import World

methods = Registry()


@methods.method("answerInlineQuery", "inline_query_id", "results", "cache_time", "is_personal", "next_offset", "button")
def answer_inline_query(world: World, params: Params) -> bool:
    query = world.inline_queries.get(params.text("inline_query_id"))
    if query is None or query.answer is not None or world.clock.now() - query.asked_at > INLINE_ANSWER_TIME:
        raise bad_request(QUERY_TOO_OLD)
    results = params.parsed("results")
    if not isinstance(results, list):
        raise bad_request("Expected an Array of inline query results")
    if len(results) > MAX_INLINE_RESULTS:
        raise bad_request("Too many inline query results specified")
    if len(params.text("next_offset").encode()) > MAX_INLINE_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    checked = [check_result(world, result) for result in results]
    if len({result["id"] for result in checked}) < len(checked):
        raise bad_request("RESULT_ID_DUPLICATE")
    query.answer = {
        "results": checked,
        "next_offset": params.text("next_offset"),
        "cache_time": params.integer("cache_time", INLINE_CACHE_SECONDS),
        "is_personal": params.flag("is_personal"),
        "button": _button(params.parsed("button")),
    }
    world.events.publish("inline_answer", inline_query_id=query.id, from_id=query.from_id, answer=visible_answer(query))
    return True


def _button(given: Any) -> dict[str, str] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) != {"text", "start_parameter"}:
        raise bad_request("this server knows inline buttons with text and start_parameter")
    return given

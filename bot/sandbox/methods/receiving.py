"""getMe, getUpdates and the webhook's settings."""

from typing import Any

from bot.sandbox import render
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.limits import MAX_POLL_SECONDS, MAX_UPDATES_IN_ANSWER
from bot.sandbox.params import Params
from bot.sandbox.registry import Registry
from bot.sandbox.updates import WEBHOOK_ACTIVE
from bot.sandbox.world import World

methods = Registry()


@methods.method("getMe")
def get_me(world: World, _: Params) -> dict[str, Any]:
    return render.bot(world)


@methods.method("getUpdates", "offset", "limit", "timeout", "allowed_updates")
async def get_updates(world: World, params: Params) -> list[dict[str, Any]]:
    if world.webhook.url:
        raise ApiError(409, WEBHOOK_ACTIVE)
    choose_updates(world, params)
    limit = min(max(params.integer("limit", MAX_UPDATES_IN_ANSWER), 1), MAX_UPDATES_IN_ANSWER)
    wait = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await world.updates.poll(params.integer("offset"), limit, wait)


def choose_updates(world: World, params: Params) -> None:
    """Remember allowed_updates; left out, the earlier choice stays; empty, the default set is back."""
    chosen = params.parsed("allowed_updates")
    if chosen is None:
        return
    if not isinstance(chosen, list) or not all(isinstance(kind, str) for kind in chosen):
        raise bad_request("allowed_updates must be an Array of String")
    world.updates.allowed = frozenset(chosen) or None

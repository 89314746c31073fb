"""Setting, ending and asking about the webhook."""

import re
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.receiving import choose_updates
from bot.sandbox.params import Params
from bot.sandbox.registry import Registry
from bot.sandbox.world import JsonObject, World

methods = Registry()

SECRET = re.compile(r"[A-Za-z0-9_-]*")
LONGEST_SECRET = 256
DEFAULT_CONNECTIONS = 40
MOST_CONNECTIONS = 100
TERMINATED_BY_WEBHOOK = "Conflict: terminated by setWebhook request"


@methods.method("setWebhook", "url", "max_connections", "allowed_updates", "drop_pending_updates", "secret_token")
def set_webhook(world: World, params: Params) -> bool:
    """Unlike the official server this one takes plain http, because it speaks to this machine alone."""
    url, secret = params.text("url"), params.text("secret_token")
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise bad_request("invalid webhook URL specified")
    if url and urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad_request("bad webhook: this server delivers to this machine only")
    choose_updates(world, params)
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    if url:
        world.updates.end_poll(TERMINATED_BY_WEBHOOK)
    connections = min(max(params.integer("max_connections", DEFAULT_CONNECTIONS), 1), MOST_CONNECTIONS)
    world.webhook.set(url, secret, connections)
    return True


@methods.method("deleteWebhook", "drop_pending_updates")
def delete_webhook(world: World, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook.set("")
    return True


@methods.method("getWebhookInfo")
def get_webhook_info(world: World, _: Params) -> JsonObject:
    webhook = world.webhook
    view: JsonObject = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook.last_error_at is not None:
        view["last_error_date"] = int(webhook.last_error_at.timestamp())
        view["last_error_message"] = webhook.last_error
    if webhook.url:
        view |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
    if world.updates.allowed is not None:
        view["allowed_updates"] = sorted(world.updates.allowed)
    return view

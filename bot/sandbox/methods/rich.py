"""Sending rich messages; editing them is editMessageText's."""

from bot.sandbox import render
from bot.sandbox.access import reach_chat
from bot.sandbox.params import Params
from bot.sandbox.posting import COMMON, post
from bot.sandbox.registry import Registry
from bot.sandbox.rich import rich_content
from bot.sandbox.world import JsonObject, World

methods = Registry()


@methods.method("sendRichMessage", *COMMON, "rich_message", "reply_markup", attachments=True)
def send_rich_message(world: World, params: Params) -> JsonObject:
    chat = reach_chat(world, params, "write")
    return render.message(world, post(world, params, [rich_content(world, params)], "messages", chat=chat)[0])

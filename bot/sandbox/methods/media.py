"""Photos, documents and albums: sent, and put in the place of others."""

from typing import Any

from bot.sandbox import render
from bot.sandbox.access import reach_chat
from bot.sandbox.acting import file_content
from bot.sandbox.errors import bad_request
from bot.sandbox.limits import MAX_ALBUM_ITEMS, MIN_ALBUM_ITEMS
from bot.sandbox.methods.edits import CAPTION_KEYS, TARGET, apply_edit, caption_content, edited_message
from bot.sandbox.params import Params
from bot.sandbox.posting import COMMON, post
from bot.sandbox.registry import Registry
from bot.sandbox.sources import file_in_field, file_named
from bot.sandbox.world import JsonObject, World

methods = Registry()

MEDIA_FIELDS = {"type", "media", *CAPTION_KEYS, "has_spoiler", "disable_content_type_detection"}


@methods.method("sendPhoto", *COMMON, *CAPTION_KEYS, "photo", "has_spoiler", "reply_markup", attachments=True)
def send_photo(world: World, params: Params) -> JsonObject:
    return _send_one(world, params, "photo")


@methods.method(
    "sendDocument",
    *COMMON,
    *CAPTION_KEYS,
    "document",
    "disable_content_type_detection",
    "reply_markup",
    attachments=True,
)
def send_document(world: World, params: Params) -> JsonObject:
    return _send_one(world, params, "document")


@methods.method("sendMediaGroup", *COMMON, "media", attachments=True)
def send_media_group(world: World, params: Params) -> list[JsonObject]:
    chat = reach_chat(world, params, "write")
    media = params.parsed("media")
    if not isinstance(media, list):
        raise bad_request("Expected an Array of InputMedia")
    if not MIN_ALBUM_ITEMS <= len(media) <= MAX_ALBUM_ITEMS:
        raise bad_request(f"an album has {MIN_ALBUM_ITEMS} to {MAX_ALBUM_ITEMS} items")
    contents = [media_content(world, params, item) for item in media]
    kinds = {"photo" if "photo" in content else "document" for content in contents}
    if len(kinds) > 1:
        raise bad_request("Can't use the media of the specified type in the album")
    sent = post(world, params, contents, f"{kinds.pop()}s", chat=chat, album=True)
    return [render.message(world, message) for message in sent]


@methods.method("editMessageMedia", *TARGET, "media", attachments=True)
def edit_message_media(world: World, params: Params) -> JsonObject | bool:
    message = edited_message(world, params)
    if not any(kind in message.content for kind in ("photo", "document", "text")):
        raise bad_request("message can't be edited")
    return apply_edit(world, params, message, media_content(world, params, params.parsed("media")))


def media_content(world: World, params: Params, media: Any) -> JsonObject:
    """The content of an InputMediaPhoto or InputMediaDocument; ApiError 400 when this server knows it not."""
    if not isinstance(media, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    unknown = set(media) - MEDIA_FIELDS
    if unknown:
        raise bad_request(f"Can't parse InputMedia: this server knows no {min(unknown)}")
    kind = media.get("type")
    if kind not in ("photo", "document"):
        raise bad_request(f"Can't parse InputMedia: this server knows no type {kind}")
    content = file_content(file_named(world, params, media.get("media"), kind))
    if media.get("has_spoiler"):
        content["has_media_spoiler"] = True
    above = bool(media.get("show_caption_above_media"))
    return {**content, **caption_content(media.get("caption") or "", media.get("caption_entities"), above=above)}


def _send_one(world: World, params: Params, kind: str) -> JsonObject:
    chat = reach_chat(world, params, "write")
    content = file_content(file_in_field(world, params, kind, kind))
    if params.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    above = params.flag("show_caption_above_media")
    content |= caption_content(params.text("caption"), params.parsed("caption_entities"), above=above)
    return render.message(world, post(world, params, [content], f"{kind}s", chat=chat)[0])

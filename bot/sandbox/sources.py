"""Where a file of a call comes from: uploaded in its own field, uploaded under another name, or sent before."""

from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.files import StoredFile
from bot.sandbox.limits import MAX_UPLOAD_BYTES
from bot.sandbox.params import Params
from bot.sandbox.world import World

ATTACHED = "attach://"


def file_in_field(world: World, params: Params, field: str, kind: str) -> StoredFile:
    """The file of a parameter such as `photo`; ApiError 400 when there is none."""
    if field in params.uploads:
        return store_upload(world, params, field, kind)
    return file_named(world, params, params.text(field), kind)


def file_named(world: World, params: Params, source: Any, kind: str) -> StoredFile:
    """The file behind `attach://name` or a file_id."""
    if not isinstance(source, str) or not source:
        raise bad_request(f"There is no {kind} in the request")
    if source.startswith(ATTACHED):
        return store_upload(world, params, source.removeprefix(ATTACHED), kind)
    if "://" in source:
        # Telegram would fetch it; this server asks nobody.
        raise bad_request("Failed to get HTTP URL content")
    return world.files.get(source, kind)


def store_upload(world: World, params: Params, name: str, kind: str) -> StoredFile:
    upload = params.uploads.get(name)
    if upload is None:
        raise bad_request(f"There is no {kind} in the request")
    if len(upload.data) > MAX_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    return world.files.add(kind, upload.name, upload.data, upload.mime_type)

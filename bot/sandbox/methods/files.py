"""getFile: from a file_id to a path that can be downloaded."""

from bot.sandbox.errors import bad_request
from bot.sandbox.limits import MAX_DOWNLOAD_BYTES
from bot.sandbox.params import Params
from bot.sandbox.registry import Registry
from bot.sandbox.world import JsonObject, World

methods = Registry()


@methods.method("getFile", "file_id")
def get_file(world: World, params: Params) -> JsonObject:
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = world.files.by_id.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
        "file_path": stored.path,
    }

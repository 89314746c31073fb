"""For which upload an image was sent: for the one whose post shows a file of that name, and did not get it yet."""

import asyncio
from collections.abc import Collection, Sequence

from bot.content.document import read_document
from bot.markup.parse import parse
from bot.services.authors import placing
from bot.services.shelf.folder import Source
from bot.storage.authors import uploads
from bot.storage.authors.uploads import UploadFile
from bot.storage.engine import Database


async def wanting(db: Database, source: Source, admin_id: int, images: Collection[str]) -> str | None:
    """The upload of this admin, the one touched last, that lacks one of these images; None when there is no choice."""
    async with db.read() as connection:
        waiting = await uploads.of_admin(connection, admin_id)
    if len(waiting) <= 1:
        return None
    for upload in waiting:
        async with db.read() as connection:
            files = await uploads.files(connection, upload.id)
        if await asyncio.to_thread(_lacks, source, files, images):
            return upload.id
    return None


def _lacks(source: Source, files: Sequence[UploadFile], images: Collection[str]) -> bool:
    there = {file.name: b"" for file in files if not file.is_post}
    sent = dict.fromkeys(images, b"")
    for file in files:
        if file.is_post:
            shown = _sources(source, file)
            if placing.assign(shown, file.name, sent, ()).keys() - placing.assign(shown, file.name, there, ()).keys():
                return True
    return False


def _sources(source: Source, file: UploadFile) -> list[str]:
    document, _ = read_document(placing.reading_path(file.name), file.data, zone=source.zone)
    return placing.image_sources(parse(document.body)) if document else []

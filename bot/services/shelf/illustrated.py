"""Which images of the folder posts miss: looked at anew for all posts when files come or go that posts may show."""

import asyncio
from collections.abc import Collection, Mapping

from bot.content.bundle import Attachments
from bot.content.problems import Code
from bot.domain.problem import Problem
from bot.services.shelf.folder import Scan
from bot.services.shelf.proofreading import ShownImage, missing_images
from bot.storage.engine import Database
from bot.storage.shelf import files
from bot.storage.shelf.files import Images


async def look_for_images(db: Database, scanned: Scan, *, but: Collection[str] = ()) -> list[Problem]:
    """Report what posts miss, those of the files `but` these; gives what they did not miss before."""
    async with db.read() as connection:
        shown = await files.with_images(connection)
        before = await files.problems_of(connection, Code.IMAGE_NOT_FOUND)
    for path in but:
        shown.pop(path, None)
    now = await asyncio.to_thread(lambda: _missing(shown, scanned.attachments))
    changed = {path: now.get(path, []) for path in shown if now.get(path, []) != before.get(path, [])}
    if changed:
        async with db.write() as connection:
            await files.report_of(connection, Code.IMAGE_NOT_FOUND, changed)
    return [one for path, wrong in changed.items() for one in wrong if one not in before.get(path, [])]


def _missing(shown: Mapping[str, Images], there: Attachments) -> dict[str, list[Problem]]:
    found = {path: missing_images(path, [ShownImage(*one) for one in images], there) for path, images in shown.items()}
    return {path: wrong for path, wrong in found.items() if wrong}

"""Which images of the folder posts miss: looked at anew for all posts when files come or go that posts may show."""

import asyncio
from collections.abc import Collection, Mapping

from bot.content.problems import Code
from bot.domain.problem import Problem
from bot.services.shelf.folder import Scan
from bot.services.shelf.proofreading import ShownImage, missing_images
from bot.storage.engine import Database
from bot.storage.shelf import files
from bot.storage.shelf.files import Images

# So many are read at once: readers of a chat would notice the time that a hundred thousand take.
POSTS_AT_ONCE = 500


async def look_for_images(
    db: Database, scanned: Scan, *, but: Collection[str] = (), at_once: int = POSTS_AT_ONCE
) -> list[Problem]:
    """Report what posts miss, those of the files `but` these; gives what they did not miss before."""
    async with db.read() as connection:
        before = await files.problems_of(connection, Code.IMAGE_NOT_FOUND)
    missed: list[Problem] = []
    last = ""
    while True:
        async with db.read() as connection:
            shown = await files.with_images(connection, after=last, limit=at_once)
        if not shown:
            return missed
        last = next(reversed(shown))
        now = await asyncio.to_thread(_missing, shown, scanned)
        changed = {path: wrong for path, wrong in now.items() if path not in but and wrong != before.get(path, [])}
        if changed:
            async with db.write() as connection:
                await files.report_of(connection, Code.IMAGE_NOT_FOUND, changed)
        missed += [one for path, wrong in changed.items() for one in wrong if one not in before.get(path, [])]


def _missing(shown: Mapping[str, Images], scanned: Scan) -> dict[str, list[Problem]]:
    there = scanned.attachments
    return {path: missing_images(path, [ShownImage(*one) for one in images], there) for path, images in shown.items()}

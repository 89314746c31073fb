"""Problems in the content folder, told to every admin once, and that they are mended."""

import logging

from telegram.error import BadRequest, Forbidden

from bot.chat import proofs, show
from bot.chat.desk import Desk
from bot.screens import notices as screens
from bot.services.shelf import noticing

log = logging.getLogger(__name__)


async def tell(desk: Desk) -> None:
    """Tell what is new; an admin who never pressed Start cannot be told."""
    found = await noticing.find(desk.db)
    if not found:
        return
    for admin_id in sorted(desk.admins):
        visit = await proofs.admin_visit(desk, admin_id, "")
        try:
            await show.send(desk, visit, screens.notices(visit.reader, found))
        except (BadRequest, Forbidden) as error:
            log.info("Admin %s could not be told of problems: %s", admin_id, error.message)

"""Problems in the content folder, told to every admin once, and that they are mended."""

from bot.chat import proofs, show, unasked
from bot.chat.desk import Desk
from bot.screens import notices as screens
from bot.services.shelf import noticing


async def tell(desk: Desk) -> None:
    """Tell what is new; an admin who never pressed Start cannot be told."""
    found = await noticing.find(desk.db)
    if not found:
        return
    got = []
    for admin_id in sorted(desk.admins):
        visit = await proofs.admin_visit(desk, admin_id, "")
        sending = show.send(desk, visit, screens.notices(visit.reader, found))
        got.append(await unasked.tell(admin_id, "problems", sending))
    if got and not any(got):
        await noticing.not_told(desk.db, found)

"""/stats for admins: counts of the last days, as bars and in words."""

import asyncio

from bot.chat.desk import Desk
from bot.chat.proofs import is_admin
from bot.chat.routes import Answer, Routes
from bot.chat.show import message_entities
from bot.chat.visit import Visit
from bot.screens import home
from bot.screens import stats as screens
from bot.services.operators import tallying
from bot.services.readers.pictures.bars import bars

routes = Routes()


@routes.command("stats")
async def command(desk: Desk, visit: Visit, _argument: str) -> Answer:
    if not is_admin(desk, visit):
        return home.notice(visit.reader, "posts.admins_only")
    await desk.tally.flush()
    found = await tallying.stats(desk.db, now=desk.now(), admins=desk.admins)
    if found.month.is_empty:
        return screens.nothing(visit.reader, found.month)
    picture = await asyncio.to_thread(bars, [found.read_by_day, found.searched_by_day])
    caption = screens.caption(visit.reader, found)
    await desk.bot.send_photo(
        visit.chat_id, picture, caption=caption.text, caption_entities=message_entities(caption.entities)
    )
    return None

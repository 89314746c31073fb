"""/privacy and /forget."""

from bot.chat.desk import Desk
from bot.chat.rights import may_manage
from bot.chat.routes import Answer, Routes
from bot.chat.show import Toast
from bot.chat.visit import Visit
from bot.domain.digest_actions import Forget, ShowPrivacy
from bot.domain.message import Screen
from bot.screens import privacy as screens
from bot.services.delivery import subscribing
from bot.services.readers import keeping

routes = Routes()


@routes.command("privacy")
async def privacy(desk: Desk, visit: Visit, _argument: str) -> Answer:
    """What is kept about this chat."""
    return await _kept(desk, visit)


@routes.action(ShowPrivacy)
async def show(desk: Desk, visit: Visit, _action: ShowPrivacy) -> Answer:
    return await _kept(desk, visit)


async def _kept(desk: Desk, visit: Visit) -> Screen:
    return screens.privacy(visit.reader, visit.preferences, await keeping.kept(desk.db, visit.chat_id))


@routes.command("forget")
async def forget(desk: Desk, visit: Visit, _argument: str) -> Answer:
    if not await may_manage(desk.bot, visit):
        return Screen(visit.reader.words("settings.group_only_admins"))
    return screens.ask(visit.reader)


@routes.action(Forget)
async def erase(desk: Desk, visit: Visit, action: Forget) -> Answer:
    """Asks once, then erases everything."""
    if not await may_manage(desk.bot, visit):
        return Toast(visit.reader.words("settings.group_only_admins"), alert=True)
    if not action.sure:
        return screens.ask(visit.reader)
    await subscribing.forget(desk.db, visit.chat_id)
    return screens.erased(visit.reader)

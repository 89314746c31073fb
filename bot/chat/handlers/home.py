"""/start, /help, /id and /cancel."""

from bot.chat.desk import Desk
from bot.chat.handlers.reading import open_link
from bot.chat.handlers.searching import ask_or_find
from bot.chat.handlers.subscribing import subscribe
from bot.chat.routes import Answer, Routes
from bot.chat.visit import Visit
from bot.domain.action import Nothing, ShowHelp, ShowHome
from bot.domain.message import Screen
from bot.screens import home
from bot.services import asking
from bot.services.delivery import subscribing
from bot.services.readers import browsing

routes = Routes()


@routes.command("start")
async def start(desk: Desk, visit: Visit, argument: str) -> Answer:
    """What this is; with a deep link, the post it names. Digests that paused go on."""
    if visit.private:
        await subscribing.resume(desk.db, visit.chat_id, now=desk.now())
    if argument == "search":
        return await ask_or_find(desk, visit, "")
    if argument == home.SUBSCRIBE:
        return await subscribe(desk, visit, "")
    if argument:
        return await open_link(desk, visit, argument)
    return await _home(desk, visit)


@routes.action(ShowHome)
async def show_home(desk: Desk, visit: Visit, _action: ShowHome) -> Answer:
    return await _home(desk, visit)


async def _home(desk: Desk, visit: Visit) -> Screen:
    return home.start(visit.reader, await browsing.overview(desk.db, language=visit.language))


@routes.command("help")
async def help_(_desk: Desk, visit: Visit, _argument: str) -> Answer:
    return home.help_(visit.reader)


@routes.action(ShowHelp)
async def show_help(_desk: Desk, visit: Visit, _action: ShowHelp) -> Answer:
    return home.help_(visit.reader)


@routes.command("id")
async def numbers(_desk: Desk, visit: Visit, _argument: str) -> Answer:
    return home.numbers(visit.reader, user_id=visit.user_id, chat_id=visit.chat_id)


@routes.command("cancel")
async def cancel(desk: Desk, visit: Visit, _argument: str) -> Answer:
    """Forget what was asked."""
    asked = None
    if visit.user_id is not None or visit.as_chat:
        asked = await asking.pending(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    if asked is not None and await asking.close(desk.db, visit.chat_id, asked.user_id):
        return home.notice(visit.reader, "cancel.done")
    return home.notice(visit.reader, "cancel.nothing")


@routes.action(Nothing)
async def nothing(_desk: Desk, _visit: Visit, _action: Nothing) -> Answer:
    return None

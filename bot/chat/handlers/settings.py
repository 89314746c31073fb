"""/settings: what a chat chooses for itself."""

from bot.chat.desk import Desk
from bot.chat.rights import may_manage
from bot.chat.routes import Answer, Routes
from bot.chat.show import Toast
from bot.chat.visit import Visit
from bot.domain.action import ChooseForm, ChooseLanguage, ShowSettings
from bot.domain.message import Screen
from bot.domain.preferences import Form
from bot.screens.settings import settings
from bot.services.readers import preferences

routes = Routes()


@routes.command("settings")
async def command(desk: Desk, visit: Visit, _argument: str) -> Answer:
    return await _settings(desk, visit)


@routes.action(ShowSettings)
async def show(desk: Desk, visit: Visit, _action: ShowSettings) -> Answer:
    return await _settings(desk, visit)


@routes.action(ChooseLanguage)
async def choose_language(desk: Desk, visit: Visit, action: ChooseLanguage) -> Answer:
    """The chat's language from now on; in groups only their admins choose."""
    if action.language not in {"zh", "en", ""}:
        return Toast(visit.reader.words("error.old_button"))
    if not await may_manage(desk.bot, visit):
        return Toast(visit.reader.words("settings.group_only_admins"), alert=True)
    chosen = await preferences.choose_language(
        desk.db, visit.chat_id, action.language, kind=visit.chat_kind, now=desk.now()
    )
    reader = desk.reader(chosen, visit.telegram_language, private=visit.private, user_id=visit.user_id)
    return settings(reader, chosen)


@routes.action(ChooseForm)
async def choose_form(desk: Desk, visit: Visit, action: ChooseForm) -> Answer:
    """How posts are shown to the chat from now on; under a post, where it is chosen too, the post stays."""
    if action.form not in {"classic", "rich"}:
        return Toast(visit.reader.words("error.old_button"))
    if not await may_manage(desk.bot, visit):
        return Toast(visit.reader.words("settings.group_only_admins"), alert=True)
    form: Form = "rich" if action.form == "rich" else "classic"
    chosen = await preferences.choose_form(desk.db, visit.chat_id, form, kind=visit.chat_kind, now=desk.now())
    if action.keep:
        return Toast(visit.reader.words("settings.form_kept"))
    return settings(visit.reader, chosen)


async def _settings(desk: Desk, visit: Visit) -> Screen:
    """Who may not choose for a group gets no buttons that would refuse them."""
    return settings(visit.reader, visit.preferences, may_change=await may_manage(desk.bot, visit))

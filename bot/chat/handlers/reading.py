"""Reading posts: from a list, a deep link or another post; in groups a card leads to the private chat."""

from bot.chat.desk import Desk
from bot.chat.routes import Answer, Routes
from bot.chat.show import New
from bot.chat.visit import Visit
from bot.domain.action import ReadPost, SharePost, ShowOutline
from bot.domain.message import Screen
from bot.domain.preferences import Form
from bot.screens import post as post_screens
from bot.screens import shelf
from bot.screens.post import PostScreen
from bot.services.readers import browsing

routes = Routes()

_FORMS: dict[str, Form] = {"c": "classic", "r": "rich"}


@routes.action(ReadPost)
async def read(desk: Desk, visit: Visit, action: ReadPost) -> Answer:
    return await opened_screen(desk, visit, action)


@routes.action(ShowOutline)
async def outline(desk: Desk, visit: Visit, action: ShowOutline) -> Answer:
    opened = await desk.library.open(
        action.key, language=visit.language, page=action.page, forced_language=action.language
    )
    if opened is None:
        return await gone(desk, visit)
    back = ReadPost(action.key, action.page, action.language, action.origin, "c")
    return post_screens.outline(visit.reader, opened, back)


@routes.action(SharePost)
async def share(desk: Desk, visit: Visit, action: SharePost) -> Answer:
    post = await browsing.post(desk.db, action.key, language=visit.language)
    if post is None:
        return await gone(desk, visit)
    return New(post_screens.shared(visit.reader, post.card))


async def open_link(desk: Desk, visit: Visit, payload: str) -> Screen | PostScreen:
    """What `/start payload` names: a post's key."""
    return await opened_screen(desk, visit, ReadPost(payload))


async def opened_screen(desk: Desk, visit: Visit, action: ReadPost) -> Screen | PostScreen:
    """A page of a post; its card in a group; the latest posts when it is not on the shelf."""
    if not visit.private:
        return await _card_in_group(desk, visit, action)
    form = _FORMS.get(action.form, visit.preferences.form)
    opened = await desk.library.open(
        action.key, language=visit.language, page=action.page, forced_language=action.language, form=form
    )
    if opened is None:
        return await gone(desk, visit)
    if not action.page and visit.user_id not in desk.admins:
        desk.tally.read(opened.post.card.key)
    return post_screens.page(visit.reader, opened, action, visit.preferences.form)


async def _card_in_group(desk: Desk, visit: Visit, action: ReadPost) -> Screen:
    post = await browsing.post(desk.db, action.key, language=visit.language, forced_language=action.language or None)
    return await gone(desk, visit) if post is None else post_screens.in_private(visit.reader, post.card)


async def gone(desk: Desk, visit: Visit) -> Screen:
    """One sentence and the latest posts."""
    posts = await browsing.latest(desk.db, language=visit.language, page=0)
    return shelf.latest(visit.reader, posts, notice=visit.reader.words("post.gone"))

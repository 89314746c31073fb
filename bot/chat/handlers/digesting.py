"""/digest, the pages of digests, and posts opened from them."""

from bot.chat.desk import Desk
from bot.chat.handlers.reading import opened_screen
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast
from bot.chat.target import target_of
from bot.chat.visit import Visit
from bot.domain.action import ReadPost
from bot.domain.digest_actions import OpenPost, SendLast, TurnDigest
from bot.screens import digest as screens
from bot.services.delivery import digests, subscribing

routes = Routes()


@routes.command("digest")
async def digest(desk: Desk, visit: Visit, _argument: str) -> Answer:
    """What the next digest would hold, now, without consuming it."""
    subscriber = await subscribing.at(desk.db, visit.chat_id, visit.thread_id or 0)
    if subscriber is None or not subscriber.subscriptions:
        return screens.nothing_yet(visit.reader)
    view = await digests.preview(desk.db, subscriber.id, language=visit.language, zone=str(desk.zone))
    if view is None or not view.items:
        return screens.nothing_new(visit.reader, subscriber)
    return screens.digest(visit.reader, view)


@routes.action(TurnDigest)
async def turn(desk: Desk, visit: Visit, action: TurnDigest) -> Answer:
    """Another page in place; a digest that is not kept any more says so."""
    zone = str(desk.zone)
    if action.delivery:
        view = await digests.page_of(
            desk.db, action.delivery, chat_id=visit.chat_id, language=visit.language, zone=zone, page=action.page
        )
    else:
        subscriber = await subscribing.by_id(desk.db, action.who)
        if subscriber is None or subscriber.chat_id != visit.chat_id:
            return Toast(visit.reader.words("error.old_button"))
        view = await digests.preview(desk.db, action.who, language=visit.language, zone=zone, page=action.page)
    if view is None or not view.items:
        return Toast(visit.reader.words("error.old_button"))
    return screens.digest(visit.reader, view)


@routes.action(SendLast)
async def send_last(desk: Desk, visit: Visit, action: SendLast) -> Answer:
    """The newest posts of what is followed, in a message of their own."""
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return Toast(visit.reader.words("error.old_button"))
    view = await digests.last_posts(desk.db, target.subscriber.id, language=visit.language, zone=str(desk.zone))
    if view is None or not view.items:
        return Toast(visit.reader.words("shelf.empty_category"))
    return New(screens.digest(visit.reader, view))


@routes.action(OpenPost)
async def open_post(desk: Desk, visit: Visit, action: OpenPost) -> Answer:
    return New(await opened_screen(desk, visit, ReadPost(action.key)))

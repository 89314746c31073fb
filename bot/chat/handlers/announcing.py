"""/announce for admins: a post told once more, or a text of their own to those who follow something."""

from telegram import Message

from bot.chat import show, unasked
from bot.chat.desk import Desk
from bot.chat.proofs import admin_visit, is_admin
from bot.chat.routes import Answer, Routes
from bot.chat.show import Toast
from bot.chat.visit import Visit
from bot.chat.wording import written
from bot.domain.broadcast_actions import AimBroadcast, DropBroadcast, SendBroadcast, ShowBroadcast
from bot.domain.message import Screen, Text
from bot.domain.post import State
from bot.domain.upload_actions import ManagePost
from bot.screens import broadcast as screens
from bot.screens import home
from bot.screens import posts as post_screens
from bot.services import asking
from bot.services.authors import managing
from bot.services.delivery import broadcasting
from bot.services.readers import browsing
from bot.services.search import queries
from bot.services.search.queries import Asked

routes = Routes()

QUESTION = "broadcast"
WORDS = 200


@routes.command("announce")
async def command(desk: Desk, visit: Visit, argument: str) -> Answer:
    """The words themselves, or the posts that they name; without any, a question."""
    if not is_admin(desk, visit) or visit.user_id is None:
        return home.notice(visit.reader, "posts.admins_only")
    if not argument:
        await asking.ask(desk.db, visit.chat_id, visit.user_id, QUESTION, {}, chat_kind=visit.chat_kind, now=desk.now())
        return screens.ask(visit.reader)
    text = Text(argument, visit.styles)
    if len(argument) > WORDS or not broadcasting.fits(text):
        return await _drafted(desk, visit, text)
    words = Asked(argument)
    await queries.keep(desk.db, visit.chat_id, [words], now=desk.now())
    found = await managing.find_posts(desk.db, argument, origin=f"q{words.key}")
    shown = [post for post in found.posts if post.state is State.PUBLISHED]
    if not shown:
        return await _drafted(desk, visit, text)
    if len({post.key for post in shown}) == 1:
        chats = await managing.followers(desk.db, shown[0].key)
        back = ManagePost(shown[0].id)
        named = post_screens.confirm_announcement(visit.reader, shown[0], chats, back)
    else:
        named = post_screens.listing(visit.reader, found, desk.zone)
    draft = await broadcasting.begin(desk.db, visit.user_id, text, language=visit.language, now=desk.now())
    return named if draft is None else screens.with_text(visit.reader, named, draft)


async def answered(desk: Desk, visit: Visit, message: Message) -> Answer:
    """The text that was asked for, with its styles; None when none was."""
    if not is_admin(desk, visit) or visit.user_id is None or (message.text or "").startswith("/"):
        return None
    asked = await asking.pending(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    is_asked = asked is not None and asked.kind == QUESTION
    if message.photo and (is_asked or (message.caption or "").startswith("/announce")):
        # Else it would be taken for the image of a post.
        return Screen(visit.reader.words("broadcast.only_text"))
    if not is_asked or not message.text:
        return None
    shown = await _drafted(desk, visit, written(message))
    await asking.close(desk.db, visit.chat_id, visit.user_id)
    return shown


async def tell(desk: Desk) -> None:
    """Tell admins what became of their texts."""
    for one in await broadcasting.results(desk.db, now=desk.now()):
        visit = await admin_visit(desk, one.admin_id, "")
        sending = show.send(desk, visit, screens.result(visit.reader, one))
        if not await unasked.tell(one.admin_id, "a text", sending):
            await broadcasting.not_told(desk.db, one)


@routes.action(ShowBroadcast)
async def on_show(desk: Desk, visit: Visit, action: ShowBroadcast) -> Answer:
    draft = await _look(desk, visit, action.nonce, action.aim)
    return _gone(visit) if draft is None else screens.draft(visit.reader, draft)


@routes.action(AimBroadcast)
async def on_aim(desk: Desk, visit: Visit, action: AimBroadcast) -> Answer:
    if await _look(desk, visit, action.nonce, "") is None:
        return _gone(visit)
    found = [one for one in await browsing.categories(desk.db, language=visit.language) if not one.depth]
    return screens.aims(visit.reader, action, found)


@routes.action(SendBroadcast)
async def on_send(desk: Desk, visit: Visit, action: SendBroadcast) -> Answer:
    draft = await _look(desk, visit, action.nonce, action.aim)
    if draft is None or visit.user_id is None:
        return _gone(visit)
    sent = await broadcasting.send(desk.db, visit.user_id, draft, now=desk.now())
    return _gone(visit) if sent is None else Screen(visit.reader.words("broadcast.sent", n=sent))


@routes.action(DropBroadcast)
async def on_drop(desk: Desk, visit: Visit, action: DropBroadcast) -> Answer:
    draft = await _look(desk, visit, action.nonce, "")
    if draft is None:
        return _gone(visit)
    await broadcasting.drop(desk.db, draft)
    return Screen(visit.reader.words("broadcast.dropped"))


async def _drafted(desk: Desk, visit: Visit, text: Text) -> Answer:
    assert visit.user_id is not None
    if not broadcasting.fits(text):
        return Screen(visit.reader.words("broadcast.too_long", n=broadcasting.MAX_UNITS))
    draft = await broadcasting.begin(desk.db, visit.user_id, text, language=visit.language, now=desk.now())
    return _gone(visit) if draft is None else screens.draft(visit.reader, draft)


async def _look(desk: Desk, visit: Visit, nonce: str, aim: str) -> broadcasting.Draft | None:
    if not is_admin(desk, visit) or visit.user_id is None:
        return None
    return await broadcasting.look(desk.db, visit.user_id, nonce, aim, language=visit.language)


def _gone(visit: Visit) -> Toast:
    return Toast(visit.reader.words("broadcast.gone"), alert=True)

"""/status: how the publication stands, for its admins, in private."""

from importlib.metadata import version

from bot.chat.desk import Desk
from bot.chat.routes import Answer, Routes
from bot.chat.show import Toast
from bot.chat.visit import Visit
from bot.domain.digest_actions import ConfirmWithdraw, ReleaseHeld, SettleUncertain, ShowStatus
from bot.domain.message import Screen
from bot.screens import home
from bot.screens import status as screens
from bot.services.operators import supervising

routes = Routes()


@routes.command("status")
async def command(desk: Desk, visit: Visit, _argument: str) -> Answer:
    if not _may_see(desk, visit):
        return home.notice(visit.reader, "posts.admins_only")
    return await _status(desk, visit)


@routes.action(ShowStatus)
async def refresh(desk: Desk, visit: Visit, action: ShowStatus) -> Answer:
    """How things stand now; from page 1 on, what is followed."""
    if not _may_see(desk, visit):
        return Toast(visit.reader.words("posts.admins_only"))
    if action.page:
        return screens.followed(visit.reader, *await supervising.followed(desk.db, action.page - 1))
    return await _status(desk, visit)


@routes.action(SettleUncertain)
async def settle(desk: Desk, visit: Visit, action: SettleUncertain) -> Answer:
    """Send once more what may not have arrived, or let it be."""
    if not _may_see(desk, visit) or visit.user_id is None:
        return Toast(visit.reader.words("posts.admins_only"))
    decide = supervising.resend if action.again else supervising.drop
    done = await decide(desk.db, action.delivery, by=visit.user_id, now=desk.now())
    key = ("status.resent" if action.again else "status.dropped") if done else "status.settled_before"
    return await _status(desk, visit, notice=visit.reader.words(key))


@routes.action(ReleaseHeld)
async def release(desk: Desk, visit: Visit, action: ReleaseHeld) -> Answer:
    """Push what was held back, or never."""
    if not _may_see(desk, visit) or visit.user_id is None:
        return Toast(visit.reader.words("posts.admins_only"))
    count = await supervising.release_held(desk.db, send=bool(action.send), by=visit.user_id, now=desk.now())
    key = "status.held_sent" if action.send else "status.held_skipped"
    return await _status(desk, visit, notice=visit.reader.words(key, n=count))


@routes.action(ConfirmWithdraw)
async def withdraw(desk: Desk, visit: Visit, action: ConfirmWithdraw) -> Answer:
    """Asks once, then withdraws the posts whose files are gone."""
    if not _may_see(desk, visit) or visit.user_id is None:
        return Toast(visit.reader.words("posts.admins_only"))
    if not action.sure:
        view = await supervising.supervise(desk.db, now=desk.now())
        return screens.ask_withdraw(visit.reader, view.held_withdrawals)
    report = await desk.shelving.sync(allow_withdraw=True)
    await supervising.note_withdrawn(desk.db, len(report.withdrawn), by=visit.user_id, now=desk.now())
    return await _status(desk, visit, notice=visit.reader.words("status.withdrawn", n=len(report.withdrawn)))


async def _status(desk: Desk, visit: Visit, *, notice: str = "") -> Screen:
    view = await supervising.supervise(desk.db, now=desk.now())
    program = screens.Program(version("heliograph"), desk.now() - desk.opened_at)
    return screens.status(visit.reader, view, program, zone=str(desk.zone), notice=notice)


def _may_see(desk: Desk, visit: Visit) -> bool:
    """Files and chats are nobody's business but the admins'."""
    return visit.private and visit.user_id in desk.admins

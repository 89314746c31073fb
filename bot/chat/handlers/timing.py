"""When digests come: how often, at which hour, in which zone."""

from bot.chat.desk import Desk
from bot.chat.handlers.subscribing import shown
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast
from bot.chat.target import Target, target_of
from bot.chat.visit import Visit
from bot.domain.digest_actions import (
    AskMinute,
    AskZone,
    ChooseDays,
    ChooseMinute,
    ChooseZone,
    ShowDays,
    ShowHours,
    ShowWhen,
    ShowZones,
)
from bot.domain.schedule import EVERY_DAY, MINUTES_A_DAY
from bot.domain.subscription import Cadence, Subscriber
from bot.domain.zones import from_word
from bot.screens import when as screens
from bot.screens.followed import name_of
from bot.services import asking
from bot.services.delivery import subscribing

routes = Routes()


@routes.action(ShowWhen)
async def show_when(desk: Desk, visit: Visit, action: ShowWhen) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return await _lost(desk, visit, target)
    subscriber = target.subscriber
    await _offer_minute(desk, visit, action.who, action.only)
    one = next((one for one in subscriber.subscriptions if one.id == action.only), None)
    return screens.how_often(
        visit.reader,
        who=action.who,
        only=one.id if one else 0,
        name=name_of(visit.reader, one) if one else "",
        current=one.cadence if one else subscriber.cadence,
        zone=_zone(desk, subscriber),
    )


@routes.action(ShowDays)
async def show_days(desk: Desk, visit: Visit, action: ShowDays) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return await _lost(desk, visit, target)
    chosen = action.days & EVERY_DAY
    return screens.days(visit.reader, who=action.who, only=action.only, chosen=chosen, weekly=bool(action.weekly))


@routes.action(ChooseDays)
async def choose_days(desk: Desk, visit: Visit, action: ChooseDays) -> Answer:
    """The days are taken at once; the hour is asked next."""
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return await _lost(desk, visit, target)
    changed = await subscribing.choose_time(
        desk.db,
        target.subscriber.id,
        only=action.only,
        days=action.days & EVERY_DAY,
        zone=str(desk.zone),
        now=desk.now(),
    )
    await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    if action.then != "h" or not action.days & EVERY_DAY:
        return await shown(desk, visit, target, changed)
    if changed is None:
        return await shown(desk, visit, target, None)
    await _offer_minute(desk, visit, action.who, action.only)
    current = _timed(changed, action.only)
    return screens.hours(
        visit.reader,
        who=action.who,
        only=action.only,
        first=screens.first_hour(current) if current else 6,
        half=bool(current and current.minute % 60 >= 30),
        current=current.minute if current else -1,
    )


@routes.action(ShowHours)
async def show_hours(desk: Desk, visit: Visit, action: ShowHours) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return await _lost(desk, visit, target)
    await _offer_minute(desk, visit, action.who, action.only)
    current = _timed(target.subscriber, action.only)
    return screens.hours(
        visit.reader,
        who=action.who,
        only=action.only,
        first=action.first,
        half=bool(action.half),
        current=current.minute if current else -1,
    )


@routes.action(AskMinute)
async def ask_minute(desk: Desk, visit: Visit, action: AskMinute) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None or visit.user_id is None:
        return await _lost(desk, visit, target)
    about = {"who": action.who, "only": action.only, "thread": visit.thread_id or 0}
    await asking.ask(desk.db, visit.chat_id, visit.user_id, "minute", about, chat_kind=visit.chat_kind, now=desk.now())
    return New(screens.question(visit.reader, "when.ask_minute", "when.minute_here"))


@routes.action(ChooseMinute)
async def choose_minute(desk: Desk, visit: Visit, action: ChooseMinute) -> Answer:
    """The zone is asked next when it was never chosen."""
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return await _lost(desk, visit, target)
    if not 0 <= action.minute < MINUTES_A_DAY:
        return Toast(visit.reader.words("error.old_button"))
    changed = await subscribing.choose_time(
        desk.db,
        target.subscriber.id,
        only=action.only,
        minute=action.minute,
        zone=str(desk.zone),
        now=desk.now(),
    )
    if changed is not None and changed.zone is None:
        await offer_zone(desk, visit, action.who)
        return screens.zones(visit.reader, who=action.who, now=desk.now(), current=_zone(desk, changed))
    await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    return await shown(desk, visit, target, changed)


@routes.action(ShowZones)
async def show_zones(desk: Desk, visit: Visit, action: ShowZones) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return await _lost(desk, visit, target)
    await offer_zone(desk, visit, action.who)
    current = _zone(desk, target.subscriber)
    return screens.zones(visit.reader, who=action.who, now=desk.now(), current=current)


@routes.action(ChooseZone)
async def choose_zone(desk: Desk, visit: Visit, action: ChooseZone) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None:
        return await _lost(desk, visit, target)
    zone = from_word(action.zone)
    if zone is None:
        return Toast(visit.reader.words("error.old_button"))
    changed = await subscribing.choose_zone(desk.db, target.subscriber.id, zone, now=desk.now())
    await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    return await shown(desk, visit, target, changed)


@routes.action(AskZone)
async def ask_zone(desk: Desk, visit: Visit, action: AskZone) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None or target.subscriber is None or visit.user_id is None:
        return await _lost(desk, visit, target)
    about = {"who": action.who, "thread": visit.thread_id or 0}
    await asking.ask(desk.db, visit.chat_id, visit.user_id, "zone", about, chat_kind=visit.chat_kind, now=desk.now())
    return New(screens.question(visit.reader, "zone.ask", "zone.here"))


async def offer_zone(desk: Desk, visit: Visit, who: int) -> None:
    """Where people are they may also type, on the screen that asks."""
    await _offer(desk, visit, "zone", {"who": who})


async def _offer_minute(desk: Desk, visit: Visit, who: int, only: int) -> None:
    await _offer(desk, visit, "minute", {"who": who, "only": only})


async def _offer(desk: Desk, visit: Visit, kind: str, about: dict[str, int]) -> None:
    # In groups the bot sees nothing but replies, and nobody replies to buttons.
    if visit.private and visit.user_id is not None:
        await asking.ask(
            desk.db,
            visit.chat_id,
            visit.user_id,
            kind,
            about,
            chat_kind=visit.chat_kind,
            now=desk.now(),
            offered=True,
        )


async def _lost(desk: Desk, visit: Visit, target: Target | None) -> Answer:
    """Nobody may change it, or there is nothing to change any more."""
    if target is None:
        return Toast(visit.reader.words("settings.group_only_admins"), alert=True)
    return await shown(desk, visit, target, None)


def _timed(subscriber: Subscriber, only: int) -> Cadence | None:
    """The timetable of one subscription, or the usual one."""
    cadences = [one.cadence for one in subscriber.subscriptions if only in {0, one.id} and not one.cadence.instant]
    return cadences[0] if cadences else None


def _zone(desk: Desk, subscriber: Subscriber) -> str:
    timed = (one.cadence.zone for one in subscriber.subscriptions if not one.cadence.instant)
    return subscriber.zone or next(timed, "") or str(desk.zone)

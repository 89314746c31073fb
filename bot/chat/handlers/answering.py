"""Answers to what the bot asked: a city or a place on the map, a time of day, a keyword."""

from typing import Final

from telegram import Message

from bot.chat.desk import Desk
from bot.chat.handlers.subscribing import follow, shown
from bot.chat.handlers.timing import offer_zone
from bot.chat.routes import Answer
from bot.chat.target import Target, target_of
from bot.chat.visit import Visit
from bot.domain.message import Screen
from bot.domain.subscription import MAX_SUBSCRIPTIONS, Followed, pieces
from bot.domain.time_of_day import minute_of_day
from bot.domain.zones import find_zones, zone_at
from bot.screens import followed
from bot.screens import when as screens
from bot.screens.reader import clip
from bot.screens.times import clock_time
from bot.services import asking
from bot.services.delivery import subscribing
from bot.services.delivery.subscribing import TooManySubscriptionsError
from bot.storage.border.questions import Question

QUESTIONS: Final = frozenset({"zone", "minute", "keyword"})


async def answered(desk: Desk, visit: Visit, message: Message) -> Answer:
    """What an answer leads to; None when nothing was asked, or this is no answer."""
    if (message.text or "").startswith("/") or not (message.text or message.location):
        return None
    if not visit.private and not _replies_to_us(desk, message):
        return None
    if visit.user_id is None and not visit.as_chat:
        return None
    asked = await asking.pending(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    if asked is None or asked.kind not in QUESTIONS:
        return None
    target = await target_of(desk, visit, int(asked.about.get("who", 0)))
    if target is None:
        await _close(desk, visit, asked)
        return Screen(visit.reader.words("settings.group_only_admins"))
    if asked.kind == "zone":
        return await _zone(desk, visit, target, asked, message)
    if asked.kind == "minute":
        return await _minute(desk, visit, target, asked, message.text or "")
    return await _keyword(desk, visit, target, asked, message.text or "")


async def _minute(desk: Desk, visit: Visit, target: Target, asked: Question, text: str) -> Answer:
    minute = minute_of_day(text)
    if minute is None:
        return None if asked.offered else screens.question(visit.reader, "when.bad_minute", "when.minute_here")
    if target.subscriber is None:
        await _close(desk, visit, asked)
        return await shown(desk, visit, target, None)
    only, zone = int(asked.about.get("only", 0)), str(desk.zone)
    changed = await subscribing.choose_time(
        desk.db, target.subscriber.id, only=only, minute=minute, zone=zone, now=desk.now()
    )
    await _close(desk, visit, asked)
    if changed is not None and changed.zone is None:
        await offer_zone(desk, visit, target.who)
        return screens.zones(visit.reader, who=target.who, now=desk.now(), current=zone)
    notice = visit.reader.words("when.changed", time=clock_time(minute))
    return await shown(desk, visit, target, changed, notice=notice)


async def _zone(desk: Desk, visit: Visit, target: Target, asked: Question, message: Message) -> Answer:
    place = message.location
    found = [zone_at(place.latitude, place.longitude)] if place else list(find_zones(message.text or ""))
    words = visit.reader.words
    if not found:
        return None if asked.offered else screens.question(visit.reader, "zone.unknown", "zone.here")
    if target.subscriber is None:
        await _close(desk, visit, asked)
        return await shown(desk, visit, target, None)
    if len(found) > 1:
        return screens.zones(
            visit.reader, who=target.who, now=desk.now(), offered=found, notice=words("zone.which_of_these")
        )
    changed = await subscribing.choose_zone(desk.db, target.subscriber.id, found[0], now=desk.now())
    await _close(desk, visit, asked)
    return await shown(desk, visit, target, changed, notice=screens.zone_chosen(visit.reader, found[0], desk.now()))


async def _keyword(desk: Desk, visit: Visit, target: Target, asked: Question, text: str) -> Answer:
    """Every word and phrase of the answer is followed, or none when one of them cannot be."""
    wanted: dict[str, Followed] = {}
    for piece in pieces(text) or [text]:
        what = subscribing.keyword(piece)
        if what is None:
            bad = clip(piece, 60)
            return screens.question(visit.reader, "subscription.bad_keyword", "subscription.keyword_here", word=bad)
        wanted.setdefault(what.key, what)
    subscriber, done, notice = target.subscriber, list[Followed](), ""
    try:
        for what in wanted.values():
            subscriber, _new = await follow(desk, target, what)
            done.append(what)
    except TooManySubscriptionsError:
        notice = visit.reader.words("subscription.too_many", n=MAX_SUBSCRIPTIONS)
    notice = visit.reader.sentences(followed.keywords(visit.reader, done), notice) if done else notice
    await _close(desk, visit, asked)
    return await shown(desk, visit, target, subscriber, notice=notice.strip())


async def _close(desk: Desk, visit: Visit, asked: Question) -> None:
    """After what was answered is done: when that fails, the answer comes again, and must not be taken for a search."""
    await asking.close(desk.db, visit.chat_id, asked.user_id)


def _replies_to_us(desk: Desk, message: Message) -> bool:
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.id == desk.bot.id)

"""Whose digests a visitor changes: this chat's, this topic's, or a channel's from afar; and whether they may."""

from dataclasses import dataclass

from telegram import Chat, ChatFullInfo
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.chat.desk import Desk
from bot.chat.rights import may_manage
from bot.chat.visit import Visit
from bot.domain.subscription import Subscriber
from bot.screens.subscription import Following
from bot.services.delivery import subscribing
from bot.services.delivery.subscribing import Place
from bot.services.readers import browsing


@dataclass(frozen=True, slots=True)
class Target:
    """`who` is what buttons carry: 0 for the place where they are tapped."""

    place: Place
    who: int
    subscriber: Subscriber | None
    title: str = ""


def here(visit: Visit) -> Place:
    """The chat and topic of the visit."""
    return Place(
        visit.chat_id, visit.chat_kind, visit.thread_id or 0, visit.user_id, visit.telegram_language or visit.language
    )


async def target_of(desk: Desk, visit: Visit, who: int = 0) -> Target | None:
    """What a tap with this `who` is about; None when the visitor may not decide for it, or it is gone."""
    if who == 0:
        if not await may_manage(desk.bot, visit):
            return None
        return Target(here(visit), 0, await subscribing.at(desk.db, visit.chat_id, visit.thread_id or 0))
    subscriber = await subscribing.by_id(desk.db, who)
    if subscriber is None:
        return None
    place = Place(subscriber.chat_id, subscriber.chat_kind, subscriber.thread_id, visit.user_id)
    if subscriber.chat_id == visit.chat_id:
        return Target(place, who, subscriber) if await may_manage(desk.bot, visit) else None
    chat = await admitted(desk, visit, subscriber.chat_id)
    return Target(place, who, subscriber, chat.title or "") if chat else None


async def admitted(desk: Desk, visit: Visit, chat_id: int | str) -> ChatFullInfo | None:
    """The other chat, when the visitor is its admin and the bot may write there."""
    if visit.user_id is None:
        return None
    try:
        chat = await desk.bot.get_chat(chat_id)
        member = await desk.bot.get_chat_member(chat.id, visit.user_id)
        mine = await desk.bot.get_chat_member(chat.id, desk.bot.id)
    except (BadRequest, Forbidden):
        return None
    admins = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
    posts = mine.status in admins and getattr(mine, "can_post_messages", True) is not False
    may_write = posts if chat.type == Chat.CHANNEL else mine.status in admins | {ChatMemberStatus.MEMBER}
    return chat if member.status in admins and may_write else None


async def elsewhere(desk: Desk, visit: Visit, name: str) -> Target | None:
    """The @channel that somebody looks after from the private chat; None when they may not, or ask from a group."""
    chat = await admitted(desk, visit, name) if visit.private else None
    if chat is None:
        return None
    place = Place(chat.id, chat.type, 0, visit.user_id, visit.telegram_language)
    subscriber = await subscribing.enter(desk.db, place, now=desk.now())
    return Target(place, subscriber.id, subscriber, chat.title or name)


async def following(
    desk: Desk, visit: Visit, target: Target, subscriber: Subscriber | None, *, page: int = 0
) -> Following:
    """What the screens of this target are made from."""
    topics = await browsing.categories(desk.db, language=visit.language)
    in_topic = bool(target.place.thread_id and not target.title)
    return Following(subscriber, topics, str(desk.zone), target.who, page, target.title, in_topic)

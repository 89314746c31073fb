"""/subscribe, /subscriptions and /unsubscribe, and the buttons that follow and end."""

from bot.chat.desk import Desk
from bot.chat.naming import called, named
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast, Told
from bot.chat.target import Target, elsewhere, following, target_of
from bot.chat.visit import Visit
from bot.domain.digest_actions import (
    AskKeyword,
    Done,
    EndAll,
    FollowTopic,
    ShowDigest,
    ShowEach,
    ToggleNothing,
    ToggleQuiet,
    ToggleTopic,
)
from bot.domain.message import Screen
from bot.domain.subscription import MAX_SUBSCRIPTIONS, Followed, Kind, Subscriber, in_quotes
from bot.screens import followed, home
from bot.screens import subscription as screens
from bot.screens.when import question
from bot.services import asking
from bot.services.delivery import subscribing, suggesting
from bot.services.delivery.subscribing import TooManySubscriptionsError

routes = Routes()

_KINDS = {"c": Kind.CATEGORY, "t": Kind.TAG}


@routes.command("subscribe")
async def subscribe(desk: Desk, visit: Visit, argument: str) -> Answer:
    """What is followed here; with a category's name, a #tag or quoted words, follow that; @channel before it: there."""
    target, name = await _meant(desk, visit, argument)
    if target is None:
        return _not_yours(visit, argument)
    if not name:
        return await shown(desk, visit, target, target.subscriber)
    found = await called(desk, name, language=visit.language)
    if found is None:
        meant = None if in_quotes(name) else await suggesting.nearest(desk.db, name, language=visit.language)
        channel = _parted(argument)[0] if target.who else ""
        notice = followed.unknown(visit.reader, name, channel=channel, meant=meant)
        view = await following(desk, visit, target, target.subscriber)
        return screens.manage(visit.reader, view, notice=notice, meant=meant)
    return await _followed(desk, visit, target, found)


@routes.command("subscriptions")
async def subscriptions(desk: Desk, visit: Visit, argument: str) -> Answer:
    """What is followed here, or in the @channel that is named."""
    return await subscribe(desk, visit, _parted(argument)[0] if argument.startswith("@") else "")


@routes.command("unsubscribe")
async def unsubscribe(desk: Desk, visit: Visit, argument: str) -> Answer:
    """End what is named, here or in the @channel before it; without a name, show what can be ended."""
    target, name = await _meant(desk, visit, argument)
    if target is None:
        return _not_yours(visit, argument)
    subscriber = target.subscriber
    if not name or subscriber is None:
        notice = visit.reader.words("subscription.tap_to_end") if subscriber and subscriber.subscriptions else ""
        return await shown(desk, visit, target, subscriber, notice=notice)
    ended = named(subscriber, name)
    if ended is None:
        notice = visit.reader.words("subscription.not_followed", name=(in_quotes(name) or name)[:60])
        return await shown(desk, visit, target, subscriber, notice=notice)
    left = await subscribing.unfollow(desk.db, subscriber.id, ended.what.kind, ended.what.key)
    return await shown(desk, visit, target, left, notice=followed.ended(visit.reader, ended))


@routes.action(ShowDigest)
async def show_digest(desk: Desk, visit: Visit, action: ShowDigest) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None:
        return _only_admins(visit)
    await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    screen = await shown(desk, visit, target, target.subscriber, page=action.page)
    return New(screen) if action.new else screen


@routes.action(FollowTopic)
async def follow_topic(desk: Desk, visit: Visit, action: FollowTopic) -> Answer:
    """One tap under a post or a list subscribes; the screen that shows it is a message of its own."""
    target = await target_of(desk, visit)
    if target is None:
        return _only_admins(visit)
    found = await _topic(desk, visit, action.kind, action.key)
    if found is None:
        return Toast(visit.reader.words("error.old_button"))
    return New(await _followed(desk, visit, target, found))


@routes.action(ToggleTopic)
async def toggle(desk: Desk, visit: Visit, action: ToggleTopic) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None:
        return _only_admins(visit)
    subscriber = target.subscriber
    if action.kind == "n":
        numbered = [one for one in subscriber.subscriptions if str(one.id) == action.key] if subscriber else []
        what = numbered[0].what if numbered else None
    else:
        what = await _topic(desk, visit, action.kind, action.key)
    if what is None:
        # It was ended elsewhere meanwhile: show how things stand.
        return await shown(desk, visit, target, subscriber, page=action.page)
    if subscriber is not None and subscriber.follows(what.kind, what.key):
        left = await subscribing.unfollow(desk.db, subscriber.id, what.kind, what.key)
        return await shown(desk, visit, target, left, page=action.page)
    return await _followed(desk, visit, target, what, page=action.page, quietly=True)


@routes.action(AskKeyword)
async def ask_keyword(desk: Desk, visit: Visit, action: AskKeyword) -> Answer:
    if await target_of(desk, visit, action.who) is None or visit.user_id is None:
        return _only_admins(visit)
    about = {"who": action.who, "thread": visit.thread_id or 0}
    await asking.ask(desk.db, visit.chat_id, visit.user_id, "keyword", about, chat_kind=visit.chat_kind, now=desk.now())
    return New(question(visit.reader, "subscription.which_keyword", "subscription.keyword_here"))


@routes.action(ShowEach)
async def show_each(desk: Desk, visit: Visit, action: ShowEach) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None:
        return _only_admins(visit)
    return screens.each(visit.reader, await following(desk, visit, target, target.subscriber, page=action.page))


@routes.action(ToggleQuiet)
async def toggle_quiet(desk: Desk, visit: Visit, action: ToggleQuiet) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None:
        return _only_admins(visit)
    subscriber = target.subscriber
    if subscriber is not None:
        subscriber = await subscribing.be_silent(desk.db, subscriber.id, silent=bool(action.silent))
    screen = await shown(desk, visit, target, subscriber)
    if subscriber is None:
        return screen
    return Told(screen, visit.reader.words("subscription.silent" if action.silent else "subscription.aloud"))


@routes.action(ToggleNothing)
async def toggle_nothing(desk: Desk, visit: Visit, action: ToggleNothing) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None:
        return _only_admins(visit)
    subscriber = target.subscriber
    if subscriber is not None:
        always = bool(action.even_if_nothing)
        subscriber = await subscribing.tell_nothing(desk.db, subscriber.id, even_if_nothing=always)
    return await shown(desk, visit, target, subscriber)


@routes.action(EndAll)
async def end_all(desk: Desk, visit: Visit, action: EndAll) -> Answer:
    """Asks once, then ends everything."""
    target = await target_of(desk, visit, action.who)
    if target is None:
        return _only_admins(visit)
    if target.subscriber is None:
        return await shown(desk, visit, target, None)
    if not action.sure:
        return screens.ask_end(visit.reader, await following(desk, visit, target, target.subscriber))
    await subscribing.end_all(desk.db, target.subscriber.id)
    gone = Target(target.place, 0, None)
    if target.who:
        return screens.summary(visit.reader, await following(desk, visit, gone, None))
    return await shown(desk, visit, gone, None)


@routes.action(Done)
async def done(desk: Desk, visit: Visit, action: Done) -> Answer:
    target = await target_of(desk, visit, action.who)
    if target is None:
        return _only_admins(visit)
    return screens.summary(visit.reader, await following(desk, visit, target, target.subscriber))


async def shown(
    desk: Desk, visit: Visit, target: Target, subscriber: Subscriber | None, *, page: int = 0, notice: str = ""
) -> Screen:
    """The screen of what is followed, as it is now."""
    view = await following(desk, visit, target, subscriber, page=page)
    return screens.manage(visit.reader, view, notice=notice)


async def follow(desk: Desk, target: Target, what: Followed) -> tuple[Subscriber, bool]:
    """Follow something in the target's place, from now on."""
    place = target.place
    return await subscribing.follow(desk.db, place, what, zone=str(desk.zone), now=desk.now())


async def _followed(
    desk: Desk, visit: Visit, target: Target, what: Followed, *, page: int = 0, quietly: bool = False
) -> Screen:
    try:
        subscriber, new = await follow(desk, target, what)
    except TooManySubscriptionsError:
        notice = visit.reader.words("subscription.too_many", n=MAX_SUBSCRIPTIONS)
        return await shown(desk, visit, target, target.subscriber, notice=notice)
    view = await following(desk, visit, target, subscriber, page=page)
    first = new and len(subscriber.subscriptions) == 1
    same = next(one for one in subscriber.subscriptions if (one.what.kind, one.what.key) == (what.kind, what.key))
    notice = "" if quietly else followed.said_of(visit.reader, same, is_new=new)
    return screens.manage(visit.reader, view, notice=notice, offer_last=first)


async def _topic(desk: Desk, visit: Visit, word: str, key: str) -> Followed | None:
    if word == "a":
        return Followed(Kind.ALL)
    kind = _KINDS.get(word)
    return await subscribing.topic(desk.db, kind, key, language=visit.language) if kind else None


async def _meant(desk: Desk, visit: Visit, argument: str) -> tuple[Target | None, str]:
    """Of `@channel name` that channel and the name; else this place and all of it."""
    if not argument.startswith("@"):
        return await target_of(desk, visit), argument
    channel, name = _parted(argument)
    return await elsewhere(desk, visit, channel), name


def _parted(argument: str) -> tuple[str, str]:
    """A channel's name and what stands behind it, be it on a line of its own."""
    channel, *rest = argument.split(maxsplit=1)
    return channel, rest[0] if rest else ""


def _only_admins(visit: Visit) -> Toast:
    return Toast(visit.reader.words("settings.group_only_admins"), alert=True)


def _not_yours(visit: Visit, argument: str) -> Screen:
    if not argument.startswith("@"):
        return home.only_admins(visit.reader)
    key = "subscription.not_that_channel" if visit.private else "subscription.channel_in_private"
    return Screen(visit.reader.words(key, name=_parted(argument)[0][:60]))

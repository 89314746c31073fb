"""What a chat follows, and the buttons to change it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.action import Action, ShowHome
from bot.domain.digest_actions import (
    AskKeyword,
    Done,
    EndAll,
    SendLast,
    ShowDigest,
    ShowEach,
    ShowWhen,
    ShowZones,
    ToggleNothing,
    ToggleQuiet,
    ToggleTopic,
)
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.subscription import Followed, Kind, Subscriber, Subscription
from bot.domain.zones import zone_label
from bot.screens.followed import NAMED, meant_name, name_of, told
from bot.screens.reader import Reader, clip, rows
from bot.screens.times import cadence_text, day_and_time
from bot.services.readers.browsing import Topic

TOPICS_A_PAGE = 6
# Tags, words, and categories that are gone; a chat may follow a hundred, and a keyboard holds some ten thousand bytes.
OTHERS_A_PAGE = 12
EACH_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Following:
    """What the screens of a subscriber are made from; `subscriber` is None while nothing is followed.

    `who` is 0 where the chat looks at its own, else the subscriber's number; `zone` is the publication's.
    `chat` names a chat that is looked after from elsewhere; `topic` says that this is one topic of a forum.
    """

    subscriber: Subscriber | None
    topics: Sequence[Topic]
    zone: str
    who: int = 0
    page: int = 0
    chat: str = ""
    topic: bool = False

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        return self.subscriber.subscriptions if self.subscriber else ()


def manage(
    reader: Reader, view: Following, *, notice: str = "", offer_last: bool = False, meant: Followed | None = None
) -> Screen:
    """What is followed, when the next digest comes, and all that can be changed; what may be `meant` comes first."""
    words = reader.words
    text = TextBuilder()
    if notice:
        text.add(notice + "\n\n")
    _add_facts(text, reader, view)
    buttons = _topic_buttons(reader, view)
    if view.subscriptions:
        buttons += _settings(reader, view)
        if offer_last:
            buttons.insert(0, (Button(words("subscription.send_last"), SendLast(view.who)),))
    else:
        chosen = view.subscriber.zone if view.subscriber else None
        text.add("\n" + words("subscription.choose", zone=zone_label(chosen or view.zone, words.language)))
    if reader.private:
        home = reader.button("home", ShowHome())
        # Beside the last row where there is room, for the screen is tall.
        buttons = [*buttons[:-1], (*buttons[-1], home)] if view.subscriptions else [*buttons, (home,)]
    if meant is not None and (view.subscriber is None or not view.subscriber.follows(meant.kind, meant.key)):
        label = words("subscription.follow", name=clip(meant_name(meant), 20))
        buttons.insert(0, (Button(label, ToggleTopic("t" if meant.kind is Kind.TAG else "c", meant.key, view.who)),))
    built = text.build()
    return Screen(built.text, built.entities, tuple(buttons))


def summary(reader: Reader, view: Following) -> Screen:
    """The same as words alone, for when everything is chosen."""
    text = TextBuilder()
    _add_facts(text, reader, view)
    built = text.build()
    ways = [Button(reader.words("subscription.change"), ShowDigest(view.who))]
    if reader.private:
        ways.append(reader.button("home", ShowHome()))
    return Screen(built.text, built.entities, (tuple(ways),))


def ask_end(reader: Reader, view: Following) -> Screen:
    """The question before everything ends."""
    words = reader.words
    what = words("subscription.end_all_question", n=len(view.subscriptions))
    yes = Button(words("subscription.end_all_sure"), EndAll(view.who, 1))
    return Screen(what, (), ((yes, reader.button("back", ShowDigest(view.who))),))


def each(reader: Reader, view: Following) -> Screen:
    """Every subscription with its own time; a tap gives it another."""
    words = reader.words
    text = TextBuilder().add(words("subscription.each"), "bold")
    page, pages = _place(view.page, _pages(len(view.subscriptions), EACH_A_PAGE))
    if pages > 1:
        text.add(" · " + words("shelf.page", number=page + 1, pages=pages))
    buttons = []
    for one in view.subscriptions[page * EACH_A_PAGE : (page + 1) * EACH_A_PAGE]:
        name = name_of(reader, one, view.topics)
        text.add("\n").quote(clip(name, 80)).add(f" · {cadence_text(words, one.cadence)}")
        buttons.append(Button(clip(name, 24), ShowWhen(view.who, one.id)))
    built = text.build()
    turning = _turning(reader, page, pages, lambda number: ShowEach(view.who, number))
    back = (reader.button("back", ShowDigest(view.who)),)
    return Screen(built.text, built.entities, tuple(row for row in (*rows(buttons, 2), turning, back) if row))


def _pages(number: int, size: int) -> int:
    return max(1, -(-number // size))


def _place(page: int, pages: int) -> tuple[int, int]:
    """The page there is that is nearest, for things are ended while a screen stands; and how many there are."""
    return min(max(page, 0), pages - 1), pages


def _turning(reader: Reader, page: int, pages: int, to: Callable[[int], Action]) -> tuple[Button, ...]:
    buttons = []
    if page > 0:
        buttons.append(Button(reader.words("button.previous"), to(page - 1)))
    if page + 1 < pages:
        buttons.append(Button(reader.words("button.next"), to(page + 1)))
    return tuple(buttons)


def _add_facts(text: TextBuilder, reader: Reader, view: Following) -> None:
    words = reader.words
    if view.chat:
        heading = words("subscription.heading_of", chat=clip(view.chat, 60))
    elif view.topic:
        heading = words("subscription.heading_topic")
    else:
        heading = words("subscription.heading" if reader.private else "subscription.heading_group")
    text.add(heading, "bold")
    subscriber = view.subscriber
    if subscriber is None or not subscriber.subscriptions:
        text.add("\n" + words("subscription.nothing"))
        return
    text.add("\n" + words("subscription.following", what=_joined(reader, view)))
    cadences = dict.fromkeys(one.cadence for one in subscriber.subscriptions)
    zone = next((one.zone for one in cadences if not one.instant), "")
    if len(cadences) == 1:
        text.add("\n" + cadence_text(words, next(iter(cadences))))
        if zone:
            text.add(f" · {zone_label(zone, words.language)}")
    else:
        for one in subscriber.subscriptions[:NAMED]:
            text.add(f"\n{clip(name_of(reader, one, view.topics), 40)} · {cadence_text(words, one.cadence)}")
        if zone:
            text.add(f"\n{zone_label(zone, words.language)}")
    if line := next_line(reader, subscriber):
        text.add("\n" + line)
    if subscriber.next_at and subscriber.zone is None and not subscriber.paused:
        # A time that nobody chose is right for few: 09:00 by the publication's clock may be somebody's night.
        text.add("\n" + words("subscription.zone_unchosen", zone=zone_label(zone, words.language)))


def next_line(reader: Reader, subscriber: Subscriber) -> str:
    """When the next digest comes, or that none does for now; empty for what only comes as it happens."""
    words = reader.words
    if subscriber.paused:
        return words("subscription.paused")
    if subscriber.next_at is None:
        return ""
    zone = next(one.cadence.zone for one in subscriber.subscriptions if not one.cadence.instant)
    key = "subscription.next_always" if subscriber.even_if_nothing else "subscription.next"
    return words(key, moment=day_and_time(words, subscriber.next_at, zone))


def _joined(reader: Reader, view: Following) -> str:
    words, subscriptions = reader.words, view.subscriptions
    names = [told(reader, one, view.topics) for one in subscriptions[:NAMED]]
    if len(subscriptions) > NAMED:
        names.append(words("subscription.more", n=len(subscriptions) - NAMED))
    if len(names) == 1:
        return names[0]
    return words("subscription.and", first=reader.listed(names[:-1]), last=names[-1])


def _others(view: Following) -> list[Subscription]:
    """What is followed and no category of the list: categories that are gone, then tags and words."""
    listed = {topic.key for topic in view.topics}
    gone = [one for one in view.subscriptions if one.what.kind is Kind.CATEGORY and one.what.key not in listed]
    return gone + [one for one in view.subscriptions if one.what.kind in {Kind.TAG, Kind.KEYWORD}]


def _topic_buttons(reader: Reader, view: Following) -> list[tuple[Button, ...]]:
    words = reader.words
    others = _others(view)
    is_long = len(others) > OTHERS_A_PAGE
    pages = max(_pages(len(view.topics), TOPICS_A_PAGE), _pages(len(others), OTHERS_A_PAGE) if is_long else 1)
    who, (page, _) = view.who, _place(view.page, pages)
    followed = {(one.what.kind, one.what.key) for one in view.subscriptions}

    def toggle(label: str, kind: Kind, key: str, word: str) -> Button:
        mark = words("settings.chosen", label=label) if (kind, key) in followed else label
        return Button(mark, ToggleTopic(word, key, who, page))

    shown = view.topics[page * TOPICS_A_PAGE : (page + 1) * TOPICS_A_PAGE]
    buttons = [toggle(clip(topic.name, 20), Kind.CATEGORY, topic.key, "c") for topic in shown]
    for one in others[page * OTHERS_A_PAGE : (page + 1) * OTHERS_A_PAGE] if is_long else others:
        label = words("settings.chosen", label=clip(name_of(reader, one), 20))
        buttons.append(Button(label, ToggleTopic("n", str(one.id), who, page)))
    made = rows(buttons, 2)
    turning = _turning(reader, page, pages, lambda number: ShowDigest(who, number))
    everything = toggle(words("subscription.everything"), Kind.ALL, "", "a")
    made += [turning] if turning else []
    made.append((everything, Button(words("subscription.keywords"), AskKeyword(who))))
    return made


def _settings(reader: Reader, view: Following) -> list[tuple[Button, ...]]:
    words, who = reader.words, view.who
    assert view.subscriber is not None
    on, off = words("subscription.on"), words("subscription.off")
    silent, always = view.subscriber.silent, view.subscriber.even_if_nothing
    when = [Button(words("subscription.when"), ShowWhen(who))]
    if len(view.subscriptions) > 1:
        when.append(Button(words("subscription.each_own"), ShowEach(who)))
    if view.subscriber.zone is None and view.subscriber.next_at:
        when.append(Button(words("when.zone"), ShowZones(who)))
    how = [Button(words("subscription.quiet", state=on if silent else off), ToggleQuiet(who, int(not silent)))]
    if view.subscriber.next_at:
        # What comes as it happens comes only with something.
        how.append(
            Button(words("subscription.always", state=on if always else off), ToggleNothing(who, int(not always)))
        )
    return [
        tuple(when),
        tuple(how),
        (Button(words("subscription.end_all"), EndAll(who)), Button(words("subscription.done"), Done(who))),
    ]

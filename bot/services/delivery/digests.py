"""What a digest says: news chosen for a subscriber, as a view in its language."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.delivery import Mentions, News, choose
from bot.domain.preferences import Preferences, language_for
from bot.domain.schedule import EVERY_DAY
from bot.domain.subscription import Kind, Subscriber
from bot.search.fold import fold
from bot.services.readers.browsing import Card, card_of
from bot.storage import facts
from bot.storage.delivery import delivered as sent_ahead
from bot.storage.delivery import news, outbox, subscribers
from bot.storage.engine import Connection, Database
from bot.storage.shelf.listing import CardRow
from bot.storage.shelf.visibility import VISIBLE_SEQ

PAGE_SIZE = 10
LAST = 5


@dataclass(frozen=True, slots=True)
class Item:
    """A post of a digest; `updated` when its author announced it again."""

    card: Card
    updated: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """One page of a digest: grouped by category, newest first, numbered through.

    `cadence` is instant, daily, weekly or preview; `delivery_id` names one that was planned, to turn its pages.
    `since` is when the last one came, None for the first; `items` is empty when there is nothing new and the chat wants
    to be told. `manageable` is false in channels, where nobody can change anything by a tap; `form` is the chat's.
    """

    subscriber_id: int
    language: str
    zone: str
    cadence: str
    items: tuple[Item, ...]
    total: int
    number: int = 0
    pages: int = 1
    since: datetime | None = None
    delivery_id: int = 0
    manageable: bool = True
    form: str = "classic"

    @property
    def first_number(self) -> int:
        """The number of the first item of this page, from 1."""
        return self.number * PAGE_SIZE + 1


@dataclass
class Newsroom:
    """News as it stands in one transaction, loaded once for many subscribers."""

    connection: Connection
    fallback_language: str
    zone: str
    _texts: dict[str, str] = field(default_factory=dict)
    _cards: dict[str, dict[str, CardRow | None]] = field(default_factory=dict)
    _updated: dict[int, bool] = field(default_factory=dict)
    _chosen: dict[Hashable, list[News]] = field(default_factory=dict)
    _items: dict[tuple[str, tuple[int, ...]], tuple[Item, ...]] = field(default_factory=dict)

    async def news_for(self, readers: Iterable[Subscriber], *, up_to: int | None = None) -> list[News]:
        """All news that any of these may be told of."""
        ranges = [
            (one.cursor, one.due_up_to() if up_to is None else up_to)
            for reader in readers
            for one in reader.subscriptions
        ]
        ranges = [(low, high) for low, high in ranges if high > low]
        if not ranges:
            return []
        return await news.between(self.connection, min(low for low, _ in ranges), max(high for _, high in ranges))

    async def chosen(
        self, reader: Subscriber, found: Sequence[News], *, delivered: Collection[int] = (), up_to: int | None = None
    ) -> list[News]:
        """The news of `found` (all that this was ever asked about) that this reader asks for."""
        mentions = await self._mentions(reader, found)
        followed = tuple((one.what, one.cursor, one.due_up_to()) for one in reader.subscriptions)
        key = followed, frozenset(delivered), up_to
        if key not in self._chosen:
            self._chosen[key] = choose(found, reader.subscriptions, delivered=delivered, mentions=mentions, up_to=up_to)
        return self._chosen[key]

    async def _mentions(self, reader: Subscriber, found: Sequence[News]) -> Mentions:
        if any(one.what.kind is Kind.KEYWORD for one in reader.subscriptions):
            missing = {post.key for post in found} - self._texts.keys()
            if missing:
                texts = await news.texts(self.connection, missing)
                self._texts |= {key: fold_words(texts.get(key, "")) for key in missing}
        return lambda keyword, post: holds(self._texts.get(post.key, ""), keyword)

    def language_of(self, reader: Subscriber) -> str:
        return language_for(Preferences(reader.language), reader.telegram_language, self.fallback_language)

    async def digest(
        self, reader: Subscriber, chosen: Sequence[News], *, cadence: str, delivery_id: int = 0, page: int = 0
    ) -> Digest:
        """The view of these posts; those not shown in the reader's language (any more) are left out."""
        language = self.language_of(reader)
        ordered = await self._ordered(chosen, language)
        pages = max(1, -(-len(ordered) // PAGE_SIZE))
        page = min(max(page, 0), pages - 1)
        return Digest(
            subscriber_id=reader.id,
            language=language,
            zone=reader.zone or self.zone,
            cadence=cadence,
            items=ordered[page * PAGE_SIZE : (page + 1) * PAGE_SIZE],
            total=len(ordered),
            number=page,
            pages=pages,
            since=reader.last_digest_at,
            delivery_id=delivery_id,
            manageable=reader.chat_kind != "channel",
            form=reader.form,
        )

    async def _ordered(self, chosen: Sequence[News], language: str) -> tuple[Item, ...]:
        key = language, tuple(post.seq for post in chosen)
        if key not in self._items:
            cards = await self._cards_of(chosen, language)
            items = [Item(card_of(row), self._updated[post.seq]) for post in chosen if (row := cards[post.key])]
            self._items[key] = tuple(by_category(items))
        return self._items[key]

    async def _cards_of(self, chosen: Sequence[News], language: str) -> dict[str, CardRow | None]:
        """By key, with those that the transaction has shown to others before."""
        cards = self._cards.setdefault(language, {})
        if missing := {post.key for post in chosen} - cards.keys():
            found = await news.cards(self.connection, language, missing)
            cards |= {key: found.get(key) for key in missing}
        if unknown := {post.seq for post in chosen} - self._updated.keys():
            again = await news.updated(self.connection, unknown)
            self._updated |= {seq: seq in again for seq in unknown}
        return cards


def by_category(items: Sequence[Item]) -> list[Item]:
    """Items of one category together, in the order in which the categories first come."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.card.category_key, []).append(item)
    return [item for group in groups.values() for item in group]


def cadence_of(reader: Subscriber, *, among: Collection[int] = ()) -> str:
    """What a digest of everything that is due (or of these subscriptions, by id) is called."""
    due = [one.cadence for one in reader.subscriptions if (one.id in among if among else one.due_up_to() > one.cursor)]
    due = due or [one.cadence for one in reader.subscriptions]
    if due and all(one.instant for one in due):
        return "instant"
    timed = [one.days for one in due if not one.instant]
    if timed and all(days.bit_count() == 1 for days in timed):
        return "weekly"
    return "daily" if EVERY_DAY in timed else "some_days"


def fold_words(text: str) -> str:
    """Text as keywords are compared: width, case, simplified and traditional characters do not count."""
    return " ".join(fold(text).lower().split())


def holds(text: str, keyword: str) -> bool:
    """Whether folded text holds a folded keyword: a Latin one as a whole word, a Chinese one anywhere."""
    start = text.find(keyword)
    while start >= 0:
        end = start + len(keyword)
        if not _joins(text[start - 1 : start], keyword[:1]) and not _joins(keyword[-1:], text[end : end + 1]):
            return True
        start = text.find(keyword, start + 1)
    return False


def _joins(left: str, right: str) -> bool:
    return bool(left and right) and left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


async def preview(db: Database, subscriber_id: int, *, language: str, zone: str, page: int = 0) -> Digest | None:
    """What the next digest would hold now, without consuming it; None when nobody subscribes here any more."""
    async with db.read() as connection:
        reader = (await subscribers.load(connection, [subscriber_id])).get(subscriber_id)
        if reader is None:
            return None
        newest = await facts.count(connection, VISIBLE_SEQ)
        room = Newsroom(connection, language, zone)
        found = await room.news_for([reader], up_to=newest)
        delivered = (await sent_ahead.to(connection, [reader.id])).get(reader.id, set())
        chosen = await room.chosen(reader, found, delivered=delivered, up_to=newest)
        return await room.digest(reader, chosen, cadence="preview", page=page)


async def page_of(
    db: Database, delivery_id: int, *, chat_id: int, language: str, zone: str, page: int
) -> Digest | None:
    """Another page of a digest that this chat was sent; None when it is not kept any more."""
    async with db.read() as connection:
        kept = await outbox.contents_of(connection, delivery_id)
        reader = (await subscribers.load(connection, [kept[0]])).get(kept[0]) if kept else None
        if kept is None or reader is None or reader.chat_id != chat_id:
            return None
        room = Newsroom(connection, language, zone)
        found = await news.numbered(connection, kept[1].seqs)
        cadence = cadence_of(reader, among={which for which, _, _ in kept[1].moved})
        turned = await room.digest(reader, found, cadence=cadence, delivery_id=delivery_id, page=page)
        # The chat's last digest is this very one by now.
        return replace(turned, since=None)


async def last_posts(db: Database, subscriber_id: int, *, language: str, zone: str) -> Digest | None:
    """The newest posts of what is followed, whether news or not; None when nobody subscribes here any more."""
    async with db.read() as connection:
        reader = (await subscribers.load(connection, [subscriber_id])).get(subscriber_id)
        if reader is None:
            return None
        room = Newsroom(connection, language, zone)
        tongue = room.language_of(reader)
        followed = [(str(one.what.kind), one.what.key) for one in reader.subscriptions]
        everything = not any(one.what.kind in {Kind.CATEGORY, Kind.TAG} for one in reader.subscriptions)
        everything = everything or reader.follows(Kind.ALL)
        keys = await news.latest_of(connection, tongue, followed, everything=everything, size=LAST)
        shown = [News(-place, key) for place, key in enumerate(keys, 1)]
        return await room.digest(reader, shown, cadence="last")

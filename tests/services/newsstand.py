"""A database with followers and news in it, a messenger that answers to order, and a courier between them."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.domain.delivery import State
from bot.domain.post import State as PostState
from bot.domain.standing import Push
from bot.domain.subscription import Followed, Kind, Subscriber
from bot.services.delivery import subscribing
from bot.services.delivery.delivering import Courier
from bot.services.delivery.digests import Digest
from bot.services.delivery.subscribing import Place
from bot.services.ports import Address, Busy, Outcome, Sent
from bot.storage.delivery.digest_tables import deliveries
from bot.storage.engine import Database
from bot.storage.shelf import posts, visibility
from bot.storage.shelf.edition import Edition
from bot.storage.shelf.topics import Kind as TopicKind
from bot.storage.shelf.topics import Place as TopicPlace

MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)
EVERYTHING = Followed(Kind.ALL)


class Killed(BaseException):
    """Stands for kill -9: nothing of the sender runs any more."""


@dataclass(frozen=True)
class Moment:
    """A slot: here, whoever has one may send at once."""

    at: float = 0.0


@dataclass
class Letter:
    """What the bot wrote to a chat."""

    post: "Telegram"
    address: Address
    view: object
    silent: bool
    is_plain: bool = False

    async def send(self, slot: object) -> Outcome:
        assert isinstance(slot, Moment)
        return await self.post.take(self)

    def plain(self) -> "Letter":
        return Letter(self.post, self.address, self.view, self.silent, is_plain=True)

    @property
    def keys(self) -> list[str]:
        """The posts it holds, by their slugs."""
        assert isinstance(self.view, Digest)
        return [item.card.title for item in self.view.items]


Answer = Outcome | Callable[[Letter], Outcome]


@dataclass
class Telegram:
    """A messenger whose answers are given beforehand, by chat or in order; else everything arrives."""

    arrived: list[Letter] = field(default_factory=list)
    tried: list[Letter] = field(default_factory=list)
    answers: deque[Outcome] = field(default_factory=deque)
    of_chat: dict[int, Outcome] = field(default_factory=dict)
    busy: deque[Busy] = field(default_factory=deque)
    admins: dict[int, list[int]] = field(default_factory=dict)
    before: Callable[[Letter], None] = lambda letter: None
    after: Callable[[Letter], None] = lambda letter: None
    gate: asyncio.Event | None = None

    async def ready(self, address: Address, *, ahead: float = 0.0) -> Moment | Busy:
        return self.busy.popleft() if self.busy else Moment()

    async def name_of(self, chat_id: int) -> str:
        return f"chat {chat_id}"

    async def admins_of(self, chat_id: int) -> list[int]:
        return self.admins.get(chat_id, [])

    def write(self, address: Address, view: object, *, silent: bool = False) -> Letter:
        return Letter(self, address, view, silent)

    async def take(self, letter: Letter) -> Outcome:
        self.tried.append(letter)
        self.before(letter)
        if self.gate is not None:
            await self.gate.wait()
        outcome = self.of_chat.get(letter.address.chat_id) or (self.answers.popleft() if self.answers else Sent(1))
        if isinstance(outcome, Sent):
            self.arrived.append(letter)
        self.after(letter)
        return outcome

    def digests(self, chat_id: int) -> list[list[str]]:
        """What arrived in a chat: the posts of each digest."""
        return [one.keys for one in self.arrived if one.address.chat_id == chat_id and isinstance(one.view, Digest)]


@dataclass
class Newsstand:
    db: Database
    telegram: Telegram = field(default_factory=Telegram)
    now: datetime = MORNING
    published: int = 0

    def courier(self, name: str = "one", **options: object) -> Courier:
        return Courier(
            self.db, self.telegram, lambda: self.now, owner=name, fallback_language="en", zone="UTC", **options
        )  # type: ignore[arg-type]

    async def follow(
        self, chat_id: int, what: Followed = EVERYTHING, *, days: int | None = None, thread: int = 0, kind: str = ""
    ) -> Subscriber:
        """Follow something, every day at nine or on other days."""
        kind = kind or ("private" if chat_id > 0 else "group")
        place = Place(chat_id, kind, thread, user_id=abs(chat_id))
        reader, _ = await subscribing.follow(self.db, place, what, zone="UTC", now=self.now)
        if days is not None:
            changed = await subscribing.choose_time(self.db, reader.id, days=days, zone="UTC", now=self.now)
            assert changed is not None
            return changed
        return reader

    async def publish(self, *slugs: str, category: str = "NLP", language: str = "en", push: Push = Push.OPEN) -> None:
        """Posts appear and may be pushed, or are held back."""
        for slug in slugs:
            self.published += 1
            edition = _edition(slug, MORNING + timedelta(seconds=self.published), category, language)
            async with self.db.write() as connection:
                await posts.put(connection, [edition], now=self.now)
                keys = await visibility.waiting(connection, Push.PENDING)
                if push is Push.OPEN:
                    await visibility.open_pushes(connection, keys, Push.PENDING)
                else:
                    await visibility.set_push(connection, Push.PENDING, push)

    async def schedule(self, slug: str, *, at: datetime) -> None:
        """A post that the clock publishes."""
        edition = replace(_edition(slug, at, "NLP", "en"), state=PostState.SCHEDULED, publish_at=at)
        async with self.db.write() as connection:
            await posts.put(connection, [edition], now=self.now)

    async def turn(self, courier: Courier, by: timedelta = timedelta(0)) -> None:
        """Time passes; what is due is planned and sent."""
        self.now += by
        await courier.plan()
        await courier.drain()

    async def states(self) -> list[str]:
        """Of the first subscriber's digests, then the next one's: which is planned first, nobody says."""
        order = (deliveries.c.subscriber_id, deliveries.c.id)
        async with self.db.read() as connection:
            return list((await connection.execute(select(deliveries.c.state).order_by(*order))).scalars())

    async def count(self, state: State) -> int:
        return (await self.states()).count(state)


def _edition(slug: str, date: datetime, category: str, language: str) -> Edition:
    return Edition(
        slug=slug, slug_written=True, language=language, path=f"{slug}.md", content_hash=slug.rjust(64, "0"),
        state=PostState.PUBLISHED, title=slug, excerpt=f"All of {slug}.", body=f"Words of {slug}.",
        date=date, publish_at=MORNING, places=(TopicPlace(TopicKind.CATEGORY, (category,)),), reading_minutes=1,
    )  # fmt: skip

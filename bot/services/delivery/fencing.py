"""The two transactions around a send: what is in the air is written down before, what became of it after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Contents, State, contents_of
from bot.domain.message import Text
from bot.domain.subscription import Subscriber
from bot.services.delivery.broadcasting import Said
from bot.services.delivery.digests import Digest, Newsroom, cadence_of
from bot.services.delivery.verdicts import Verdict
from bot.storage.border import moving
from bot.storage.delivery import broadcasts, news, outbox, planning, subscribers
from bot.storage.delivery import delivered as sent_ahead
from bot.storage.delivery.outbox import Claimed, Fenced, Settled
from bot.storage.engine import Connection, Database

AGAIN = timedelta(seconds=2)
"""Until one whose subscriber had another in the air is tried again."""


@dataclass(frozen=True, slots=True)
class InTheAir:
    """A digest, or a text of an admin, that may go out now; `reader` is its chat as it was at that moment."""

    fenced: Fenced
    reader: Subscriber
    view: Digest | Said

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing that the chat wants to be told."""
        if isinstance(self.view, Said):
            return not self.view.text
        return not self.view.items and not self.reader.wants_line(self.fenced.due_at)


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of one that was in the air."""

    sent: InTheAir
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Fencing:
    """The outbox as one sender (`me`) uses it."""

    db: Database
    me: str
    fallback_language: str
    zone: str
    lease: timedelta

    async def claim(self, most: int, now: datetime) -> list[tuple[Claimed, Subscriber]] | None:
        """Take digests that may go now, with their chats; those that hold nothing after all are done with.

        None when there are none.
        """
        async with self.db.read() as connection:
            # Mostly nothing is, and then nothing is locked.
            if not await outbox.is_ready(connection, now=now):
                return None
        async with self.db.write() as connection:
            claimed = await outbox.claim(connection, self.me, most=most, now=now, until=now + self.lease)
            if not claimed:
                return None
            readers = await subscribers.load(connection, {one.subscriber_id for one in claimed})
            empty = await self._without_news(connection, claimed, readers)
        return [(one, readers[one.subscriber_id]) for one in claimed if one.id not in empty]

    async def _without_news(
        self, connection: Connection, claimed: Sequence[Claimed], readers: Mapping[int, Subscriber]
    ) -> set[int]:
        """Keywords are told from titles only here; nobody's turn to send is spent on a digest that holds nothing."""
        room = Newsroom(connection, self.fallback_language, self.zone)
        found = await room.news_for(readers.values())
        delivered = await sent_ahead.to(connection, readers)
        empty = {}
        for one in claimed:
            reader = readers[one.subscriber_id]
            if one.resend or reader.even_if_nothing:
                continue
            if not await room.chosen(reader, found, delivered=delivered.get(reader.id, ())):
                empty[one.id] = contents_of((), reader.subscriptions)
        await outbox.write_contents(connection, empty)
        await outbox.discard(connection, empty)
        return set(empty)

    async def put_in_the_air(self, ids: Sequence[int], now: datetime) -> dict[int, InTheAir]:
        """Fence these claims: their contents are chosen and written down, their cursors moved. The rest may not go."""
        async with self.db.write() as connection:
            # A tick that has not committed may be about to make more of what these subscribers follow due.
            await planning.hold(connection, ids)
            fenced = await outbox.fence(connection, ids, self.me, until=now + self.lease)
            # Their subscriber has another in the air, which may be a dead sender's: a lease would be long to wait.
            refused = set(ids) - {one.id for one in fenced}
            await outbox.postpone(connection, refused, self.me, at=now + AGAIN)
            readers = await subscribers.load(connection, {one.subscriber_id for one in fenced})
            delivered = await sent_ahead.to(connection, readers)
            room = Newsroom(connection, self.fallback_language, self.zone)
            found = await room.news_for(readers.values())
            said = {one.contents.broadcast for one in fenced if one.contents is not None and one.contents.broadcast}
            texts = await broadcasts.texts(connection, said) if said else {}
            flying: dict[int, InTheAir] = {}
            contents: dict[int, Contents] = {}
            for one in fenced:
                reader = readers[one.subscriber_id]
                if one.contents is not None and one.contents.broadcast:
                    text = texts.get(one.contents.broadcast, Text(""))
                    view = Said(text, room.language_of(reader), reader.chat_kind != "channel")
                    flying[one.id] = InTheAir(one, reader, view)
                    continue
                if one.contents is not None:
                    chosen = await news.numbered(connection, one.contents.seqs)
                else:
                    chosen = await room.chosen(reader, found, delivered=delivered.get(reader.id, ()))
                    contents[one.id] = contents_of(chosen, reader.subscriptions)
                digest = await room.digest(reader, chosen, cadence=cadence_of(reader), delivery_id=one.id)
                flying[one.id] = InTheAir(one, reader, digest)
            await outbox.write_contents(connection, contents)
            empty = {id_ for id_, one in flying.items() if one.is_empty}
            await outbox.discard(connection, empty)
            sent = [(flying[id_].reader, held, id_) for id_, held in contents.items()]
            await remember_ahead(connection, sent, delivered)
        return {id_: one for id_, one in flying.items() if id_ not in empty}

    async def settle(self, endings: Sequence[Ending], now: datetime) -> dict[int, bool]:
        """Write down how these ended, and what that says of their chats: True where rights are lost since this one."""
        async with self.db.write() as connection:
            await self._hold(connection, endings)
            return await self._settle(connection, endings, now)

    async def settle_late(self, endings: Sequence[Ending], now: datetime) -> dict[int, bool]:
        """The same after an outage: of those that stand written down already, or that others decided on, nothing is."""
        async with self.db.write() as connection:
            await self._hold(connection, endings)
            open_ = await outbox.unsettled(
                connection, {one.sent.fenced.id: one.sent.fenced.attempts for one in endings}, self.me
            )
            return await self._settle(connection, [one for one in endings if one.sent.fenced.id in open_], now)

    @staticmethod
    async def _hold(connection: Connection, endings: Sequence[Ending]) -> None:
        """A tick may be planning for a subscriber whose digest is to be open again: it has one open digest at most."""
        retried = [one.sent.fenced.id for one in endings if one.verdict.state is State.RETRY]
        await planning.hold(connection, retried)

    async def _settle(self, connection: Connection, endings: Sequence[Ending], now: datetime) -> dict[int, bool]:
        await outbox.take_back(connection, [one.sent.fenced.id for one in endings if one.verdict.take_back])
        await outbox.settle(
            connection,
            [
                Settled(one.sent.fenced.id, one.verdict.state, one.verdict.cause, one.verdict.message_id)
                for one in endings
                if one.verdict.state is not State.RETRY
            ],
            now=now,
        )
        digested = {
            one.sent.reader.id: one.sent.fenced.due_at
            for one in endings
            if one.verdict.state is State.SENT
            and isinstance(one.sent.view, Digest)
            and one.sent.view.cadence != "instant"
        }
        await subscribers.digested(connection, digested)
        return {one.sent.fenced.id: await self._tell_chat(connection, one, now) for one in endings}

    @staticmethod
    async def _tell_chat(connection: Connection, ending: Ending, now: datetime) -> bool:
        verdict, reader, fenced = ending.verdict, ending.sent.reader, ending.sent.fenced
        if verdict.state is State.RETRY:
            await outbox.release(connection, [fenced.id], at=now + verdict.wait, cause=verdict.cause)
        if verdict.moved_to is not None:
            await moving.move(connection, reader.chat_id, verdict.moved_to)
        if verdict.pause is not None:
            thread = reader.thread_id if verdict.pause_topic_only else None
            await subscribers.pause(connection, reader.chat_id, verdict.pause, thread_id=thread)
        if verdict.rights is None or verdict.rights is not reader.rights_lost:
            return False
        known = await subscribers.lost_rights(connection, reader.chat_id)
        await subscribers.change(connection, reader.id, rights_lost_at=None if verdict.rights else now)
        return not verdict.rights and not known

    async def give_back(self, ids: Sequence[int], now: datetime) -> dict[int, bool]:
        """Let these be claimed again, of which nothing was sent; whether their fence was written down is not known."""
        async with self.db.write() as connection:
            await planning.hold(connection, ids)
            fenced = await outbox.in_the_air(connection, ids, self.me)
            await outbox.take_back(connection, fenced)
            await outbox.release(connection, fenced, at=now)
            await outbox.postpone(connection, set(ids) - fenced, self.me, at=now)
        return dict.fromkeys(ids, True)

    async def release(self, claims: Sequence[tuple[int, datetime]]) -> dict[int, bool]:
        """Let these be claimed again, each from its time on; what another has taken over meanwhile is left to it."""
        async with self.db.write() as connection:
            for at in {at for _, at in claims}:
                await outbox.postpone(connection, [id_ for id_, when in claims if when == at], self.me, at=at)
        return {id_: True for id_, _ in claims}


async def remember_ahead(
    connection: Connection,
    sent: Sequence[tuple[Subscriber, Contents, int]],
    delivered: Mapping[int, set[int]],
) -> None:
    """Posts that run ahead of another subscription's cursor are remembered until that has passed them.

    `sent` are subscribers as they were before, what goes to them, and the delivery's number.
    """
    ahead: list[tuple[int, int, int]] = []
    passed: dict[int, int] = {}
    for reader, held, number in sent:
        if not reader.subscriptions:
            continue
        moved = {which: new for which, _, new in held.moved}
        low = min(moved.get(one.id, one.cursor) for one in reader.subscriptions)
        ahead += [(reader.id, seq, number) for seq in held.seqs if seq > low]
        if delivered.get(reader.id):
            passed[reader.id] = min(one.cursor for one in reader.subscriptions)
    await sent_ahead.keep(connection, ahead)
    await sent_ahead.forget(connection, passed)

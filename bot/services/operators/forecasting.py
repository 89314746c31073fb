"""What would be sent to whom at a time, and when next, without sending or consuming anything."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.subscription import Subscriber, Subscription
from bot.services.delivery.digests import Digest, Newsroom, cadence_of
from bot.services.shelf import publishing
from bot.storage import facts
from bot.storage.delivery import delivered as sent_ahead
from bot.storage.delivery import subscribers
from bot.storage.engine import Connection, Database
from bot.storage.shelf import visibility
from bot.storage.shelf.visibility import VISIBLE_SEQ

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Forecast:
    """One chat or topic: the digest it would get (None for nothing) and its next moment on a timetable after that."""

    reader: Subscriber
    digest: Digest | None
    next_at: datetime | None


async def forecast(
    db: Database, *, at: datetime, language: str, zone: str, chat_id: int | None = None
) -> AsyncIterator[Forecast]:
    """For every subscriber (of one chat) in the order in which they came; posts are those that stand there then."""
    after = 0
    while True:
        async with _shelf_at(db, at) as connection:
            ids = await subscribers.ids_after(connection, after, chat_id=chat_id, size=_AT_ONCE)
            if not ids:
                return
            found = await _batch(connection, ids, at, language, zone)
        for one in found:
            yield one
        after = ids[-1]


@asynccontextmanager
async def _shelf_at(db: Database, at: datetime) -> AsyncIterator[Connection]:
    """The database as the clock alone would have made it by then; most often that is how it is now."""
    async with db.read() as connection:
        due = await visibility.next_due(connection)
        if due is None or due > at:
            yield connection
            return
    async with db.trial() as connection:
        await publishing.turn_due(connection, now=at, indexer=None)
        yield connection


async def _batch(connection: Connection, ids: Sequence[int], at: datetime, language: str, zone: str) -> list[Forecast]:
    newest = await facts.count(connection, VISIBLE_SEQ)
    readers = await subscribers.load(connection, ids)
    delivered = await sent_ahead.to(connection, ids)
    then = {id_: _at(reader, at, newest) for id_, reader in readers.items() if not reader.paused}
    room = Newsroom(connection, language, zone)
    found = await room.news_for(then.values())
    forecasts = []
    for id_, reader in sorted(readers.items()):
        digest = None
        if (due := then.get(id_)) is not None:
            chosen = await room.chosen(due, found, delivered=delivered.get(id_, ()))
            told_anyway = due.wants_line(at)
            if chosen or told_anyway:
                digest = await room.digest(due, chosen, cadence=cadence_of(due))
        forecasts.append(Forecast(reader, digest, _next_after(reader, at)))
    return forecasts


def _at(reader: Subscriber, at: datetime, newest: int) -> Subscriber:
    """The subscriber as a tick at that time would leave it."""
    moved = tuple(
        replace(one, last_due_at=at, planned_seq=newest) if _is_due(one, at, newest) else one
        for one in reader.subscriptions
    )
    return replace(reader, subscriptions=moved)


def _is_due(one: Subscription, at: datetime, newest: int) -> bool:
    if one.cadence.instant:
        return one.cursor < newest
    return one.not_before <= at and one.next_due_at is not None and one.next_due_at <= at


def _next_after(reader: Subscriber, at: datetime) -> datetime | None:
    timed = [one for one in reader.subscriptions if not one.cadence.instant]
    coming = [(one.next_at or at, one.cadence) for one in timed]
    return min(
        (moment if moment > at else cadence.next(after=at, last=None) for moment, cadence in coming), default=None
    )

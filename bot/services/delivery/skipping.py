"""Digests that count as sent: everything that is written down about a send, without one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.delivery import contents_of
from bot.domain.subscription import Cadence, Subscriber, Subscription
from bot.services.delivery.digests import Newsroom
from bot.services.delivery.fencing import remember_ahead
from bot.storage.delivery import cursors, subscribers
from bot.storage.delivery import delivered as sent_ahead
from bot.storage.engine import Connection

AT_ONCE = 500
"""Subscribers that can be reached, to be given to `skip` in one call."""

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Passed:
    """What was due `at` a moment: the posts up to a number."""

    at: datetime
    up_to: int


async def skip(
    connection: Connection, ids: Collection[int], passed: Mapping[Cadence, Passed], *, waiting: Collection[int] = ()
) -> dict[int, datetime | None]:
    """What was due counts as sent to these subscribers; gives those to whom a digest would have gone.

    With each stands when it was due on a timetable, None for what came as it happened.

    `passed` says what was due on which timetable. With it goes whatever else was due to a reader, as in any digest; and
    to those `waiting`, for whom a digest was planned.
    """
    loaded = await subscribers.load(connection, ids)
    readers = {id_: _as_due(reader, passed, waits=id_ in waiting) for id_, reader in loaded.items()}
    # The words of no language are asked for.
    room = Newsroom(connection, "en", "UTC")
    found = await room.news_for(readers.values())
    delivered = await sent_ahead.to(connection, readers)
    sent = []
    digests: dict[int, datetime | None] = {}
    for reader in readers.values():
        chosen = await room.chosen(reader, found, delivered=delivered.get(reader.id, ()))
        contents = contents_of(chosen, reader.subscriptions)
        sent.append((reader, contents, 0))
        if chosen or reader.wants_line(_EVER):
            digests[reader.id] = _last_on_a_timetable(reader, {which for which, _, _ in contents.moved})
    await cursors.move(connection, [one for _, contents, _ in sent for one in contents.moved])
    await remember_ahead(connection, sent, delivered)
    return digests


def _as_due(reader: Subscriber, passed: Mapping[Cadence, Passed], *, waits: bool) -> Subscriber:
    """The subscriber as ticks would have left it."""
    due = {one.id: passed[one.cadence] for one in reader.subscriptions if _was_due(one, passed)}
    if not due and not waits:
        return replace(reader, subscriptions=tuple(replace(one, last_due_at=None) for one in reader.subscriptions))
    moved = (
        replace(one, last_due_at=due[one.id].at, planned_seq=due[one.id].up_to) if one.id in due else one
        for one in reader.subscriptions
    )
    return replace(reader, subscriptions=tuple(moved))


def _was_due(one: Subscription, passed: Mapping[Cadence, Passed]) -> bool:
    return one.cadence in passed and one.not_before <= passed[one.cadence].at


def _last_on_a_timetable(reader: Subscriber, moved: Collection[int]) -> datetime | None:
    """When the last digest at an hour would have come, if these subscriptions were what it held."""
    moments = [
        one.last_due_at
        for one in reader.subscriptions
        if one.last_due_at is not None and not one.cadence.instant and (one.id in moved or not moved)
    ]
    return max(moments, default=None)

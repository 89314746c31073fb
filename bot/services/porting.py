"""Subscriptions out of one database and into another, as JSON that people can read; twice does no more than once."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.domain.errors import HeliographError
from bot.domain.subscription import MAX_SUBSCRIPTIONS, Followed, Subscriber, Subscription
from bot.services.porting_rows import SubscriberRow, sentence
from bot.storage import chats, subscribers
from bot.storage.engine import Connection, Database

_BATCH: Final = 200
_VERSION: Final = 1
_DIGITS: Final = 30
"""Of a number that may be meant."""


class PortingError(HeliographError):
    """The file is not there, or is none of ours."""


@dataclass(frozen=True, slots=True)
class Imported:
    """`problems` are sentences, each with its place in the file; what they are about was left out.

    `left_out` counts whole rows.
    """

    subscribers: int
    new: int
    left_out: int
    problems: tuple[str, ...]


async def export(db: Database) -> dict[str, Any]:
    """Every subscriber with all it follows; nothing of what was sent."""
    rows: list[dict[str, Any]] = []
    async with db.read() as connection:
        last = 0
        while ids := await subscribers.ids_after(connection, last, chat_id=None, size=_BATCH):
            rows += [_row(one) for one in (await subscribers.load(connection, ids)).values()]
            last = ids[-1]
    return {"heliograph": "subscriptions", "version": _VERSION, "subscribers": rows}


def _row(one: Subscriber) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in SubscriberRow.model_fields if name != "subscriptions"},
        "language": one.language or "",
        "subscriptions": [
            {
                "kind": each.what.kind.value, "key": each.what.key, "name": each.what.name,
                "days": each.cadence.days, "minute": each.cadence.minute, "zone": each.cadence.zone,
            }
            for each in one.subscriptions
        ],
    }  # fmt: skip


def read(file: Path) -> list[Any]:
    """The subscribers of a file, not looked at yet. Raises PortingError."""
    try:
        found = json.loads(file.read_bytes(), parse_int=_number)
    except OSError as error:
        raise PortingError(f"{file} cannot be read: {error.strerror}.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise PortingError(f"{file} is no JSON from {place} on: name a file that `heliograph export` wrote.") from None
    except (ValueError, RecursionError):
        raise PortingError(f"{file} cannot be read as JSON: name a file that `heliograph export` wrote.") from None
    if not isinstance(found, dict) or found.get("heliograph") != "subscriptions":
        raise PortingError(f"{file} holds no subscriptions: name a file that `heliograph export` wrote.")
    if found.get("version") != _VERSION:
        raise PortingError(f"{file} was written by another version of Heliograph: take it in with that one.")
    rows = found.get("subscribers")
    if not isinstance(rows, list):
        raise PortingError(f"{file}: “subscribers” is no list.")
    return rows


def _number(digits: str) -> int | float:
    """As whole numbers are read, but for those whose reading takes Python long: no field takes them."""
    return int(digits) if len(digits) <= _DIGITS else float("inf")


async def take_in(db: Database, rows: list[Any], *, now: datetime) -> Imported:
    """Follow what the rows say; what a chat follows already stays as it is. Nothing on the shelf is news to them."""
    good: dict[int, SubscriberRow] = {}
    problems: list[str] = []
    for number, row in enumerate(rows):
        try:
            good[number] = SubscriberRow.model_validate(row)
        except ValidationError as error:
            problems += [sentence(number, one) for one in error.errors(include_url=False)[:3]]
    new = 0
    numbered = list(good.items())
    for start in range(0, len(numbered), _BATCH):
        async with db.write() as connection:
            for number, one in numbered[start : start + _BATCH]:
                followed, left_out = await _follow(connection, one, now)
                new += followed
                if left_out:
                    place = f"subscribers[{number}].subscriptions[{left_out[0]}]"
                    most = f"this chat follows {MAX_SUBSCRIPTIONS} things already, which is the most there can be"
                    problems.append(f"{place}: {most}.")
    known = {(one.chat_id, one.thread_id) for one in good.values()}
    return Imported(len(known), new, len(rows) - len(good), tuple(problems))


async def _follow(connection: Connection, row: SubscriberRow, now: datetime) -> tuple[int, list[int]]:
    """How many subscriptions are new, and the numbers of those for which there is no room."""
    known = await subscribers.find(connection, row.chat_id, row.thread_id)
    await chats.remember(connection, row.chat_id, kind=row.chat_kind, now=now)
    subscriber_id = await subscribers.ensure(connection, row.chat_id, row.thread_id, created_by=row.created_by, now=now)
    if known is None:
        # What somebody chose since is newer than the file.
        await subscribers.change(
            connection, subscriber_id, zone=row.zone, silent=row.silent, even_if_nothing=row.even_if_nothing
        )
        if row.language:
            await chats.choose_language(connection, row.chat_id, row.language)
    there: tuple[Subscription, ...] = known.subscriptions if known else ()
    followed = {(one.what.kind, one.what.key) for one in there}
    new, left_out = 0, []
    for number, one in enumerate(row.subscriptions):
        if (one.kind, one.key) in followed:
            continue
        if len(followed) >= MAX_SUBSCRIPTIONS:
            left_out.append(number)
            continue
        slot = await subscribers.slot_of(connection, one.cadence, now=now)
        begins = one.cadence.next(after=now, last=None)
        what = Followed(one.kind, one.key, one.name)
        new += await subscribers.follow(connection, subscriber_id, what, slot, not_before=begins, now=now)
        followed.add((one.kind, one.key))
    return new, left_out

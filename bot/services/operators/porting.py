"""Subscriptions out of one database and into another, as JSON that people can read; twice does no more than once."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.domain.errors import HeliographError
from bot.domain.subscription import MAX_SUBSCRIPTIONS, Cadence, Subscriber
from bot.services.operators.porting_rows import SubscriberRow, SubscriptionRow, sentence
from bot.storage.delivery import crowds, subscribers
from bot.storage.delivery.crowds import Place
from bot.storage.engine import Connection, Database

_BATCH: Final = 500
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
            found = await subscribers.load(connection, ids)
            rows += [_row(found[id_]) for id_ in ids if id_ in found]
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


async def take_in(
    db: Database, rows: list[Any], *, now: datetime, told: Callable[[int], None] = lambda _: None
) -> Imported:
    """Follow what the rows say; what a chat follows already stays as it is. Nothing on the shelf is news to them.

    `told` hears, each time some are safe, how many rows have been looked at.
    """
    problems: list[str] = []
    places: set[Place] = set()
    new = left_out = 0
    for start in range(0, len(rows), _BATCH):
        good, wrong = _looked_at(start, rows[start : start + _BATCH])
        problems += wrong
        left_out += len(rows[start : start + _BATCH]) - len(good)
        places |= {_place(row) for row in good.values()}
        async with db.write() as connection:
            while good:
                # A place that stands there twice is added to the second time.
                once = {_place(row): number for number, row in reversed(good.items())}
                together = {number: good.pop(number) for number in sorted(once.values())}
                added, crowded = await _follow(connection, together, now)
                new += added
                problems += crowded
        told(start + len(rows[start : start + _BATCH]))
    return Imported(len(places), new, left_out, tuple(problems))


def _looked_at(start: int, rows: list[Any]) -> tuple[dict[int, SubscriberRow], list[str]]:
    """The rows that are right, by their numbers, and sentences about the others; the first has the number `start`."""
    good: dict[int, SubscriberRow] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows, start):
        try:
            good[number] = SubscriberRow.model_validate(row)
        except ValidationError as error:
            wrong += [sentence(number, one) for one in error.errors(include_url=False)[:3]]
    return good, wrong


def _place(row: SubscriberRow) -> Place:
    return row.chat_id, row.thread_id


async def _follow(connection: Connection, rows: dict[int, SubscriberRow], now: datetime) -> tuple[int, list[str]]:
    """How many subscriptions of these rows, each of a place of its own, are new; what there is no room for is named."""
    known = await crowds.find(connection, [_place(row) for row in rows.values()])
    ids = await _ensure(connection, list(rows.values()), known, now)
    slots: dict[Cadence, int] = {}
    new: list[dict[str, Any]] = []
    crowded: list[str] = []
    for number, row in rows.items():
        lacking, left_out = _lacking(row, known.get(_place(row)))
        if left_out is not None:
            most = f"this chat follows {MAX_SUBSCRIPTIONS} things already, which is the most there can be"
            crowded.append(f"subscribers[{number}].subscriptions[{left_out}]: {most}.")
        for one in lacking:
            if one.cadence not in slots:
                slots[one.cadence] = await subscribers.slot_of(connection, one.cadence, now=now)
            new.append({
                "subscriber_id": ids[_place(row)], "kind": one.kind, "key": one.key, "name": one.name,
                "slot_id": slots[one.cadence], "not_before": one.cadence.next(after=now, last=None),
            })  # fmt: skip
    await crowds.follow(connection, new, now=now)
    return len(new), crowded


async def _ensure(
    connection: Connection, rows: Sequence[SubscriberRow], known: Mapping[Place, Subscriber], now: datetime
) -> dict[Place, int]:
    """The ids of these rows' subscribers, made when missing. What somebody chose since is newer than the file."""
    await crowds.remember(connection, {row.chat_id: row.chat_kind for row in rows}, now=now)
    new = [row for row in rows if _place(row) not in known]
    await crowds.choose_languages(connection, {row.chat_id: row.language for row in new if row.language})
    fields = ("chat_id", "thread_id", "created_by", "zone", "silent", "even_if_nothing")
    await crowds.add(connection, [{name: getattr(row, name) for name in fields} | {"created_at": now} for row in new])
    return await crowds.ids(connection, [_place(row) for row in rows])


def _lacking(row: SubscriberRow, known: Subscriber | None) -> tuple[list[SubscriptionRow], int | None]:
    """What the row follows and the subscriber does not yet, and the number of the first for which there is no room."""
    followed = {(one.what.kind, one.what.key) for one in known.subscriptions} if known else set()
    lacking: list[SubscriptionRow] = []
    for number, one in enumerate(row.subscriptions):
        if (one.kind, one.key) in followed:
            continue
        if len(followed) >= MAX_SUBSCRIPTIONS:
            return lacking, number
        followed.add((one.kind, one.key))
        lacking.append(one)
    return lacking, None

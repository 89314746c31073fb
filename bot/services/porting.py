"""Subscriptions out of one database and into another, as JSON that people can read; twice does no more than once."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.domain.errors import HeliographError
from bot.domain.subscription import MAX_KEYWORD, MAX_SUBSCRIPTIONS, Cadence, Followed, Kind, Subscriber
from bot.storage import chats, subscribers
from bot.storage.engine import Connection, Database

_BATCH: Final = 200


class PortingError(HeliographError):
    """The file is not there, or is none of ours."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{name}” is no time zone; write an IANA name, e.g. Asia/Shanghai") from None
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Subscription(_Strict):
    kind: Kind
    key: str = Field("", max_length=255)
    name: str = Field("", max_length=255)
    days: int = Field(ge=0, le=127)
    minute: int = Field(ge=0, lt=24 * 60)
    zone: Zone

    @model_validator(mode="after")
    def _key_fits(self) -> "_Subscription":
        if (self.kind is Kind.ALL) == bool(self.key):
            raise ValueError("“all” has no key, everything else needs one")
        if self.kind is Kind.KEYWORD and len(self.key) > MAX_KEYWORD:
            raise ValueError(f"a keyword has {MAX_KEYWORD} characters at most")
        return self


class _Subscriber(_Strict):
    chat_id: int = Field(ge=-(2**62), le=2**62)
    chat_kind: Literal["private", "group", "supergroup", "channel"]
    thread_id: int = Field(0, ge=0, le=2**62)
    language: Literal["", "zh", "en"] = ""
    zone: Zone | None = None
    silent: bool = False
    even_if_nothing: bool = False
    created_by: int | None = Field(None, ge=1, le=2**62)
    subscriptions: list[_Subscription] = Field(max_length=MAX_SUBSCRIPTIONS)


@dataclass(frozen=True, slots=True)
class Imported:
    """`problems` are sentences, each with its place in the file; what they are about was left out."""

    subscribers: int
    new: int
    problems: tuple[str, ...]


async def export(db: Database) -> dict[str, Any]:
    """Every subscriber with all it follows; nothing of what was sent."""
    rows: list[dict[str, Any]] = []
    async with db.read() as connection:
        last = 0
        while ids := await subscribers.ids_after(connection, last, chat_id=None, size=_BATCH):
            rows += [_row(one) for one in (await subscribers.load(connection, ids)).values()]
            last = ids[-1]
    return {"heliograph": "subscriptions", "version": 1, "subscribers": rows}


def _row(one: Subscriber) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _Subscriber.model_fields if name != "subscriptions"},
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
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PortingError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise PortingError(f"{file} is no JSON ({error}): name a file that `heliograph export` wrote.") from None
    if not isinstance(found, dict) or found.get("heliograph") != "subscriptions" or found.get("version") != 1:
        raise PortingError(f"{file} holds no subscriptions: name a file that `heliograph export` wrote.")
    rows = found.get("subscribers")
    if not isinstance(rows, list):
        raise PortingError(f"{file}: “subscribers” is no list.")
    return rows


async def take_in(db: Database, rows: list[Any], *, now: datetime) -> Imported:
    """Follow what the rows say; what a chat follows already stays as it is. Nothing on the shelf is news to them."""
    good: list[_Subscriber] = []
    problems: list[str] = []
    for number, row in enumerate(rows):
        try:
            good.append(_Subscriber.model_validate(row))
        except ValidationError as error:
            problems += [_sentence(number, one) for one in error.errors(include_url=False)[:3]]
    new = 0
    for start in range(0, len(good), _BATCH):
        async with db.write() as connection:
            for one in good[start : start + _BATCH]:
                new += await _follow(connection, one, now)
    return Imported(len(good), new, tuple(problems))


async def _follow(connection: Connection, row: _Subscriber, now: datetime) -> int:
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
    new = 0
    for one in row.subscriptions[: MAX_SUBSCRIPTIONS - len(known.subscriptions if known else ())]:
        cadence = Cadence(one.days, one.minute, one.zone)
        slot = await subscribers.slot_of(connection, cadence, now=now)
        begins = cadence.next(after=now, last=None)
        what = Followed(one.kind, one.key, one.name)
        new += await subscribers.follow(connection, subscriber_id, what, slot, not_before=begins, now=now)
    return new


def _sentence(number: int, error: Any) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    said = error.get("ctx", {}).get("error") or error["msg"]
    return f"subscribers[{number}]{place}: {said}."

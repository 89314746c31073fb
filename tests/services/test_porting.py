"""Subscriptions go from one database to another whole; twice adds nothing, and a bad row keeps no good one out."""

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services import porting
from bot.services.porting import PortingError
from bot.storage.engine import Database, open_database
from tests.services.newsstand import MORNING, Newsstand

DAY = timedelta(days=1)


async def test_everybody_is_taken_over_and_gets_what_comes_next(database: Database, tmp_path: Path) -> None:
    stand = Newsstand(database)
    await stand.follow(11)
    await stand.follow(-12)
    exported = json.loads(json.dumps(await porting.export(database)))
    other = await open_database(f"sqlite:///{tmp_path / 'other.db'}")

    first = await porting.take_in(other, exported["subscribers"], now=MORNING)
    again = await porting.take_in(other, exported["subscribers"], now=MORNING + DAY)

    assert (first.subscribers, first.new, first.problems) == (2, 2, ())
    assert (again.subscribers, again.new) == (2, 0)
    assert await porting.export(other) == exported
    moved = Newsstand(other)
    await moved.publish("news")
    await moved.turn(moved.courier(), DAY)
    assert (moved.telegram.digests(11), moved.telegram.digests(-12)) == ([["news"]], [["news"]])
    await other.close()


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ((), "nobody", "subscribers[0]: "),
        (("chat_id",), "me", "subscribers[0].chat_id: "),
        (("chat_kind",), "cellar", "subscribers[0].chat_kind: "),
        (("surprise",), 1, "subscribers[0].surprise: "),
        (("subscriptions", 0, "days"), 200, "subscribers[0].subscriptions[0].days: "),
        (("subscriptions", 0, "zone"), "Mars/Base", "“Mars/Base” is no time zone; write an IANA name"),
        (("subscriptions", 0, "key"), "x", "“all” has no key, everything else needs one"),
    ],
)
async def test_a_bad_row_is_named_by_its_place_and_the_others_are_taken(
    database: Database, where: tuple[Any, ...], value: object, said: str
) -> None:
    stand = Newsstand(database)
    await stand.follow(11)
    [good] = (await porting.export(database))["subscribers"]
    bad: Any = copy.deepcopy(good)
    inner = bad
    for part in where[:-1]:
        inner = inner[part]
    if where:
        inner[where[-1]] = value
    else:
        bad = value

    done = await porting.take_in(database, [bad, good | {"chat_id": 12}], now=MORNING)

    assert (done.subscribers, done.new, len(done.problems)) == (1, 1, 1)
    assert said in done.problems[0]


@pytest.mark.parametrize("text", ["no json", "[]", '{"heliograph": "posts"}'])
def test_a_file_of_something_else_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "some.json").write_text(text)

    with pytest.raises(PortingError, match="name a file that `heliograph export` wrote"):
        porting.read(tmp_path / "some.json")

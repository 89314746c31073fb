"""Subscriptions go from one database to another whole; twice adds nothing, and a bad row keeps no good one out."""

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.subscription import INSTANT, MAX_SUBSCRIPTIONS
from bot.services.delivery import subscribing
from bot.services.operators import porting
from bot.services.operators.porting import PortingError
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


# What any program may write where it means something else, as JSON has it.
STRANGE = [
    *("null", "true", "-1", "1.5", "NaN", "Infinity", "1e400", '""', '"x"', '"a\\u0000b"', "[]", "{}", "[[[{}]]]"),
    *('"\\ud800"', '"Asia\\udfff"', '{"\\ud800": 1}', '"' + "x" * 100 + '"', str(2**70), "9" * 5000),
]


def mistaken(good: dict[str, Any]) -> Iterator[str]:
    """Rows with each of these values in the place of each field, in turn."""
    for value in STRANGE:
        yield value
        for name in good:
            yield json.dumps(good | {name: "HERE"}).replace('"HERE"', value)
        for name in good["subscriptions"][0]:
            inner = [good["subscriptions"][0] | {name: "HERE"}]
            yield json.dumps(good | {"subscriptions": inner}).replace('"HERE"', value)


async def test_nothing_in_a_row_keeps_the_others_out(database: Database, tmp_path: Path) -> None:
    stand = Newsstand(database)
    await stand.follow(11)
    [good] = (await porting.export(database))["subscribers"]
    file = tmp_path / "some.json"
    head = '{"heliograph": "subscriptions", "version": 1, "subscribers": ['
    file.write_text(head + ", ".join([*mistaken(good), json.dumps(good | {"chat_id": 12})]) + "]}")

    done = await porting.take_in(database, porting.read(file), now=MORNING)

    assert 12 in {row["chat_id"] for row in (await porting.export(database))["subscribers"]}
    assert len(done.problems) > 200
    for said in done.problems:
        assert said.startswith("subscribers[")
        assert len(said) < 160
        assert said.isprintable()
        assert "Input should" not in said


async def test_what_comes_as_it_happens_does_so_in_the_other_database(database: Database, tmp_path: Path) -> None:
    stand = Newsstand(database)
    one = await stand.follow(11)
    await subscribing.choose_time(database, one.id, days=INSTANT, now=MORNING)
    exported = await porting.export(database)
    other = await open_database(f"sqlite:///{tmp_path / 'other.db'}")

    done = await porting.take_in(other, exported["subscribers"], now=MORNING)

    assert (done.new, done.problems) == (1, ())
    assert await porting.export(other) == exported
    await other.close()


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("chat_kind", "supergroup"),
        ("zone", "America/Argentina/ComodRivadavia"),
        ("subscriptions[0].kind", "category"),
        ("subscriptions[0].key", "k" * 64),
        ("subscriptions[0].name", "n" * 255),
        ("subscriptions[0].zone", "America/Argentina/ComodRivadavia"),
        ("chat_id", -(2**62)),
        ("thread_id", 2**62),
        ("created_by", 2**62),
    ],
)
async def test_the_longest_of_each_field_is_kept_and_what_is_longer_is_named(
    database: Database, where: str, value: str | int
) -> None:
    followed = {"kind": "tag", "key": "k", "days": 127, "minute": 540, "zone": "UTC"}
    row: dict[str, Any] = {"chat_id": 7, "chat_kind": "private", "subscriptions": [followed]}
    inner = followed if "." in where else row
    field = where.rpartition(".")[2]
    inner[field] = value

    taken = await porting.take_in(database, [row], now=MORNING)
    inner[field] = value + "x" if isinstance(value, str) else value * 2
    refused = await porting.take_in(database, [row], now=MORNING)

    assert (taken.new, taken.problems) == (1, ())
    assert [said.partition(":")[0] for said in refused.problems] == [f"subscribers[0].{where}"]


async def test_what_there_is_no_room_for_is_named_and_what_is_there_takes_none(database: Database) -> None:
    def row(*numbers: int) -> dict[str, Any]:
        timed = {"kind": "keyword", "days": 127, "minute": 540, "zone": "UTC"}
        return {
            "chat_id": 7,
            "chat_kind": "private",
            "subscriptions": [timed | {"key": f"w{number}", "name": f"w{number}"} for number in numbers],
        }

    await porting.take_in(database, [row(*range(MAX_SUBSCRIPTIONS - 1))], now=MORNING)

    done = await porting.take_in(database, [row(*range(10), 200, 201)], now=MORNING)

    assert done.new == 1
    assert [said.partition(":")[0] for said in done.problems] == ["subscribers[0].subscriptions[11]"]


async def test_a_row_that_stands_there_twice_is_one_subscriber(database: Database) -> None:
    stand = Newsstand(database)
    await stand.follow(11)
    [row] = (await porting.export(database))["subscribers"]

    assert (await porting.take_in(database, [row, row], now=MORNING)).subscribers == 1


async def test_a_row_that_stands_there_again_adds_to_the_first(database: Database) -> None:
    timed = {"kind": "tag", "days": 127, "minute": 540, "zone": "UTC"}
    rows = [
        {"chat_id": 7, "chat_kind": "private", "silent": silent, "subscriptions": [timed | {"key": key, "name": key}]}
        for key, silent in (("a", True), ("b", False), ("a", False))
    ]

    done = await porting.take_in(database, rows, now=MORNING)

    [kept] = (await porting.export(database))["subscribers"]
    assert (done.subscribers, done.new) == (1, 2)
    assert ([one["key"] for one in kept["subscriptions"]], kept["silent"]) == (["a", "b"], True)


async def test_topics_of_a_chat_are_subscribers_of_their_own_and_a_language_is_the_chats(database: Database) -> None:
    followed = {"kind": "tag", "key": "a", "name": "a", "days": 127, "minute": 540, "zone": "UTC"}
    rows = [
        {"chat_id": -7, "chat_kind": "supergroup", "thread_id": topic, "language": "zh", "subscriptions": [followed]}
        for topic in (0, 5)
    ]

    done = await porting.take_in(database, rows, now=MORNING)

    kept = (await porting.export(database))["subscribers"]
    assert (done.subscribers, done.new) == (2, 2)
    assert [(one["thread_id"], one["language"]) for one in kept] == [(0, "zh"), (5, "zh")]


async def test_a_long_file_is_taken_in_parts_and_numbered_through(database: Database) -> None:
    rows: list[Any] = [{"chat_id": 1 + n, "chat_kind": "private", "subscriptions": []} for n in range(1201)]
    rows[700] = "nobody"
    heard: list[int] = []

    done = await porting.take_in(database, rows, now=MORNING, told=heard.append)

    assert heard == [500, 1000, 1201]
    assert (done.subscribers, done.left_out) == (1200, 1)
    assert [said.partition(":")[0] for said in done.problems] == ["subscribers[700]"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_an_editor_saved_with_a_mark_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "some.json"
    file.write_text('{"heliograph": "subscriptions", "version": 1, "subscribers": [7]}', encoding=encoding)

    assert porting.read(file) == [7]


@pytest.mark.parametrize("text", ["no json", "", "[]", '{"heliograph": "posts"}', "[" * 100_000, "9" * 100_000])
def test_a_file_of_something_else_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "some.json").write_text(text)

    with pytest.raises(PortingError, match="name a file that `heliograph export` wrote"):
        porting.read(tmp_path / "some.json")


def test_a_file_of_another_version_is_not_called_empty(tmp_path: Path) -> None:
    (tmp_path / "some.json").write_text('{"heliograph": "subscriptions", "version": 2, "subscribers": []}')

    with pytest.raises(PortingError, match="was written by another version"):
        porting.read(tmp_path / "some.json")

"""`heliograph run` as a process: it starts, follows its folder, is stopped and killed, and loses nothing."""

import asyncio
import os
import signal
import sqlite3

import pytest

from bot.sandbox import acting
from bot.sandbox.faults import Fault
from bot.sandbox.world import Person
from tests.journeys.conftest import READER, Operator, until


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"HELIOGRAPH_TOKEN": None}, "HELIOGRAPH_TOKEN is not set; get a token from @BotFather and set it"),
        ({"HELIOGRAPH_TOKEN": "12345:shy"}, "HELIOGRAPH_TOKEN: it does not look like a bot token"),
        ({"HELIOGRAPH_TITEL": "Mine"}, "HELIOGRAPH_TITEL, in the environment, is no setting of Heliograph"),
        ({"HELIOGRAPH_CONTENT": "nowhere"}, "HELIOGRAPH_CONTENT: there is no folder nowhere"),
        ({"HELIOGRAPH_TOKEN": "987654321:" + "Z" * 35}, "Telegram refuses the bot token"),
    ],
    ids=["no token", "malformed token", "unknown setting", "no folder", "refused token"],
)
async def test_wrong_setting_is_one_sentence_and_exit_code_2(
    operator: Operator, environment: dict[str, str | None], said: str
) -> None:
    program = await operator.runs("run", **environment)

    assert program.process.returncode == 2
    lines = [line for line in program.text.splitlines() if " INFO " not in line]
    assert len(lines) == 1, program.text
    assert lines[0].startswith(said)
    assert (environment.get("HELIOGRAPH_TOKEN") or "never said") not in program.text


async def test_folder_is_followed_while_the_bot_runs(operator: Operator) -> None:
    operator.write("first.md", "The first post")
    program = await operator.serves()
    assert "The first post" in await operator.asks("/latest")

    operator.write("second.md", "The second post")
    await operator.finds("The second post")
    operator.write("second.md", "The second post, mended")
    await operator.finds("The second post, mended")
    (operator.content / "second.md").unlink()
    await until(lambda: "1 withdrawn" in program.text, lambda: program.text)
    assert "second" not in await operator.finds("The first post")

    assert await program.told(signal.SIGTERM) == 0


async def test_a_second_bot_on_the_same_file_is_refused_and_the_first_serves_on(operator: Operator) -> None:
    operator.write("first.md", "The first post")
    await operator.serves()

    second = await operator.starts("run")

    assert await second.ends() == 2
    said = "is served by another process already: end that one first; several at once need PostgreSQL."
    await until(lambda: said in second.text, lambda: second.text)
    assert "The first post" in await operator.asks("/latest")


async def test_half_written_post_is_not_published(operator: Operator) -> None:
    operator.write("first.md", "The first post")
    await operator.serves()
    whole = "---\ntitle: Slowly saved\ndate: 2026-01-10\n---\n\n" + "One word more. " * 40 + "The last words.\n"
    shown: list[str] = []

    with (operator.content / "slow.md").open("w", encoding="utf-8") as file:
        for place in range(0, len(whole), 40):
            file.write(whole[place : place + 40])
            file.flush()
            await asyncio.sleep(0.05)
            with sqlite3.connect(operator.data / "heliograph.sqlite3") as database:
                shown += [body for (body,) in database.execute("SELECT body FROM posts WHERE title = 'Slowly saved'")]
    await operator.finds("Slowly saved")

    assert all("The last words." in body for body in shown)


async def test_hangup_makes_the_bot_look_at_the_folder_and_a_stop_ends_it_at_once(operator: Operator) -> None:
    elsewhere = operator.home / "elsewhere.md"
    os.link(operator.write("first.md", "The first post"), elsewhere)
    program = await operator.serves()
    # No watcher of the folder is told of a change through another name of the file.
    elsewhere.write_text(elsewhere.read_text().replace("The first post", "The post, mended"))

    program.process.send_signal(signal.SIGHUP)
    await operator.finds("The post, mended")
    begun = asyncio.get_running_loop().time()
    code = await program.told(signal.SIGTERM)

    assert asyncio.get_running_loop().time() - begun < 5
    assert "Traceback" not in program.text
    assert code == 0, program.text


async def test_signals_are_heard_while_the_bot_still_waits_for_telegram(operator: Operator) -> None:
    held = operator.server.world.faults.add(Fault("hold", method="getMe", times=None))
    program = await operator.starts("run")
    await until(lambda: held.struck, lambda: program.text)

    program.process.send_signal(signal.SIGHUP)
    code = await program.told(signal.SIGTERM)

    assert code == 0
    assert "Traceback" not in program.text


async def test_updates_of_a_killed_bot_are_answered_by_the_next(operator: Operator) -> None:
    operator.write("first.md", "The first post")
    world = operator.server.world
    people = range(READER + 1, READER + 61)
    program = await operator.serves(HELIOGRAPH_SENDS_PER_SECOND="200")
    held = world.faults.add(Fault("hold", method="sendMessage", skip=20, times=None))
    for person in people:
        world.add_person(Person(person, "Somebody", language_code="en"))
        acting.say(world, person, person, "/id")
    await until(lambda: sum(bool(operator.seen(person)) for person in people) >= 20)
    program.process.kill()
    await program.ends()
    world.faults.remove(held.id)

    await operator.serves(HELIOGRAPH_SENDS_PER_SECOND="200")
    await until(
        lambda: all(operator.seen(person) for person in people),
        lambda: f"{sum(not operator.seen(person) for person in people)} were never answered",
    )

    assert sum(len(operator.seen(person)) - 1 for person in people) <= len(people) - 20


async def test_two_syncs_at_once_load_a_post_once(operator: Operator) -> None:
    operator.write("first.md", "The first post")

    reports = await asyncio.gather(*(operator.runs("sync", "--json") for _ in range(2)))

    assert [report.process.returncode for report in reports] == [0, 0]
    assert sum(report.text.count('"added": ["first.md"]') for report in reports) == 1


async def test_token_stands_in_no_output_at_debug(operator: Operator) -> None:
    operator.write("first.md", "The first post", "Body.\n\n$$\n\\sqrt{\\frac{a}{b}}\n$$")
    token = operator.server.token
    world = operator.server.world
    program = await operator.serves(HELIOGRAPH_LOG_LEVEL="debug")
    for fault in (
        Fault("error", method="sendMessage", code=400, description="Bad Request: no"),
        Fault("html", method="sendMessage", code=502),
        Fault("drop", method="sendMessage"),
        Fault("error", method="getUpdates", code=409, description="Conflict: terminated by other getUpdates request"),
    ):
        world.faults.add(fault)
    for text in ("/start", "/latest", "/categories", "/settings"):
        acting.say(world, READER, READER, text)
    await until(lambda: not world.updates.pending, lambda: program.text)
    await operator.asks("/help")

    await program.told(signal.SIGTERM)

    assert len(program.text) > 2000
    assert token not in program.text
    assert token.partition(":")[2] not in program.text


async def test_a_second_signal_ends_the_bot_at_once(operator: Operator) -> None:
    operator.write("first.md", "The first post")
    program = await operator.serves()
    held = operator.server.world.faults.add(Fault("hold", method="sendMessage", times=None))
    acting.say(operator.server.world, READER, READER, "/latest")
    await until(lambda: held.struck, lambda: program.text)

    program.process.send_signal(signal.SIGTERM)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await program.process.wait()
    code = await program.told(signal.SIGTERM)

    assert code == 130
    assert "Traceback" not in program.text

"""`heliograph demo`: from any folder, without a token, a page to talk to the bot, and a quick end."""

import asyncio
import re
import signal

import pytest
from aiohttp import ClientSession

from bot.cli.demo import _free_port
from bot.domain.errors import HeliographError
from tests.journeys.conftest import Operator, until


async def test_demo_serves_a_page_where_a_newcomer_talks_to_the_bot(operator: Operator) -> None:
    demo = await operator.starts("demo", "--port", "0", HELIOGRAPH_TOKEN=None, HELIOGRAPH_API_URL=None)
    await demo.says("Talk to the bot at http://127.0.0.1:")
    found = re.search(r"http://127\.0\.0\.1:\d+", demo.text)
    assert found is not None
    async with ClientSession(found[0]) as browser:
        async with browser.get("/") as page:
            assert page.status == 200
            assert "<textarea" in await page.text()
        async with browser.get("/sandbox/state") as answer:
            world = await answer.json()
        people, notes = world["people"], world["notes"]
        chat = f"/sandbox/chats/{people[0]['id']}"
        await browser.post(f"{chat}/send", json={"from": people[0]["id"], "text": "/start"})
        said: list[str] = []

        async def look() -> None:
            while not said:
                async with browser.get(f"{chat}/messages") as messages:
                    said.extend(m["text"] for m in (await messages.json())["messages"] if m["from"]["is_bot"])
                await asyncio.sleep(0.05)

        looking = asyncio.create_task(look())
        await until(lambda: said, lambda: demo.text)
        await looking
    begun = asyncio.get_running_loop().time()
    code = await demo.told(signal.SIGINT)

    assert "INCOMING TRANSMISSION" in said[0]
    # Both places name the person who may publish.
    admin = people[-1]["first_name"]
    assert f"as {admin} to be its admin" in demo.text
    assert all(admin in notes[language] for language in ("en", "zh"))
    assert code == 0
    assert asyncio.get_running_loop().time() - begun < 5
    assert "Traceback" not in demo.text


async def test_demo_on_a_port_that_is_taken_says_what_to_do(operator: Operator) -> None:
    port = operator.server.base_url.rpartition(":")[2]

    demo = await operator.runs("demo", "--port", port)

    assert demo.process.returncode == 2
    assert demo.text == f"Port {port} of this machine is taken; end the other program, or leave --port out.\n"


async def test_demo_on_a_port_that_there_is_not_is_refused_in_a_sentence(operator: Operator) -> None:
    demo = await operator.runs("demo", "--port", "99999999")

    assert demo.process.returncode == 2
    assert demo.text == "There is no port 99999999; take one from 1 to 65535, or leave --port out.\n"


@pytest.mark.parametrize("port", [-1, 65_536])
def test_ports_end_at_their_last(port: int) -> None:
    with pytest.raises(HeliographError, match=f"There is no port {port}; take one from 1 to 65535"):
        _free_port(port)

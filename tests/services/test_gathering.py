"""Many who ask at once are answered by one transaction."""

import asyncio
from collections.abc import Sequence

from bot.services.delivery.gathering import Gathering


async def test_who_asks_while_a_transaction_runs_is_answered_by_the_next_together_with_the_others() -> None:
    lists: list[list[int]] = []

    async def together(asked: Sequence[int]) -> dict[int, int]:
        lists.append(list(asked))
        await asyncio.sleep(0)
        return {one: -one for one in asked}

    gathering = Gathering(together)
    first = asyncio.create_task(gathering.ask(1, 1))
    while not lists:
        await asyncio.sleep(0)
    others = [asyncio.create_task(gathering.ask(number, number)) for number in (2, 3)]

    assert await asyncio.gather(first, *others) == [-1, -2, -3]
    assert lists == [[1], [2, 3]]


async def test_it_knows_how_long_an_answer_takes_of_late() -> None:
    async def together(asked: Sequence[int]) -> dict[int, int]:
        await asyncio.sleep(0.02)
        return {one: one for one in asked}

    gathering = Gathering(together)
    assert gathering.usual == 0.0
    for number in range(24):
        await gathering.ask(number, number)

    assert gathering.usual >= 0.018

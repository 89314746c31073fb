"""What leaves late keeps its distances, so that those who share a limit never meet in a crowd."""

import asyncio

from bot.chat.transport.gate import Gate
from tests.chat.faketime import FakeTimer, settle

PER_SECOND = 100.0


class Leaving:
    """A gate on a fake timer, and when what was asked for at each moment left."""

    def __init__(self) -> None:
        self.timer = FakeTimer()
        self.gate = Gate(PER_SECOND, self.timer)
        self.left: list[float] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def ask(self, *moments: float, patient: bool = False) -> None:
        """`moments` are seconds from now."""

        async def leave(at: float) -> None:
            await self.gate.leave(at, 1, patient=patient)
            self.left.append(self.timer.now)

        self.tasks += [asyncio.create_task(leave(self.timer.now + moment)) for moment in moments]
        await settle()


async def test_each_leaves_at_its_moment() -> None:
    leaving = Leaving()
    began = leaving.timer.now
    await leaving.ask(0.0, 0.05, 0.1)
    await leaving.timer.pass_(1.0)

    assert [round(at - began, 6) for at in leaving.left] == [0.0, 0.05, 0.1]


async def test_late_ones_keep_nearly_their_distances() -> None:
    leaving = Leaving()
    await leaving.ask(-1.0)
    await leaving.timer.pass_(0.0)
    # A stall of half a second, behind which thirty come at once.
    await leaving.ask(*(-0.5 + n * 0.01 for n in range(1, 31)))
    await leaving.timer.pass_(1.0)

    assert len(leaving.left) == 31
    began, after = leaving.left[1], leaving.left[2:]
    # 10 ms of lateness go at once; the rest catches up by a twentieth.
    assert all(at - began >= 0.95 * (n - 1) * 0.01 - 0.013 for n, at in enumerate(after, 1))
    assert after[-1] - began < 0.3


async def test_lateness_is_made_up_for_and_then_moments_are_kept_again() -> None:
    leaving = Leaving()
    began = leaving.timer.now
    await leaving.ask(*(-0.03 + n * 0.01 for n in range(400)))
    await leaving.timer.pass_(6.0)

    assert round(leaving.left[-1] - began, 3) == round(-0.03 + 399 * 0.01, 3)


async def test_who_gives_up_waiting_leaves_the_gate_to_the_others() -> None:
    leaving = Leaving()
    await leaving.ask(0.1, 0.2)
    leaving.tasks[0].cancel()
    await leaving.timer.pass_(1.0)

    assert len(leaving.left) == 1

"""systemd hears when the start is over, and a beat for as long as nothing hangs."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.notifying import Supervisor


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as opened:
        opened.bind(str(tmp_path / "notify"))
        opened.setblocking(False)
        yield opened


def environment(systemd: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "60000", "WATCHDOG_PID": str(os.getpid())} | more


async def heard(systemd: socket.socket) -> str:
    async with asyncio.timeout(5):
        return (await asyncio.get_running_loop().sock_recv(systemd, 1000)).decode()


async def test_a_start_asks_for_time_then_is_ready_then_beats_then_stops(systemd: socket.socket) -> None:
    async with Supervisor(environment(systemd)).watching() as ready:
        assert await heard(systemd) == "EXTEND_TIMEOUT_USEC=60000"
        ready(lambda: "")
        assert await heard(systemd) == "READY=1"
        assert [await heard(systemd) for _ in range(3)] == ["WATCHDOG=1"] * 3

    while (last := await heard(systemd)) == "WATCHDOG=1":
        pass
    assert last == "STOPPING=1"


async def test_a_program_that_hangs_is_silent(systemd: socket.socket) -> None:
    async with Supervisor(environment(systemd)).watching() as ready:
        await heard(systemd)
        ready(lambda: "It hangs.")
        assert await heard(systemd) == "READY=1"
        await asyncio.sleep(0.1)
        with pytest.raises(BlockingIOError):
            systemd.recv(1000)


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/socket"}, {"WATCHDOG_USEC": "nonsense"}])
async def test_without_systemd_nothing_is_said(environ: dict[str, str]) -> None:
    async with Supervisor(environ).watching() as ready:
        ready(lambda: "")


def test_a_watchdog_meant_for_another_process_is_not_ours(systemd: socket.socket) -> None:
    assert Supervisor(environment(systemd, WATCHDOG_PID="1")).watchdog == 0.0

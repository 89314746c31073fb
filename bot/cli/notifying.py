"""Tells systemd how the program fares, when systemd started it and asks."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager


class Supervisor:
    """The socket that systemd names in the environment (man:sd_notify(3)); without one, every word is lost gladly."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        path = environ.get("NOTIFY_SOCKET", "")
        # A name that begins with @ is in the abstract namespace, where it begins with a zero byte.
        self._path = "\0" + path[1:] if path.startswith("@") else path
        microseconds = environ.get("WATCHDOG_USEC", "")
        is_ours = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog = int(microseconds) / 1e6 if microseconds.isdecimal() and is_ours else 0.0

    def say(self, *lines: str) -> None:
        """One message, such as `READY=1`; a supervisor that does not listen changes nothing."""
        if not self._path:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as opened:
            opened.setblocking(False)
            opened.sendto("\n".join(lines).encode(), self._path)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Callable[[Callable[[], str]], None]]:
        """Until the block ends, systemd hears that the loop turns; gives what to call when the start is over.

        That takes a function that says why the program is stuck, or nothing.
        """
        stuck: list[Callable[[], str]] = []

        def ready(why_stuck: Callable[[], str]) -> None:
            stuck.append(why_stuck)
            self.say("READY=1")

        beating = asyncio.create_task(self._beat(stuck)) if self.watchdog else None
        try:
            yield ready
        finally:
            if beating:
                beating.cancel()
            self.say("STOPPING=1")

    async def _beat(self, stuck: Sequence[Callable[[], str]]) -> None:
        while True:
            if not stuck:
                # A start waits out an outage of Telegram, however long.
                self.say(f"EXTEND_TIMEOUT_USEC={int(self.watchdog * 1e6)}")
            elif not stuck[0]():
                # Silence, more than anything said, is what makes systemd start the program anew.
                self.say("WATCHDOG=1")
            await asyncio.sleep(self.watchdog / 3)

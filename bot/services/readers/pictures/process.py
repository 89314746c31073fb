"""The drawing process seen from outside: started when first asked, killed when it takes too long, started again."""

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

_log = logging.getLogger(__name__)

WORKER = (sys.executable, "-P", "-m", "bot.services.readers.pictures.worker")
# Reading two fonts on a machine that is busy starting everything else.
_START_LIMIT = timedelta(seconds=30)
# What Python needs to run; no setting, and so no secret, is passed on.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV")


class DrawingRefusedError(Exception):
    """The formula cannot be drawn, now or later; the message says why."""


class DrawingFailedError(Exception):
    """The process was too slow, or died; the formula may be to blame."""


class DrawingProcess:
    """Draws one formula at a time; callers wait for each other."""

    def __init__(self, *, time_limit: timedelta, command: Sequence[str] = WORKER) -> None:
        self._limit = time_limit.total_seconds()
        self._command = command
        self._lock = asyncio.Lock()
        self._process: Process | None = None

    async def draw(self, latex: str) -> bytes:
        """The formula as PNG. Raises DrawingRefusedError or DrawingFailedError."""
        async with self._lock:
            try:
                try:
                    return await self._attempt(latex)
                except (EOFError, ConnectionError):
                    # Something may have ended the process from outside; a formula that does so will do it again.
                    await self._end()
                    return await self._attempt(latex)
            except TimeoutError:
                await self._end()
                raise DrawingFailedError("drawing took too long") from None
            except (OSError, EOFError, ValueError) as error:
                await self._end()
                raise DrawingFailedError(f"the drawing process ended ({type(error).__name__})") from error
            except asyncio.CancelledError:
                # Half an answer may be on its way; the next caller must not read it.
                await self._end()
                raise

    async def _attempt(self, latex: str) -> bytes:
        process = await self._started()
        async with asyncio.timeout(self._limit):
            return await self._ask(process, latex)

    async def close(self) -> None:
        async with self._lock:
            await self._end()

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the bot, which ends the process itself
            )
            async with asyncio.timeout(_START_LIMIT.total_seconds()):
                await self._header(self._process)
            _log.debug("drawing process %s started", self._process.pid)
        return self._process

    async def _ask(self, process: Process, latex: str) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"latex": latex}).encode() + b"\n")
        await process.stdin.drain()
        header = await self._header(process)
        if "refused" in header:
            raise DrawingRefusedError(header["refused"])
        return await process.stdout.readexactly(int(header["size"]))

    async def _header(self, process: Process) -> dict[str, Any]:
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            raise EOFError
        header: dict[str, Any] = json.loads(line)
        return header

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

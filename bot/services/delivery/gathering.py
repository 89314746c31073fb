"""Gathers what many tasks ask for at the same time into one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Gathering(Generic[Asked, Given]):
    """`together` answers a list of requests at once, by their keys; it runs once at a time.

    While it runs, requests wait and form the next list; when there are any, that list waits `linger` seconds for more.
    So a slow sender gets a transaction a message at once, a fast one a few dozen messages a transaction. An error is
    everybody's who was on the list.
    """

    def __init__(
        self, together: Callable[[Sequence[Asked]], Awaitable[Mapping[int, Given]]], *, linger: float = 0.0
    ) -> None:
        self._together = together
        self._linger = linger
        self._waiting: list[tuple[int, Asked, asyncio.Future[Given | None]]] = []
        self._running: asyncio.Task[None] | None = None
        self._oldest = 0.0
        self.usual = 0.0
        """Seconds in which of late whoever asked first was answered."""

    async def ask(self, key: int, request: Asked) -> Given | None:
        """The answer to this request; None when `together` had none. Cancelled, it is carried out all the same."""
        future: asyncio.Future[Given | None] = asyncio.get_running_loop().create_future()
        if not self._waiting:
            self._oldest = asyncio.get_running_loop().time()
        self._waiting.append((key, request, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            # Whoever asks in this turn of the loop is on the first list.
            await asyncio.sleep(0)
            await self._serve()
            while self._waiting:
                await asyncio.sleep(self._linger)
                await self._serve()
        finally:
            self._running = None

    async def _serve(self) -> None:
        batch, self._waiting, since = self._waiting, [], self._oldest
        try:
            answers = await self._together([request for _, request, _ in batch])
        except BaseException as error:
            for _, _, future in batch:
                if not future.done():
                    future.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
            if not isinstance(error, Exception):
                raise
        else:
            for key, _, future in batch:
                if not future.done():
                    future.set_result(answers.get(key))
            self.usual += (asyncio.get_running_loop().time() - since - self.usual) / 8

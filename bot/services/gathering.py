"""Gathers what many tasks ask for at the same time into one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Gathering(Generic[Asked, Given]):
    """`together` answers a list of requests at once, by their keys; it runs once at a time.

    While it runs, requests wait and form the next list: a slow sender gets a transaction a message, a fast one a few
    dozen messages a transaction. Its error is everybody's who was on the list.
    """

    def __init__(self, together: Callable[[Sequence[Asked]], Awaitable[Mapping[int, Given]]]) -> None:
        self._together = together
        self._waiting: list[tuple[int, Asked, asyncio.Future[Given | None]]] = []
        self._turn = asyncio.Lock()
        self._work: asyncio.Future[Mapping[int, Given]] | None = None

    async def ask(self, key: int, request: Asked) -> Given | None:
        """The answer to this request; None when `together` had none. Cancelled, it is carried out all the same."""
        future: asyncio.Future[Given | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, request, future))
        async with self._turn:
            if not future.done():
                await self._serve()
        return await future

    async def _serve(self) -> None:
        batch, self._waiting = self._waiting, []
        work = asyncio.ensure_future(self._together([request for _, request, _ in batch]))  # noqa: RUF006 - kept below
        # Kept here, because whoever asked may be cancelled while it runs.
        self._work = work
        work.add_done_callback(lambda done: _hand_out(done, [(key, future) for key, _, future in batch]))
        await asyncio.wait({work})


def _hand_out(
    done: "asyncio.Future[Mapping[int, Given]]", waiting: Sequence[tuple[int, "asyncio.Future[Given | None]"]]
) -> None:
    error = asyncio.CancelledError() if done.cancelled() else done.exception()
    for key, future in waiting:
        if future.done():
            continue
        if error is None:
            future.set_result(done.result().get(key))
        else:
            future.set_exception(error)

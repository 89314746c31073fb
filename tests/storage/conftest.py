"""Tools of the storage tests: the address of a database, and other processes that use it."""

import multiprocessing
from collections.abc import Callable
from typing import Any

import pytest

# A server that has imported everything forks the children: forks of this process would share its connections and
# threads, and children that import for themselves take seconds.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.storage.engine", "bot.storage.tables", "alembic.command", "alembic.config"])


@pytest.fixture
def together() -> Callable[..., list[int]]:
    """Run a function in `count` processes that start it at the same instant; gives their exit codes."""

    def run(count: int, function: Callable[..., None], *arguments: Any) -> list[int]:
        gate = _context.Barrier(count)
        processes = [_context.Process(target=function, args=(gate, *arguments)) for _ in range(count)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        return [process.exitcode if process.exitcode is not None else -1 for process in processes]

    return run

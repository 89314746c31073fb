"""Starts `heliograph run` many times in the time of one: a process that has imported it all, and forks.

`python -m tests.journeys.nursery SOCKET` listens there until its standard input ends. Whoever connects sends a line of
JSON, {"environment", "directory", "dies"}, and reads the program's process number, then, when it has ended, its code.
`dies` names an instant at which the program is killed with SIGKILL, by itself, so that it is met exactly.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

PRELOADED = ("bot.app", "bot.cli", "bot.cli.serving", "bot.chat.logs", "aiosqlite", "apscheduler.schedulers.asyncio")

# The write that makes each step, as the database is told of it.
STEPS = {
    "planned": "INSERT INTO deliveries",
    "claimed": "deliveries.available_at <= ?",
    "fenced": "attempts=(deliveries.attempts",
    "settled": "message_id=?",
}


def dies_at(step: str, *, committed: bool, after: int) -> None:
    """The program ends at the `after`-th transaction that takes this step: before its commit, or right after it."""
    seen = 0

    @event.listens_for(Engine, "before_cursor_execute")
    def note(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if STEPS[step] in statement and statement.startswith(("INSERT INTO deliveries", "UPDATE deliveries")):
            connection.connection.info["taken"] = True

    @event.listens_for(Engine, "commit")
    def before(connection: Any) -> None:
        nonlocal seen
        if connection.connection.info.get("taken"):
            seen += 1
            if seen == after and not committed:
                os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(Pool, "checkin")
    def behind(_connection: object, record: Any) -> None:
        if record.info.pop("taken", False) and seen == after:
            os.kill(os.getpid(), signal.SIGKILL)


def _serve(one: socket.socket) -> None:
    with one, one.makefile("rw") as line:
        asked = json.loads(line.readline())
        program = os.fork()
        if program == 0:
            _run(asked)
        line.write(f"{program}\n")
        line.flush()
        _, status = os.waitpid(program, 0)
        line.write(f"{os.waitstatus_to_exitcode(status)}\n")


def _run(asked: dict[str, Any]) -> None:
    os.chdir(asked["directory"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["heliograph", "run"]
    if asked["dies"]:
        dies_at(**asked["dies"])
    code = 1
    try:
        importlib.import_module("bot.cli").main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(sys.argv[1])
        door.listen()
        while True:
            ready, _, _ = select.select([door, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            one, _ = door.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _serve(one)
                os._exit(0)
            one.close()


if __name__ == "__main__":
    main()

"""`heliograph export` and `import`: subscriptions as JSON."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.cli.counting import counted

if TYPE_CHECKING:
    from bot.services.operators.porting import Imported

_TOLD: Final = 10_000
"""So many subscribers take some seconds."""


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; nothing may be there yet.")],
) -> None:
    """Write who follows what, and when they want it, to FILE as JSON."""
    from bot.services.operators.porting import PortingError

    rows = asyncio.run(_export())
    try:
        opened = file.open("x", encoding="utf-8")
    except FileExistsError:
        raise PortingError(f"{file} exists already: name a file that does not.") from None
    except OSError as error:
        raise PortingError(f"{file} cannot be written: {error.strerror}.") from None
    try:
        with opened:
            # It says who reads what.
            file.chmod(0o600)
            json.dump(rows, opened, ensure_ascii=False, indent=1)
    except OSError as error:
        # Half a file would pass for a whole one, and stand in the way of the next.
        file.unlink(missing_ok=True)
        raise PortingError(f"{file} cannot be written: {error.strerror}.") from None
    followed = sum(len(one["subscriptions"]) for one in rows["subscribers"])
    print(f"{file}: {counted(len(rows['subscribers']), 'subscriber')}, {counted(followed, 'subscription')}.")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `heliograph export` wrote.")],
) -> None:
    """Take in the subscriptions of FILE; those that are there stay.

    A row that is wrong is named by its place and left out, and the exit code is 1.
    """
    done = asyncio.run(_import(file))
    for problem in done.problems:
        print(f"{file}: {problem}", file=sys.stderr)
    left_out = f"; {counted(done.left_out, 'row')} left out" if done.left_out else ""
    print(f"{counted(done.subscribers, 'subscriber')}, {counted(done.new, 'new subscription')}{left_out}.")
    if done.problems:
        sys.exit(1)


async def _export() -> dict[str, Any]:
    from bot.app import open_database_of
    from bot.services.operators import porting
    from bot.settings import load

    async with open_database_of(load(), only_reads=True) as db:
        return await porting.export(db)


async def _import(file: Path) -> "Imported":
    from bot.app import open_database_of, system_clock
    from bot.services.operators import porting
    from bot.settings import load

    rows = porting.read(file)

    def told(done: int) -> None:
        if done < len(rows) and done % _TOLD == 0:
            print(f"{done} of {len(rows)} subscribers …", file=sys.stderr)

    async with open_database_of(load()) as db:
        return await porting.take_in(db, rows, now=system_clock(), told=told)

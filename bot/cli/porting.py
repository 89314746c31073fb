"""`heliograph export` and `import`: subscriptions as JSON."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.counting import counted

if TYPE_CHECKING:
    from bot.services.porting import Imported


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; nothing may be there yet.")],
) -> None:
    """Write who follows what, and when they want it, to FILE as JSON."""
    from bot.services.porting import PortingError

    rows = asyncio.run(_export())
    try:
        with file.open("x", encoding="utf-8") as opened:
            # It says who reads what.
            file.chmod(0o600)
            json.dump(rows, opened, ensure_ascii=False, indent=1)
    except FileExistsError:
        raise PortingError(f"{file} exists already: name a file that does not.") from None
    except OSError as error:
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
    from bot.services import porting
    from bot.settings import load

    async with open_database_of(load()) as db:
        return await porting.export(db)


async def _import(file: Path) -> "Imported":
    from bot.app import open_database_of, system_clock
    from bot.services import porting
    from bot.settings import load

    rows = porting.read(file)
    async with open_database_of(load()) as db:
        return await porting.take_in(db, rows, now=system_clock())

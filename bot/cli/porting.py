"""`heliograph export` and `import`: subscriptions as JSON."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.services.porting import Imported


def export(file: Annotated[Path, typer.Argument(help="Where to write; nothing may be there yet.")]) -> None:
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
    print(f"{file}: {len(rows['subscribers'])} subscribers.")


def import_(file: Annotated[Path, typer.Argument(help="A file that `heliograph export` wrote.")]) -> None:
    """Take in the subscriptions of FILE; those that are there stay. The exit code is 1 when a row is wrong."""
    done = asyncio.run(_import(file))
    for problem in done.problems:
        print(f"{file}: {problem}", file=sys.stderr)
    print(f"{done.subscribers} subscribers, {done.new} new subscriptions.")
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

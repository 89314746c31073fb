"""The command line, one module a group; heavy modules are imported inside the commands."""

import errno
import sys
from importlib.metadata import version as distribution_version
from io import TextIOWrapper
from typing import Annotated

import typer

from bot.domain.errors import HeliographError


def build() -> typer.Typer:
    """The `heliograph` command with all its subcommands."""
    from bot.cli import checking, demo, digesting, operating, porting, rendering, searching, serving, writing

    app = typer.Typer(
        name="heliograph",
        help="A folder of Markdown posts as a Telegram publication.",
        no_args_is_help=True,
        add_completion=False,
        # A traceback with local variables could show a token.
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        # As wide as the terminal, where click would cut each sentence at 80 columns.
        context_settings={"max_content_width": 160},
    )
    app.callback()(_options)
    for command in (
        demo.demo,
        serving.run,
        serving.sync,
        checking.check,
        rendering.render,
        rendering.preview,
        searching.search,
        searching.reindex,
        writing.new,
        digesting.digest,
        operating.status,
        operating.doctor,
        operating.backup,
        operating.restore,
        porting.export,
    ):
        app.command()(command)
    app.command("import")(porting.import_)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"heliograph {distribution_version('heliograph')}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """A folder of Markdown posts as a Telegram publication."""


def main() -> None:
    """Run the command line; an expected error is one sentence on standard error and exit code 2."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that has no 中 shows what it can, and a file's name may hold bytes that are no text anywhere.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        build()()
    except HeliographError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("Not everything could be written: no space is left on the device.", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)

"""`heliograph render` and `heliograph preview`: posts as readers will see them, without a token or a database."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.cli.rendered import Rendered
    from bot.cli.sources import Source


def render(
    paths: Annotated[list[Path], typer.Argument(help="Markdown files, or folders of them.", metavar="FILE...")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a post, each on a line.")] = False,
) -> None:
    """Print posts as they will be sent: the pages of text, with a line for each picture.

    With --json, a post is `{"path", "title", "excerpt", "search_text", "classic", "rich", "html", "notes", "ms"}`,
    entities and blocks as the Bot API takes them. In `classic` a photo is `formula:<hash>.png`, with its `latex`, or
    the path of an image in the folder; in `rich` an image's media is `attach://<path>`. Formulas are not drawn here:
    `heliograph preview` does that.
    """
    from bot.cli.rendered import render as render_source

    for source in _sources(paths):
        made = render_source(source)
        print(json.dumps(made.as_json(), ensure_ascii=False) if as_json else "\n".join(_lines(made)))


def preview(
    file: Annotated[Path, typer.Argument(help="A Markdown file.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write the page; default: FILE.preview.html.")
    ] = None,
) -> None:
    """Write one HTML page that shows a post as classic messages, as a rich message and as a web page.

    It says what was changed or refused, and opens without a server.
    """
    from bot.cli.previewing import page

    if file.is_dir():
        print(f"{file} is a folder; write the path of one Markdown file.", file=sys.stderr)
        raise typer.Exit(2)
    source = next(_sources([file]))
    target = output or file.with_suffix(".preview.html")
    text = asyncio.run(page(source))
    try:
        # The name of a file may hold bytes that are no text.
        target.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        print(f"{target} could not be written: {error.strerror}; choose another place with --output.", file=sys.stderr)
        raise typer.Exit(2) from None
    print(target)


def _sources(paths: list[Path]) -> "Iterator[Source]":
    from bot.cli.sources import NothingToRenderError, sources
    from bot.settings import load

    # A malformed token is another command's worry.
    settings = load(token=None)
    try:
        yield from sources(paths, site_url=settings.site_url, zone=settings.zone)
    except NothingToRenderError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None


def _lines(made: "Rendered") -> "Iterator[str]":
    yield f"── {made.title} ({made.source.shown}, {made.ms:.0f} ms)"
    for item in made.as_json()["classic"]:
        yield item["text"] if "text" in item else f"[{item['photo']}] {item['caption']}"
    yield from (f"! {note}" for note in made.notes)

"""`heliograph demo`: the bot, a local Bot API server and a chat page on this machine."""

import asyncio
import contextlib
import shutil
import socket
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

PORT = 8765
LAST_PORT = 65_535
# Who can be talked as in the chat page; the last may publish.
PEOPLE = (("小雨", "zh-hans"), ("Ada", "en"), ("Editor", "en"))
ADMIN = PEOPLE[-1][0]
NOTES = {"en": f"Talk as {ADMIN} to be the bot's admin.", "zh": f"以 {ADMIN} 的身份就是机器人的管理员。"}


def demo(
    content: Annotated[
        Path | None, typer.Option(help="A folder of posts; it is copied, never changed. Default: the sample posts.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help=f"The chat page's port, 0 for any; default: {PORT}, or a free one where it is taken."),
    ] = None,
) -> None:
    """Try everything in a browser, without a token: the bot, a stand-in for Telegram, and a chat page."""
    from bot.chat.logs import set_up_logging
    from bot.domain.errors import HeliographError

    set_up_logging(level="warning")
    folder = content or sample_posts()
    if not folder.is_dir():
        raise HeliographError(f"There is no folder {folder}; name a folder of posts.")
    asyncio.run(_demo(folder, port))


def sample_posts() -> Path:
    """The posts that come with the program: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parents[1]
    inside = package / "samples"
    return inside if inside.is_dir() else package.parent / "content"


def _free_port(wanted: int | None) -> int:
    """The port to listen on, 0 for any; raises HeliographError when the one that is asked for cannot be had."""
    from bot.domain.errors import HeliographError

    if wanted is not None and not 0 <= wanted <= LAST_PORT:
        raise HeliographError(f"There is no port {wanted}; take one from 1 to {LAST_PORT}, or leave --port out.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT if wanted is None else wanted))
        except OSError:
            if wanted is None:
                return 0
            raise HeliographError(
                f"Port {wanted} of this machine is taken; end the other program, or leave --port out."
            ) from None
    return PORT if wanted is None else wanted


def _copy(content: Path, target: Path) -> None:
    """The posts may be written to in the demo, so it has its own; links and what cannot be read stay behind."""
    with contextlib.suppress(shutil.Error):
        shutil.copytree(content, target, symlinks=True)


async def _demo(content: Path, port: int | None) -> None:
    from bot.app import open_app
    from bot.cli.serving import serve_until_told
    from bot.sandbox.server import TOKEN, SandboxServer, create_world
    from bot.sandbox.world import FIRST_PERSON_ID, Person
    from bot.settings import load

    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="heliograph-demo-")))
        await asyncio.to_thread(_copy, content, home / "content")
        world = create_world(name="Heliograph")
        world.notes = NOTES
        for number, (name, language) in enumerate(PEOPLE):
            world.add_person(Person(FIRST_PERSON_ID + number, name, language_code=language))
        server = await stack.enter_async_context(SandboxServer(world, port=_free_port(port)))
        settings = load(
            {},
            env_file=None,
            token=TOKEN,
            api_url=server.base_url,
            content=home / "content",
            data=home / "data",
            admins=frozenset({FIRST_PERSON_ID + len(PEOPLE) - 1}),
        )
        # The page can set this clock forward, so that tomorrow's post and digest can be seen today.
        await serve_until_told(
            open_app(settings, clock=world.clock.now),
            lambda _: print(
                f"Talk to the bot at {server.base_url}, as {ADMIN} to be its admin  (Ctrl-C ends it)", flush=True
            ),
        )

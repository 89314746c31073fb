"""The local Bot API server on its own: `python -m bot.sandbox [--port N]`; prints its address, ends on Ctrl-C."""

import argparse
import asyncio
import contextlib
import signal
import sys

from bot.sandbox.server import SandboxServer, create_world


async def serve(port: int, username: str) -> None:
    """Serve until SIGINT or SIGTERM. The first line of output is the address, for HELIOGRAPH_API_URL."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with SandboxServer(create_world(username=username), port=port) as server:
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        await stopping.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A Bot API server on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--username", default="heliograph_bot", help="the bot's")
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments.port, arguments.username))


if __name__ == "__main__":
    main()

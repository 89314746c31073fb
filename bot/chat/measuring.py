"""Times every update and names its answer by one of a few words, never by what a person wrote."""

import asyncio
from collections.abc import Collection
from typing import Protocol

from bot.chat.attempts import NotNowError
from bot.chat.inbound.intake import Handle
from bot.chat.inbound.throttling import Verdict
from bot.chat.updates import RawUpdate, kind_of


class Watcher(Protocol):
    """Told of every update."""

    def answered(self, kind: str, command: str, seconds: float) -> None: ...

    def turned_away(self, kind: str) -> None: ...


def measured(handle: Handle, watcher: Watcher, commands: Collection[str]) -> Handle:
    """`handle`, with `watcher` told how long each update took; a command not in `commands` counts as text."""

    async def measured_handle(update: RawUpdate, verdict: Verdict) -> None:
        if verdict is not Verdict.ALLOW:
            watcher.turned_away(kind_of(update))
            await handle(update, verdict)
            return
        loop = asyncio.get_running_loop()
        began, is_over = loop.time(), True
        try:
            await handle(update, verdict)
        except NotNowError:
            # It comes again, and counts then.
            is_over = False
            raise
        finally:
            if is_over:
                watcher.answered(kind_of(update), answer_name(update, commands), loop.time() - began)

    return measured_handle


def answer_name(update: RawUpdate, commands: Collection[str]) -> str:
    """The command, `text` for any other message, `button` for a tap, else the update's kind."""
    kind = kind_of(update)
    if kind == "callback_query":
        return "button"
    if kind != "message":
        return kind
    body = update[kind] if isinstance(update[kind], dict) else {}
    text = body.get("text")
    if not isinstance(text, str) or not text.startswith("/"):
        return "text"
    name = text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if text[1:].strip() else ""
    return name if name in commands else "text"

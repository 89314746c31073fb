"""Rich messages (Bot API 10.1), which python-telegram-bot 22.8 does not know: sent and edited as they stand."""

import asyncio
from collections.abc import Mapping
from typing import Any

from telegram import InlineKeyboardMarkup, InputFile, Message

from bot.chat.desk import Desk
from bot.chat.visit import Visit
from bot.screens.post import RichScreen
from bot.services.readers.illustrating import Drawing


async def send(desk: Desk, visit: Visit, screen: RichScreen, markup: InlineKeyboardMarkup | None) -> int:
    """A new rich message; raises BadRequest when Telegram refuses it. Returns its id."""
    place = {"chat_id": visit.chat_id, "message_thread_id": visit.thread_id}
    return (await _call(desk, "sendRichMessage", place, screen, markup)).message_id


async def edit(desk: Desk, visit: Visit, screen: RichScreen, markup: InlineKeyboardMarkup | None) -> None:
    """The tapped message becomes a rich one; raises BadRequest when Telegram refuses it."""
    place = {"chat_id": visit.chat_id, "message_id": visit.message_id}
    # Methods are known in any case of letters; in its own, PTB would warn that it has a method for it.
    await _call(desk, "editmessagetext", place, screen, markup)


async def _call(
    desk: Desk, method: str, place: Mapping[str, Any], screen: RichScreen, markup: InlineKeyboardMarkup | None
) -> Message:
    standing: dict[str, str] = {}
    files: dict[str, InputFile] = {}
    for name, drawing in screen.pictures.items():
        # Asked for now, because the rich pages of a post are kept from before the first sending.
        if file_id := await desk.library.illustrator.file_id(drawing.key):
            standing[name] = file_id
        else:
            data = await asyncio.to_thread(drawing.path.read_bytes)
            file = InputFile(data, filename=f"{drawing.key[:16]}.png", attach=True)
            assert file.attach_uri is not None
            standing[name] = file.attach_uri
            files[file.attach_uri.removeprefix("attach://")] = file
    blocks = _replaced(list(screen.blocks), standing)
    arguments = {name: value for name, value in place.items() if value is not None}
    arguments |= {"rich_message": {"blocks": blocks}, **files}
    if markup is not None:
        arguments["reply_markup"] = markup
    message: Message = await desk.bot.do_api_request(method, api_kwargs=arguments, return_type=Message)
    await _remember(desk, message, screen.pictures, blocks, standing)
    return message


async def _remember(
    desk: Desk, message: Message, pictures: Mapping[str, Drawing], sent: Any, standing: Mapping[str, str]
) -> None:
    """What Telegram calls the pictures: it answers with the blocks in the order in which they were sent."""
    by_media = {media: pictures[name] for name, media in standing.items()}
    asked = [block["photo"]["media"] for block in _photos(sent)]
    given = [block["photo"] for block in _photos(message.api_kwargs.get("rich_message", {}))]
    for media, sizes in zip(asked, given, strict=False):
        drawing = by_media.get(media)
        if drawing is not None and media.startswith("attach://") and isinstance(sizes, list) and sizes:
            await desk.library.illustrator.remember(drawing.key, sizes[-1]["file_id"])


def _photos(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, Mapping):
        own = [dict(node)] if node.get("type") == "photo" and "photo" in node else []
        return own or [found for inner in node.values() for found in _photos(inner)]
    if isinstance(node, list):
        return [found for inner in node for found in _photos(inner)]
    return []


def _replaced(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {key: _replaced(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_replaced(inner, names) for inner in node]
    return names.get(node, node) if isinstance(node, str) else node

"""The pictures that follow a post's message: sent as one album, gone when the message shows something else."""

import asyncio
import logging
from collections.abc import Sequence

from telegram import InputMediaPhoto, Message
from telegram.error import BadRequest

from bot.chat.desk import Desk
from bot.chat.transport.outcomes import dislikes_content
from bot.chat.visit import Visit
from bot.screens.post import Captioned
from bot.services.readers import reading

log = logging.getLogger(__name__)


async def send(desk: Desk, visit: Visit, message_id: int, pictures: Sequence[Captioned]) -> list[str]:
    """Send the album of a message and remember it; gives what Telegram refused (formulas and image sources)."""
    if not pictures:
        return []
    refused: list[str] = []
    try:
        sent = await _send_together(desk, visit, pictures, known=True)
    except BadRequest as error:
        if not dislikes_content(error):
            raise
        # A file_id may have died, or one picture is not to Telegram's taste: find out which.
        sent = []
        for picture in pictures:
            try:
                sent += await _send_together(desk, visit, [picture], known=False)
            except BadRequest as refusal:
                if not dislikes_content(refusal):
                    raise
                log.warning("Telegram refused a picture: %s", refusal.message)
                refused.append(picture.what)
    await reading.keep_album(desk.db, visit.chat_id, message_id, [one.message_id for one in sent], now=desk.now())
    return refused


async def remove(desk: Desk, visit: Visit, message_id: int) -> None:
    """Delete the album of a message, if it has one."""
    old = await reading.album_of(desk.db, visit.chat_id, message_id)
    if not old:
        return
    try:
        await desk.bot.delete_messages(visit.chat_id, old)
    except BadRequest as error:
        # Older than 48 hours, or deleted by the reader: it stays as it is.
        log.info("An album was not deleted: %s", error.message)
    await reading.keep_album(desk.db, visit.chat_id, message_id, [], now=desk.now())


async def _send_together(desk: Desk, visit: Visit, pictures: Sequence[Captioned], *, known: bool) -> list[Message]:
    media = [await _media(picture, known=known) for picture in pictures]
    if len(media) == 1:
        # core.telegram.org/bots/api#sendmediagroup: an album has 2-10 items.
        one = await desk.bot.send_photo(
            visit.chat_id,
            media[0].media,
            caption=media[0].caption,
            message_thread_id=visit.thread_id,
            disable_notification=True,
        )
        sent = [one]
    else:
        sent = list(
            await desk.bot.send_media_group(
                visit.chat_id, media, message_thread_id=visit.thread_id, disable_notification=True
            )
        )
    for picture, message in zip(pictures, sent, strict=True):
        if message.photo and not (known and picture.drawing.file_id):
            await desk.library.illustrator.remember(picture.drawing.key, message.photo[-1].file_id)
    return sent


async def _media(picture: Captioned, *, known: bool) -> InputMediaPhoto:
    if known and picture.drawing.file_id:
        return InputMediaPhoto(picture.drawing.file_id, caption=picture.caption)
    data = await asyncio.to_thread(picture.drawing.path.read_bytes)
    return InputMediaPhoto(data, caption=picture.caption, filename=f"{picture.drawing.key[:16]}.png")

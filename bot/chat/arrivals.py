"""Files and pasted posts that admins send, fetched only after everything that can be refused was refused."""

import logging
from dataclasses import dataclass

from telegram import Document, Message, PhotoSize
from telegram.error import TelegramError

from bot.chat.desk import Desk
from bot.content.archive import IMAGE_SUFFIXES, TEXT_SUFFIX
from bot.content.decode import MAX_POST_BYTES
from bot.content.images import MAX_IMAGE_BYTES
from bot.content.naming import is_post_name
from bot.content.pasted import rebuild
from bot.content.problems import Code, problem
from bot.content.sizes import file_size, size_over
from bot.domain.message import Entity
from bot.domain.problem import Problem
from bot.services.authors.arriving import Arrived, kind_of

log = logging.getLogger(__name__)

# core.telegram.org/bots/api#getfile: bots can download files of up to 20 MB in size.
MAX_FETCH_BYTES = 20 * 1024 * 1024
ARCHIVE_SUFFIX = ".zip"
MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class Declined:
    """Why a file is not fetched: a problem, or a sentence of the catalogue."""

    key: str = ""
    problem: Problem | None = None


def judge(message: Message) -> Declined | None:
    """Why the file of a message is not to be fetched, None when it may be."""
    document = message.document
    if document is None:
        return None if message.photo else Declined("upload.wrong_type")
    name, size = name_of(message), document.file_size or 0
    is_image, is_archive = name.lower().endswith(IMAGE_SUFFIXES), name.lower().endswith(ARCHIVE_SUFFIX)
    is_post = is_post_name(name) or name.lower().endswith(TEXT_SUFFIX)
    if not (is_image or is_archive or is_post):
        return Declined("upload.wrong_type")
    limit = MAX_POST_BYTES if is_post else MAX_IMAGE_BYTES if is_image else MAX_FETCH_BYTES
    if size > MAX_FETCH_BYTES:
        return Declined("upload.too_large")
    if size > limit:
        code = Code.IMAGE_TOO_LARGE if is_image else Code.FILE_TOO_LARGE
        return Declined(problem=problem(code, name, size=size_over(size, limit), limit=file_size(limit)))
    return None


def name_of(message: Message) -> str:
    """The file's own name, never a path; a photo's is its caption, when that is one."""
    caption = (message.caption or "").strip()
    if message.document is not None:
        given = message.document.file_name or caption or "file"
    else:
        given = caption if caption.lower().endswith(IMAGE_SUFFIXES) else ""
    last = given.replace("\\", "/").rpartition("/")[2]
    clean = "".join(character for character in last if character.isprintable()).lstrip(".")
    return clean[-MAX_NAME:]


def is_archive(message: Message) -> bool:
    return name_of(message).lower().endswith(ARCHIVE_SUFFIX)


async def fetch(desk: Desk, message: Message) -> bytes | None:
    """The bytes of a message's file; None when Telegram does not give them, or more than it said."""
    source: Document | PhotoSize | None = message.document or (message.photo[-1] if message.photo else None)
    if source is None:
        return None
    try:
        file = await desk.bot.get_file(source.file_id)
        data = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        # A file that is not there any more comes as a 404, which PTB takes for a refused token.
        log.info("A file could not be fetched: %s", error.message)
        return None
    return data if len(data) <= MAX_FETCH_BYTES else None


def arrived(message: Message, data: bytes) -> Arrived:
    """The file of a message that was fetched."""
    name = name_of(message)
    if message.document is None and not name:
        return Arrived("photo", f"photo-{message.message_id:09}", data)
    return Arrived(kind_of(name) if message.document is not None else "image", name, data)


def text_of(message: Message) -> str:
    """A pasted text as it was before the app took its marks away."""
    entities = [
        Entity(one.type, one.offset, one.length, url=one.url, language=one.language) for one in message.entities
    ]
    return rebuild(message.text or "", entities)

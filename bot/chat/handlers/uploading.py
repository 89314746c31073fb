"""Files, pasted posts and answers of admins: gathered into uploads, each answered by a proof."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from telegram import Message

from bot.chat import arrivals, moments, proofs, show, unasked
from bot.chat.desk import Desk
from bot.chat.handlers.deciding import shown_at
from bot.chat.proofs import Values, is_admin
from bot.chat.routes import Answer
from bot.chat.visit import Visit
from bot.content.archive import Bundle
from bot.content.names import MAX_NAME_CHARACTERS
from bot.content.problems import ContentError
from bot.content.writing import check_writable
from bot.domain.message import Screen, utf16_length
from bot.screens import home, leftover, outcome
from bot.screens import upload as screens
from bot.screens.pasted import needs_front_matter
from bot.services import asking
from bot.services.authors.arriving import heading_of, is_post_text
from bot.services.authors.looking import Look
from bot.services.authors.uploading import UploadFullError
from bot.storage.authors.uploads import Upload

# A proof that was not sent so long after its upload was held up.
LATE = timedelta(seconds=20)
QUESTIONS: Final = frozenset({"up-date", "up-category"})


async def came(desk: Desk, visit: Visit, message: Message) -> Answer:
    """A file from anybody in private; gives the sentence that refuses it.

    None when a proof will follow, or when another file of its album was refused already.
    """
    if not is_admin(desk, visit) or visit.user_id is None:
        is_new = desk.publisher.refuses_anew(message.media_group_id)
        return home.notice(visit.reader, "error.file_not_for_you") if is_new else None
    declined = arrivals.judge(message)
    if declined is not None:
        if declined.problem is not None:
            return outcome.refused(visit.reader, declined.problem)
        album = message.media_group_id
        is_new = desk.publisher.refuses_anew(f"{album} {declined.key}" if album else None)
        return Screen(visit.reader.words(declined.key)) if is_new else None
    if not await _is_writable(desk):
        is_new = desk.publisher.refuses_anew(message.media_group_id)
        return Screen(visit.reader.words("upload.read_only")) if is_new else None
    with desk.publisher.awaiting(visit.user_id):
        return await _take(desk, visit, visit.user_id, message)


async def _take(desk: Desk, visit: Visit, admin_id: int, message: Message) -> Answer:
    """Fetch a file and add it to what the admin is sending."""
    data = await arrivals.fetch(desk, message)
    if data is None:
        return Screen(visit.reader.words("upload.fetch_failed"))
    uploading, album = desk.publisher.uploading, message.media_group_id or ""
    bundle: Bundle | None = None
    try:
        if arrivals.is_archive(message):
            name = arrivals.name_of(message)
            upload_id, bundle = await uploading.receive_bundle(admin_id, visit.language, name, data, album=album)
        else:
            files = [arrivals.arrived(message, data)]
            upload_id = await uploading.receive(admin_id, visit.language, files, album=album)
    except ContentError as error:
        return outcome.refused(visit.reader, error.problem)
    except UploadFullError:
        return Screen(visit.reader.words("upload.full"))
    _show_soon(desk, visit, upload_id)
    return _left_out(visit, bundle) if bundle is not None else None


async def pasted(desk: Desk, visit: Visit, message: Message) -> tuple[bool, Answer]:
    """Whether a text of an admin is meant for a post: then a proof will follow, or the answer says why not."""
    if not is_admin(desk, visit) or visit.user_id is None or not message.text:
        return False, None
    text = arrivals.text_of(message)
    if is_post_text(text) and not await _is_writable(desk):
        return True, Screen(visit.reader.words("upload.read_only"))
    upload_id = await desk.publisher.uploading.receive_text(
        visit.user_id, visit.language, text, utf16_length(message.text)
    )
    if upload_id is None:
        title = heading_of(text)
        return bool(title), needs_front_matter(visit.reader, title) if title else None
    _show_soon(desk, visit, upload_id)
    return True, None


async def answered(desk: Desk, visit: Visit, message: Message) -> Answer:
    """What the answer to a question about an upload leads to; None when nothing was asked."""
    if not is_admin(desk, visit) or visit.user_id is None or not message.text or message.text.startswith("/"):
        return None
    asked = await asking.pending(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    if asked is None or asked.kind not in QUESTIONS or (asked.offered and not moments.is_one(desk, message.text)):
        return None
    text = message.text.strip()
    item = int(asked.about["item"])
    look = await proofs.current(desk, visit, str(asked.about["upload"]), int(asked.about["version"]), item)
    if not isinstance(look, Look):
        await asking.close(desk.db, visit.chat_id, visit.user_id)
        return look
    if asked.kind == "up-date":
        moment = moments.typed(desk, visit.reader, text)
        if isinstance(moment, str):
            return Screen(moment)
        await asking.close(desk.db, visit.chat_id, visit.user_id)
        return await proofs.publish(desk, visit, look, item, setting=shown_at(desk, moment))
    category = _category(text)
    if category is None:
        return Screen(visit.reader.words("upload.bad_category"))
    await asking.close(desk.db, visit.chat_id, visit.user_id)
    return await proofs.amend(desk, visit, look, item, category)


async def tend(desk: Desk) -> None:
    """Send proofs that a restart held up, and a word to whose upload has waited for a day."""
    publisher = desk.publisher
    for upload, names in await publisher.uploading.expire():
        await unasked.tell(upload.admin_id, "an upload that expired", _say_expired(desk, upload, names))
    for upload in await publisher.uploading.unshown(LATE):
        visit = await proofs.visit_of_admin(desk, upload)
        await unasked.tell(upload.admin_id, "an upload", proofs.send_proof(desk, visit, upload.id))
    await publisher.editing.let_go()


async def _say_expired(desk: Desk, upload: Upload, names: Sequence[str]) -> None:
    visit = await proofs.visit_of_admin(desk, upload)
    said = visit.reader.words("upload.expired", names=leftover.names(visit.reader, names))
    await show.send(desk, visit, screens.said(said))
    await show.retire(desk, visit, upload.proof_message, Screen(visit.reader.words("upload.gone")))


def _left_out(visit: Visit, bundle: Bundle) -> Answer:
    """What a bundle held and nobody will see."""
    words = visit.reader.words
    said = [words("upload.left_out", names=leftover.names(visit.reader, bundle.left_out))] if bundle.left_out else []
    said += [words("upload.links_left_out", names=leftover.names(visit.reader, bundle.links))] if bundle.links else []
    return screens.said("\n".join(said)) if said else None


def _show_soon(desk: Desk, visit: Visit, upload_id: str) -> None:
    desk.publisher.soon(upload_id, visit.user_id, lambda: proofs.send_proof(desk, visit, upload_id))


async def _is_writable(desk: Desk) -> bool:
    try:
        await asyncio.to_thread(check_writable, desk.publisher.root)
    except ContentError:
        return False
    return True


def _category(text: str) -> Values | None:
    name = " ".join(text.split())
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or "\n" in text or not name.isprintable():
        return None
    return [("categories", (name,), ("category",))]

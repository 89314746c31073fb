"""What the handlers of uploads share: the proof as it stands now, and publishing by it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from telegram.error import TelegramError

from bot.chat import show
from bot.chat.desk import Desk
from bot.chat.routes import Answer
from bot.chat.show import New, Toast, Told
from bot.chat.visit import Visit
from bot.content.amending import Amended
from bot.content.problems import ContentError
from bot.domain.message import Screen
from bot.domain.problem import Problem
from bot.screens import leftover, outcome
from bot.screens import upload as screens
from bot.services import asking
from bot.services.authors.editing import Done
from bot.services.authors.looking import Look
from bot.services.authors.proving import Ready
from bot.services.readers import preferences
from bot.storage.authors.uploads import Upload

Values: TypeAlias = list[tuple[str, Amended, Sequence[str]]]
"""Front matter to set: key, value, other spellings of the key."""
Setting: TypeAlias = Callable[[Ready], Values]
"""What to set in a post that can be published. Raises ContentError."""


def is_admin(desk: Desk, visit: Visit) -> bool:
    """Whether the visitor may publish, here and now."""
    return visit.private and visit.user_id in desk.admins


async def visit_of_admin(desk: Desk, upload: Upload) -> Visit:
    """A visit to the one whose upload it is, for words that answer no update."""
    return await admin_visit(desk, upload.admin_id, upload.language)


async def admin_visit(desk: Desk, admin_id: int, language: str) -> Visit:
    """A visit to an admin in private; `language` is for one who never chose any, empty for that of the admin's app."""
    chosen = await desk.preferences(admin_id)
    language = language or await preferences.spoken(desk.db, admin_id)
    reader = desk.reader(chosen, language, private=True, user_id=admin_id)
    return Visit(admin_id, "private", admin_id, reader, chosen, telegram_language=language)


async def look_at(desk: Desk, visit: Visit, upload_id: str) -> Look | None:
    """The upload as it stands; None when it is gone, not the visitor's, or the visitor is no admin any more."""
    if not is_admin(desk, visit) or visit.user_id is None:
        return None
    return await desk.publisher.uploading.look(upload_id, visit.user_id)


async def current(desk: Desk, visit: Visit, upload_id: str, version: int, item: int) -> Look | Answer:
    """The upload in the version that was tapped; otherwise what to show instead.

    A tap that comes again, or late, finds what the first one came to.
    """
    look = await look_at(desk, visit, upload_id)
    if look is None or (item and look.proof(item) is None):
        return await finished(desk, visit, upload_id)
    if look.upload.version != version:
        if not item and await desk.publisher.editing.made_in(upload_id):
            return await finished(desk, visit, upload_id)
        return await proof(desk, visit, look, item, notice=visit.reader.words("upload.stale"))
    return look


async def proof(desk: Desk, visit: Visit, look: Look, item: int = 0, *, notice: str = "") -> Screen:
    """The proof, which counts as seen from now on."""
    await desk.publisher.uploading.shown(look)
    return screens.proof(visit.reader, look, desk.zone, item=item, notice=notice)


async def finished(desk: Desk, visit: Visit, upload_id: str) -> Answer:
    """What an upload has come to that is decided; somebody who is no admin learns only that there is nothing."""
    made = await desk.publisher.editing.made_in(upload_id) if is_admin(desk, visit) else []
    if not made:
        return gone(visit)
    return Told(await became(desk, visit, upload_id, made), visit.reader.words("upload.done"))


async def became(
    desk: Desk, visit: Visit, upload_id: str, made: Sequence[Done], *, problem: Problem | None = None, notice: str = ""
) -> Screen:
    """What was done, each with the way to take it back, and a way on to what is not decided yet."""
    rest = upload_id if upload_id and await desk.publisher.uploading.waits(upload_id) else ""
    return outcome.outcome(visit.reader, made, desk.zone, problem=problem, rest=rest, notice=notice)


def gone(visit: Visit) -> Toast:
    """The upload is there no more."""
    return Toast(visit.reader.words("upload.gone"), alert=True)


async def send_proof(desk: Desk, visit: Visit, upload_id: str) -> None:
    """Send the proof of an upload as a new message, and say so where the earlier ones stand."""
    look = await look_at(desk, visit, upload_id)
    if look is None:
        return
    uploading, words = desk.publisher.uploading, visit.reader.words
    taken = await uploading.take_over(look)
    earlier = [*look.again, *(one.name for one in taken)]
    notices = [words("upload.takes_over", names=leftover.names(visit.reader, earlier))] if earlier else []
    if look.doubled:
        notices.append(words("upload.doubled", names=leftover.names(visit.reader, look.doubled)))
    screen = await proof(desk, visit, look, notice="\n".join(notices))
    try:
        message_id = await show.send(desk, visit, screen)
    except TelegramError:
        # Else nobody would send it again.
        await uploading.unseen(look)
        raise
    await show.retire(desk, visit, look.upload.proof_message, Screen(words("upload.newer_proof")))
    await uploading.stands_in(upload_id, message_id)
    for one in taken:
        left = await look_at(desk, visit, one.upload.id) if one.left else None
        said = words("upload.taken_over", name=leftover.names(visit.reader, [one.name]))
        screen = screens.said(said) if left is None else await proof(desk, visit, left, notice=said)
        await show.retire(desk, visit, one.upload.proof_message, screen)


async def ask(desk: Desk, visit: Visit, kind: str, look: Look, item: int, *, words: str) -> Answer:
    """Put a question about a post; what is typed next answers it."""
    await wait_for(desk, visit, kind, look, item)
    return New(Screen(words))


async def wait_for(desk: Desk, visit: Visit, kind: str, look: Look, item: int, *, offered: bool = False) -> None:
    """What is typed next may answer this about a post; `offered` as in `asking.ask`."""
    assert visit.user_id is not None
    about: dict[str, Any] = {"upload": look.upload.id, "item": item, "version": look.upload.version}
    await asking.ask(
        desk.db,
        visit.chat_id,
        visit.user_id,
        kind,
        about,
        chat_kind=visit.chat_kind,
        now=desk.now(),
        offered=offered,
    )


async def amend(desk: Desk, visit: Visit, look: Look, item: int, values: Values) -> Answer:
    """Set front matter of a post, and show what comes of it."""
    one = look.proof(item)
    if one is None:
        return gone(visit)
    try:
        await desk.publisher.uploading.amend(look.upload.id, one.item, values)
    except ContentError as error:
        return New(outcome.refused(visit.reader, error.problem))
    again = await look_at(desk, visit, look.upload.id)
    return gone(visit) if again is None else await proof(desk, visit, again, one.item)


async def publish(
    desk: Desk, visit: Visit, look: Look, item: int, *, setting: Setting | None = None, announce: bool = False
) -> Answer:
    """Publish a post, or (`item` 0) all that are decided together, if what they replace is what the admin was shown.

    `setting` says what front matter to set first.
    """
    assert visit.user_id is not None
    publisher, upload_id = desk.publisher, look.upload.id
    # Before anything is set, for the admin saw the proof without it.
    seen = await publisher.uploading.proven(upload_id)
    items = [one.item for one in look.chosen(item)]
    try:
        for one in look.chosen(item) if setting else ():
            assert setting is not None
            assert one.ready is not None
            await publisher.uploading.amend(upload_id, one.item, setting(one.ready))
    except ContentError as error:
        return New(outcome.refused(visit.reader, error.problem))
    again = await look_at(desk, visit, upload_id) if setting else look
    if again is None:
        return gone(visit)
    ready = {one.item: one.ready for one in again.proofs if one.item in items and one.ready is not None}
    if len(ready) < len(items) or not items:
        return await proof(desk, visit, again, item)
    for number, one_ready in ready.items():
        before = one_ready.present.content_hash if one_ready.present else ""
        if seen.get(number) != (one_ready.path, before):
            changed = "upload.changed" if one_ready.present else "upload.changed_around"
            return await proof(desk, visit, again, number, notice=visit.reader.words(changed))
    chosen = [one for one in again.proofs if one.item in ready]
    made, failed = await publisher.editing.publish(visit.user_id, chosen, announce=announce, batch=upload_id)
    written = {done.change.path for done in made}
    through = {number for number, one in ready.items() if one.path in written}
    await publisher.uploading.forget(upload_id, through, again.images_of(through))
    return await became(desk, visit, upload_id, await publisher.editing.made_in(upload_id), problem=failed)

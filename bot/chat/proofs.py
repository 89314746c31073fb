"""What the handlers of uploads share: the proof as it stands now, and publishing by it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.chat import show
from bot.chat.desk import Desk
from bot.chat.routes import Answer
from bot.chat.show import New
from bot.chat.visit import Visit
from bot.content.amending import Amended
from bot.content.problems import ContentError
from bot.domain.message import Screen
from bot.screens import outcome
from bot.screens import upload as screens
from bot.services import asking, noticing
from bot.services.uploading import Look
from bot.storage.uploads import Upload

Values: TypeAlias = list[tuple[str, Amended, Sequence[str]]]
"""Front matter to set: key, value, other spellings of the key."""
Proven: TypeAlias = Mapping[int, tuple[str | None, str | None]]


def is_admin(desk: Desk, visit: Visit) -> bool:
    """Whether the visitor may publish, here and now."""
    return visit.private and visit.user_id in desk.admins


async def visit_of_admin(desk: Desk, upload: Upload) -> Visit:
    """A visit to the one whose upload it is, for words that answer no update."""
    return await admin_visit(desk, upload.admin_id, upload.language)


async def admin_visit(desk: Desk, admin_id: int, language: str) -> Visit:
    """A visit to an admin in private; `language` is for one who never chose any."""
    chosen = await desk.preferences(admin_id)
    reader = desk.reader(chosen, language, private=True, user_id=admin_id)
    return Visit(admin_id, "private", admin_id, reader, chosen, telegram_language=language)


async def look_at(desk: Desk, visit: Visit, upload_id: str) -> Look | None:
    """The upload as it stands; None when it is gone, not the visitor's, or the visitor is no admin any more."""
    if not is_admin(desk, visit) or visit.user_id is None:
        return None
    return await desk.publisher.uploading.look(upload_id, visit.user_id)


async def current(desk: Desk, visit: Visit, upload_id: str, version: int) -> Look | Screen:
    """The upload in the version that was tapped; otherwise what to show instead."""
    look = await look_at(desk, visit, upload_id)
    if look is None:
        return gone(visit)
    if look.upload.version != version:
        return await proof(desk, visit, look, notice=visit.reader.words("upload.stale"))
    return look


async def proof(desk: Desk, visit: Visit, look: Look, item: int = 0, *, notice: str = "") -> Screen:
    """The proof, which counts as seen from now on."""
    await desk.publisher.uploading.shown(look)
    return screens.proof(visit.reader, look, desk.zone, item=item, notice=notice)


def gone(visit: Visit) -> Screen:
    """The upload is there no more; somebody who is no admin learns no more than that."""
    return Screen(visit.reader.words("upload.gone"))


async def send_proof(desk: Desk, visit: Visit, upload_id: str) -> None:
    """Send the proof of an upload as a new message."""
    look = await look_at(desk, visit, upload_id)
    if look is not None:
        await show.send(desk, visit, await proof(desk, visit, look))


async def ask(desk: Desk, visit: Visit, kind: str, look: Look, item: int, *, words: str) -> Answer:
    """Put a question about a post; what is typed next answers it."""
    assert visit.user_id is not None
    about: dict[str, Any] = {"upload": look.upload.id, "item": item, "version": look.upload.version}
    await asking.ask(desk.db, visit.chat_id, visit.user_id, kind, about, chat_kind=visit.chat_kind, now=desk.now())
    return New(Screen(words))


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


async def publish_with(desk: Desk, visit: Visit, look: Look, item: int, values: Values) -> Answer:
    """Set front matter of a post, and publish what comes of it."""
    one = look.proof(item)
    if one is None:
        return gone(visit)
    uploading = desk.publisher.uploading
    # Before the values are set, for the admin saw the proof without them.
    proven = await uploading.proven(look.upload.id)
    try:
        await uploading.amend(look.upload.id, one.item, values)
    except ContentError as error:
        return New(outcome.refused(visit.reader, error.problem))
    again = await look_at(desk, visit, look.upload.id)
    return gone(visit) if again is None else await publish(desk, visit, again, one.item, proven=proven)


async def publish(
    desk: Desk, visit: Visit, look: Look, item: int, *, proven: Proven | None = None, announce: bool = False
) -> Answer:
    """Publish a post, or (`item` 0) all that can be, if what they replace is what the admin was shown."""
    assert visit.user_id is not None
    publisher = desk.publisher
    seen = proven if proven is not None else await publisher.uploading.proven(look.upload.id)
    only = look.proof(item)
    chosen = [one for one in ([only] if only else look.proofs) if one is not None and one.ready is not None]
    if not chosen:
        return await proof(desk, visit, look, item)
    for one in chosen:
        assert one.ready is not None
        before = one.ready.present.content_hash if one.ready.present else ""
        if seen.get(one.item) != (one.ready.path, before):
            return await proof(desk, visit, look, one.item, notice=visit.reader.words("upload.changed"))
    made, failed = await publisher.editing.publish(visit.user_id, chosen, announce=announce)
    written = {done.change.path for done in made}
    await noticing.count_as_told(desk.db, written)
    await publisher.uploading.forget(
        look.upload.id, {one.item for one in chosen if one.ready and one.ready.path in written}
    )
    return outcome.outcome(visit.reader, made, desk.zone, problem=failed)

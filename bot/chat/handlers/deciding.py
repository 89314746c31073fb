"""Taps under a proof: preview, publish, schedule, keep as a draft, file, cancel, take back."""

from dataclasses import replace
from datetime import datetime

from bot.chat import moments, previews
from bot.chat.desk import Desk
from bot.chat.proofs import Values, amend, ask, current, gone, is_admin, look_at, proof, publish, publish_with
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast
from bot.chat.visit import Visit
from bot.content.problems import ContentError
from bot.domain.message import Screen
from bot.domain.upload_actions import (
    CancelUpload,
    CategoriseUpload,
    PreviewUpload,
    PublishUpload,
    SaveDraft,
    ScheduleUpload,
    ShowChanges,
    ShowProof,
    UndoChange,
)
from bot.screens import outcome, preview
from bot.screens import upload as screens
from bot.services import browsing
from bot.services.editing import at_moment, visible_values
from bot.services.uploading import Look

routes = Routes()

CATEGORIES_SHOWN = 12


@routes.action(ShowProof)
async def on_show(desk: Desk, visit: Visit, action: ShowProof) -> Answer:
    look = await look_at(desk, visit, action.upload)
    return gone(visit) if look is None else await proof(desk, visit, look, action.item)


@routes.action(PreviewUpload)
async def on_preview(desk: Desk, visit: Visit, action: PreviewUpload) -> Answer:
    look = await look_at(desk, visit, action.upload)
    one = look.proof(action.item) if look else None
    if look is None or one is None or one.ready is None:
        return gone(visit)
    form = {"c": "classic", "r": "rich"}.get(action.form, visit.preferences.form)
    name = f"{look.upload.id}-{look.upload.version}-{one.item}"
    opened = await desk.publisher.previewing.open(
        name, one.ready, language=visit.language, page=action.page, form="rich" if form == "rich" else "classic"
    )
    back = visit.reader.button("proof", ShowProof(action.upload, action.item))
    made = preview.preview(visit.reader, opened, action, visit.preferences.form, back)
    return await (previews.turn if action.form else previews.send)(desk, visit, made)


@routes.action(ShowChanges)
async def on_changes(desk: Desk, visit: Visit, action: ShowChanges) -> Answer:
    look = await look_at(desk, visit, action.upload)
    one = look.proof(action.item) if look else None
    if look is None or one is None or one.ready is None:
        return gone(visit)
    if one.ready.present is None:
        return await proof(desk, visit, look, action.item)
    return screens.changes(visit.reader, look, one)


@routes.action(PublishUpload)
async def on_publish(desk: Desk, visit: Visit, action: PublishUpload) -> Answer:
    look = await current(desk, visit, action.upload, action.version)
    if not isinstance(look, Look):
        return look
    one = look.proof(action.item)
    if action.how == "n" and one is not None and one.ready is not None:
        values, now = visible_values(one.ready.path, one.ready.data), desk.now()
        if one.ready.prepared.edition.publish_at > now:
            values.append(at_moment(now, desk.zone))
        return await publish_with(desk, visit, look, one.item, values)
    return await publish(desk, visit, look, action.item, announce=action.how == "a")


@routes.action(ScheduleUpload)
async def on_schedule(desk: Desk, visit: Visit, action: ScheduleUpload) -> Answer:
    look = await current(desk, visit, action.upload, action.version)
    if not isinstance(look, Look):
        return look
    choices = moments.usual(desk)
    moment = dict(choices).get(action.when)
    if moment is not None:
        return await publish_with(desk, visit, look, action.item, shown_at(desk, look, action.item, moment))
    if action.when == "o":
        words = visit.reader.words("upload.ask_moment", zone=desk.zone.key)
        return await ask(desk, visit, "up-date", look, action.item, words=words)
    return preview.moments(
        visit.reader,
        choices,
        desk.zone,
        choose=lambda code: replace(action, when=code),
        back=ShowProof(action.upload, action.item),
        is_public=_is_public(look, action.item),
    )


@routes.action(SaveDraft)
async def on_draft(desk: Desk, visit: Visit, action: SaveDraft) -> Answer:
    look = await current(desk, visit, action.upload, action.version)
    if not isinstance(look, Look):
        return look
    return await publish_with(desk, visit, look, action.item, [("draft", True, ())])


@routes.action(CategoriseUpload)
async def on_categorise(desk: Desk, visit: Visit, action: CategoriseUpload) -> Answer:
    look = await current(desk, visit, action.upload, action.version)
    if not isinstance(look, Look):
        return look
    if action.key == "o":
        return await ask(desk, visit, "up-category", look, action.item, words=visit.reader.words("upload.ask_category"))
    found = [one for one in await browsing.categories(desk.db, language=visit.language) if not one.depth]
    chosen = next((one.name for one in found if one.key == action.key), None)
    if chosen is None:
        return screens.categories(visit.reader, look, action.item, found[:CATEGORIES_SHOWN])
    return await amend(desk, visit, look, action.item, [("categories", (chosen,), ("category",))])


@routes.action(CancelUpload)
async def on_cancel(desk: Desk, visit: Visit, action: CancelUpload) -> Answer:
    if await look_at(desk, visit, action.upload) is None:
        return gone(visit)
    await desk.publisher.uploading.forget(action.upload)
    return Screen(visit.reader.words("upload.cancelled"))


@routes.action(UndoChange)
async def on_undo(desk: Desk, visit: Visit, action: UndoChange) -> Answer:
    if not is_admin(desk, visit) or visit.user_id is None:
        return gone(visit)
    try:
        done = await desk.publisher.editing.undo(visit.user_id, action.nonce)
    except ContentError as error:
        return New(outcome.refused(visit.reader, error.problem))
    if done is None:
        return Toast(visit.reader.words("upload.already"), alert=True)
    return outcome.outcome(visit.reader, [done], desk.zone)


def shown_at(desk: Desk, look: Look, item: int, moment: datetime) -> Values:
    """What to set so that a post of an upload appears at this moment."""
    one = look.proof(item)
    hidden = visible_values(one.ready.path, one.ready.data) if one is not None and one.ready is not None else []
    return [*hidden, at_moment(moment, desk.zone)]


def _is_public(look: Look, item: int) -> bool:
    """Whether readers have what a post of an upload would replace."""
    one = look.proof(item)
    return bool(one and one.ready and one.ready.present and one.ready.present.is_public)

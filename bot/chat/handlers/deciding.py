"""Taps under a proof: preview, publish, schedule, keep as a draft, file, cancel, take back."""

from dataclasses import replace
from datetime import datetime

from bot.chat import moments, previews, show
from bot.chat.desk import Desk
from bot.chat.handlers.reading import opened_screen
from bot.chat.proofs import (
    Setting,
    Values,
    amend,
    ask,
    became,
    current,
    finished,
    gone,
    is_admin,
    look_at,
    proof,
    publish,
    wait_for,
)
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast
from bot.chat.visit import Visit
from bot.content.problems import Code, ContentError
from bot.domain.action import ReadPost
from bot.domain.message import Screen
from bot.domain.upload_actions import (
    CancelUpload,
    CategoriseUpload,
    ListPosts,
    ManagePost,
    PreviewUpload,
    PublishUpload,
    ReadPublished,
    SaveDraft,
    ScheduleUpload,
    ShowChanges,
    ShowLog,
    ShowProof,
    SpeakUpload,
    UndoChange,
)
from bot.screens import changing, leftover, outcome, preview
from bot.screens import upload as screens
from bot.screens.catalogue import LANGUAGES
from bot.services import asking
from bot.services.authors.editing import at_moment, visible_values
from bot.services.authors.looking import Look
from bot.services.authors.proving import Ready
from bot.services.readers import browsing

routes = Routes()

CATEGORIES_SHOWN = 12


@routes.action(ShowProof)
async def on_show(desk: Desk, visit: Visit, action: ShowProof) -> Answer:
    look = await look_at(desk, visit, action.upload)
    await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    if look is None:
        return await finished(desk, visit, action.upload)
    if visit.message_id is not None and look.upload.proof_message not in (None, visit.message_id):
        # From a preview below it: two proofs of one upload would ask the same.
        await show.retire(desk, visit, look.upload.proof_message, Screen(visit.reader.words("upload.newer_proof")))
        await desk.publisher.uploading.stands_in(action.upload, visit.message_id)
    return await proof(desk, visit, look, action.item)


@routes.action(PreviewUpload)
async def on_preview(desk: Desk, visit: Visit, action: PreviewUpload) -> Answer:
    look = await look_at(desk, visit, action.upload)
    one = look.proof(action.item) if look else None
    if look is None or one is None or one.ready is None:
        return await finished(desk, visit, action.upload)
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
        return await finished(desk, visit, action.upload)
    if one.ready.present is None:
        return await proof(desk, visit, look, action.item)
    return changing.changes(visit.reader, look, one)


@routes.action(PublishUpload)
async def on_publish(desk: Desk, visit: Visit, action: PublishUpload) -> Answer:
    look = await current(desk, visit, action.upload, action.version, action.item)
    if not isinstance(look, Look):
        return look
    setting = (lambda ready: _visible_now(desk, ready)) if action.how == "n" else None
    return await publish(desk, visit, look, action.item, setting=setting, announce=action.how == "a")


@routes.action(ScheduleUpload)
async def on_schedule(desk: Desk, visit: Visit, action: ScheduleUpload) -> Answer:
    look = await current(desk, visit, action.upload, action.version, action.item)
    if not isinstance(look, Look):
        return look
    choices = moments.usual(desk)
    moment = dict(choices).get(action.when)
    if moment is not None:
        await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
        return await publish(desk, visit, look, action.item, setting=shown_at(desk, moment))
    if action.when == "o":
        return await ask(desk, visit, "up-date", look, action.item, words=moments.question(desk, visit.reader))
    await wait_for(desk, visit, "up-date", look, action.item, offered=True)
    return preview.moments(
        visit.reader,
        choices,
        desk.zone,
        choose=lambda code: replace(action, when=code),
        back=ShowProof(action.upload, action.item),
        public=_public(look, action.item),
    )


@routes.action(SaveDraft)
async def on_draft(desk: Desk, visit: Visit, action: SaveDraft) -> Answer:
    look = await current(desk, visit, action.upload, action.version, action.item)
    if not isinstance(look, Look):
        return look
    if not action.sure and (public := _public(look, action.item)):
        return screens.confirm_draft(visit.reader, public, action)
    return await publish(desk, visit, look, action.item, setting=lambda _: [("draft", True, ())])


@routes.action(SpeakUpload)
async def on_speak(desk: Desk, visit: Visit, action: SpeakUpload) -> Answer:
    look = await current(desk, visit, action.upload, action.version, action.item)
    if not isinstance(look, Look):
        return look
    if action.language not in LANGUAGES:
        return screens.languages(visit.reader, action)
    return await amend(desk, visit, look, action.item, [("lang", action.language, ("language",))])


@routes.action(CategoriseUpload)
async def on_categorise(desk: Desk, visit: Visit, action: CategoriseUpload) -> Answer:
    look = await current(desk, visit, action.upload, action.version, action.item)
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
    """Drop a post of an upload, or all that is left of it; what was published before stays, and is said to."""
    look = await look_at(desk, visit, action.upload)
    if look is None or (action.item and look.proof(action.item) is None):
        return await finished(desk, visit, action.upload)
    uploading, words = desk.publisher.uploading, visit.reader.words
    items = {action.item} if action.item else set()
    if await uploading.forget(action.upload, items, look.images_of(items)):
        one = look.proof(action.item)
        left = await look_at(desk, visit, action.upload)
        said = words("upload.left_this", name=leftover.names(visit.reader, [one.name] if one else []))
        return gone(visit) if left is None else await proof(desk, visit, left, notice=said)
    made = await desk.publisher.editing.made_in(action.upload)
    if not made:
        return Screen(words("upload.cancelled"))
    stays = any(done.change.action != "undo" for done in made)
    notice = words("upload.rest_cancelled" if stays else "upload.cancelled")
    return await became(desk, visit, action.upload, made, notice=notice)


@routes.action(UndoChange)
async def on_undo(desk: Desk, visit: Visit, action: UndoChange) -> Answer:
    """Take it back, and show that beside what else was done by the same tap."""
    if not is_admin(desk, visit) or visit.user_id is None:
        return gone(visit)
    editing = desk.publisher.editing
    try:
        done = await editing.undo(visit.user_id, action.nonce)
    except ContentError as error:
        return New(await _not_undone(desk, visit, action.nonce, error))
    if done is None:
        return Toast(visit.reader.words("upload.already"), alert=True)
    if action.back or not done.change.batch:
        of_list = ListPosts(action.state, action.page)
        of_post = ManagePost(done.post.id, action.state, action.page) if done.post else of_list
        back = {"l": ShowLog(action.page), "p": of_post}.get(action.back)
        return outcome.outcome(visit.reader, [done], desk.zone, back=back)
    made = await editing.made_in(done.change.batch)
    made = [done if one.change.nonce == done.change.nonce else one for one in made]
    return await became(desk, visit, done.change.batch, made)


@routes.action(ReadPublished)
async def on_read(desk: Desk, visit: Visit, action: ReadPublished) -> Answer:
    return New(await opened_screen(desk, visit, ReadPost(action.key, language=action.language)))


async def _not_undone(desk: Desk, visit: Visit, nonce: str, error: ContentError) -> Screen:
    """Why it was not taken back, and what can be done instead."""
    kept = await desk.publisher.editing.kept(nonce)
    change, before, post = kept if kept is not None else (None, None, None)
    page = ManagePost(post.id) if post is not None else None
    if error.problem.code != Code.FILE_CHANGED:
        return outcome.refused(visit.reader, error.problem, page=page)
    # The earlier text alone would not bring back the images that came and went with it.
    is_text = change is not None and before is not None and change.path == error.problem.file
    return outcome.not_undone(visit.reader, error.problem.file, earlier=nonce if is_text else "", page=page)


def shown_at(desk: Desk, moment: datetime) -> Setting:
    """What to set so that a post of an upload appears at this moment."""
    return lambda ready: [*visible_values(ready.path, ready.data), at_moment(moment, desk.zone)]


def _visible_now(desk: Desk, ready: Ready) -> Values:
    """What to set so that readers have a post at once."""
    values, now = visible_values(ready.path, ready.data), desk.now()
    return [*values, at_moment(now, desk.zone)] if ready.prepared.edition.publish_at > now else values


def _public(look: Look, item: int) -> list[str]:
    """The titles of what readers have and these posts would replace."""
    there = [one.ready.present for one in look.chosen(item) if one.ready and one.ready.present]
    return [one.title for one in there if one.is_public]

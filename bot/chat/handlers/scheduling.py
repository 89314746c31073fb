"""Posts of the folder before readers have them: previewed as they will be, and given a moment to appear."""

from dataclasses import replace
from typing import Any

from telegram import Message

from bot.chat import moments, previews
from bot.chat.desk import Desk
from bot.chat.proofs import is_admin
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast, Told
from bot.chat.visit import Visit
from bot.content.problems import ContentError
from bot.domain.message import Screen
from bot.domain.post import State
from bot.domain.preferences import Form
from bot.domain.upload_actions import ListPosts, ManagePost, PreviewPost, SchedulePost
from bot.screens import outcome, preview
from bot.screens import posts as screens
from bot.services import asking
from bot.services.authors import managing
from bot.storage.authors.managing import ManagedPost

routes = Routes()

QUESTION = "post-date"


@routes.action(PreviewPost)
async def on_preview(desk: Desk, visit: Visit, action: PreviewPost) -> Answer:
    if not is_admin(desk, visit):
        return Toast(visit.reader.words("posts.gone"), alert=True)
    found = await managing.get(desk.db, action.post)
    if found is None:
        return Toast(visit.reader.words("posts.gone"), alert=True)
    publisher, post = desk.publisher, found.post
    try:
        proof = await publisher.uploading.prove_file(post.path, await publisher.editing.source(post))
    except ContentError as error:
        return New(outcome.refused(visit.reader, error.problem))
    if proof.ready is None:
        return New(outcome.refused(visit.reader, replace(proof.problems[0], file=post.path)))
    form: Form = "rich" if (action.form or visit.preferences.form[0]) == "r" else "classic"
    name = f"post-{post.id}-{proof.ready.document.content_hash}"
    opened = await publisher.previewing.open(name, proof.ready, language=visit.language, page=action.page, form=form)
    back = visit.reader.button("back", ManagePost(post.id, action.state, action.place))
    made = preview.preview(visit.reader, opened, action, visit.preferences.form, back)
    return await previews.turn(desk, visit, made)


@routes.action(SchedulePost)
async def on_schedule(desk: Desk, visit: Visit, action: SchedulePost) -> Answer:
    """Offer moments, ask for one, or take the one that was tapped."""
    post = await _seen(desk, visit, action.post, action.version)
    if not isinstance(post, ManagedPost):
        return post
    assert visit.user_id is not None
    choices = moments.usual(desk)
    moment = dict(choices).get(action.when)
    if moment is not None:
        await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
        try:
            done = await desk.publisher.editing.schedule(visit.user_id, post, moment)
        except ContentError as error:
            return New(outcome.refused(visit.reader, error.problem))
        back = ListPosts(action.state, action.page)
        return outcome.outcome(visit.reader, [done], desk.zone, back=back)
    about: dict[str, Any] = {"post": post.id, "version": action.version}
    is_asked = action.when == "o"
    await asking.ask(
        desk.db,
        visit.chat_id,
        visit.user_id,
        QUESTION,
        about,
        chat_kind=visit.chat_kind,
        now=desk.now(),
        offered=not is_asked,
    )
    if is_asked:
        return New(Screen(moments.question(desk, visit.reader)))
    return preview.moments(
        visit.reader,
        choices,
        desk.zone,
        choose=lambda code: replace(action, when=code),
        back=ManagePost(post.id, action.state, action.page),
        public=[post.title] if post.state is State.PUBLISHED else (),
    )


async def answered(desk: Desk, visit: Visit, message: Message) -> Answer:
    """What a typed moment leads to; None when none was asked for."""
    if not is_admin(desk, visit) or visit.user_id is None or not message.text or message.text.startswith("/"):
        return None
    asked = await asking.pending(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    if asked is None or asked.kind != QUESTION or (asked.offered and not moments.is_one(desk, message.text)):
        return None
    moment = moments.typed(desk, visit.reader, message.text)
    if isinstance(moment, str):
        return Screen(moment)
    await asking.close(desk.db, visit.chat_id, visit.user_id)
    post = await _seen(desk, visit, int(asked.about["post"]), str(asked.about["version"]))
    if not isinstance(post, ManagedPost):
        return post
    try:
        done = await desk.publisher.editing.schedule(visit.user_id, post, moment)
    except ContentError as error:
        return outcome.refused(visit.reader, error.problem)
    return outcome.outcome(visit.reader, [done], desk.zone)


async def _seen(desk: Desk, visit: Visit, post_id: int, version: str) -> ManagedPost | Answer:
    """The post in the version that the admin saw; otherwise what to show instead."""
    found = await managing.get(desk.db, post_id) if is_admin(desk, visit) else None
    if found is None:
        return Toast(visit.reader.words("posts.gone"), alert=True)
    post = found.post
    if screens.version_of(post) != version:
        done = await desk.publisher.editing.repeated("schedule", post.path, version)
        if done is not None:
            return Told(outcome.outcome(visit.reader, [done], desk.zone), visit.reader.words("upload.done"))
        return New(screens.managed(visit.reader, found, ManagePost(post_id), desk.zone))
    return post

"""/posts and /log for admins: find posts in any state, withdraw, publish again, delete, and see what was done."""

from telegram.error import BadRequest

from bot.chat import proofs
from bot.chat.desk import Desk
from bot.chat.proofs import is_admin
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast, Told
from bot.chat.visit import Visit
from bot.content.naming import path_facts
from bot.content.problems import ContentError
from bot.domain.message import Screen
from bot.domain.upload_actions import ChangePost, ListPosts, ManagePost, OfferVersion, ShowLog
from bot.screens import home, outcome
from bot.screens import posts as screens
from bot.services import asking
from bot.services.authors import managing
from bot.services.authors.arriving import Arrived
from bot.services.authors.uploading import UploadFullError
from bot.services.search import queries
from bot.services.search.queries import Asked
from bot.storage.authors.managing import ManagedPost, Shelf

routes = Routes()

_SHELVES: dict[str, Shelf] = {"p": "p", "s": "s", "d": "d", "w": "w", "x": "x"}
# What a change may be called that such a tap makes.
_ACTS = {"w": ("withdraw", "draft"), "a": ("again", "publish"), "D": ("delete",)}


@routes.command("posts")
async def command(desk: Desk, visit: Visit, argument: str) -> Answer:
    """The posts in a state; with words, those that they name."""
    if not is_admin(desk, visit):
        return _not_for_you(visit)
    if not argument:
        return await on_list(desk, visit, ListPosts())
    words = Asked(" ".join(argument.split())[:200])
    await queries.keep(desk.db, visit.chat_id, [words], now=desk.now())
    return await on_list(desk, visit, ListPosts(f"q{words.key}"))


@routes.command("log")
async def log_command(desk: Desk, visit: Visit, _argument: str) -> Answer:
    return await on_log(desk, visit, ShowLog())


@routes.action(ShowLog)
async def on_log(desk: Desk, visit: Visit, action: ShowLog) -> Answer:
    if not is_admin(desk, visit):
        return _not_for_you(visit)
    found = await managing.log(desk.db, action.page)
    viewer = visit.user_id or 0
    names = await desk.people.names({one.admin_id for one in found.changes} - {viewer})
    return screens.log(visit.reader, found, desk.zone, viewer=viewer, names=names)


@routes.action(ListPosts)
async def on_list(desk: Desk, visit: Visit, action: ListPosts) -> Answer:
    if not is_admin(desk, visit):
        return _not_for_you(visit)
    words = await queries.find(desk.db, visit.chat_id, action.state[1:]) if action.state[:1] == "q" else None
    if words is not None:
        found = await managing.find_posts(desk.db, words.text, action.page, origin=action.state)
    else:
        found = await managing.list_posts(desk.db, _SHELVES.get(action.state, "p"), action.page)
    return screens.listing(visit.reader, found, desk.zone)


@routes.action(ManagePost)
async def on_manage(desk: Desk, visit: Visit, action: ManagePost) -> Answer:
    if not is_admin(desk, visit):
        return _not_for_you(visit)
    await asking.left(desk.db, visit.chat_id, visit.user_id, now=desk.now())
    found = await managing.get(desk.db, action.post)
    if found is None:
        return await on_list(desk, visit, ListPosts(action.state, action.page))
    return screens.managed(visit.reader, found, action, desk.zone)


@routes.action(ChangePost)
async def on_change(desk: Desk, visit: Visit, action: ChangePost) -> Answer:
    """Do it to the version that was seen; a tap on an older one shows what there is now."""
    if not is_admin(desk, visit) or visit.user_id is None:
        return _not_for_you(visit)
    found = await managing.get(desk.db, action.post)
    if found is None:
        return Toast(visit.reader.words("posts.gone"), alert=True)
    post = found.post
    if action.what in _ACTS:
        done = await desk.publisher.editing.repeated(_ACTS[action.what], post.path, action.version)
        if done is not None:
            shown = outcome.outcome(visit.reader, [done], desk.zone, back=ListPosts(action.state, action.page))
            return Told(shown, visit.reader.words("upload.done"))
    if screens.version_of(post) != action.version:
        return New(screens.managed(visit.reader, found, _back(action), desk.zone))
    try:
        return await _change(desk, visit, visit.user_id, post, action)
    except ContentError as error:
        return New(outcome.refused(visit.reader, error.problem, page=_back(action)))


@routes.action(OfferVersion)
async def on_version(desk: Desk, visit: Visit, action: OfferVersion) -> Answer:
    """A version that was replaced, as an upload of its own: what it would change now, before anything is."""
    if not is_admin(desk, visit) or visit.user_id is None:
        return _not_for_you(visit)
    kept = await desk.publisher.editing.kept(action.nonce)
    if kept is None or kept[1] is None:
        return Toast(visit.reader.words("upload.already"), alert=True)
    return await _open(desk, visit, visit.user_id, kept[0].path, kept[1])


async def _change(desk: Desk, visit: Visit, admin_id: int, post: ManagedPost, action: ChangePost) -> Answer:
    editing, what, back = desk.publisher.editing, action.what, _back(action)
    if what == "e":
        return await _open(desk, visit, admin_id, post.path, await editing.source(post))
    if what == "f":
        return await _send_source(desk, visit, post)
    if what == "d":
        return screens.confirm_delete(visit.reader, post, back)
    if what == "n":
        return screens.confirm_announcement(visit.reader, post, await managing.followers(desk.db, post.key), back)
    if what == "N":
        told = await editing.announce(admin_id, post.path)
        if told is not None:
            return outcome.outcome(visit.reader, [told], desk.zone, back=back)
        return Screen(visit.reader.words("posts.announced_before"), (), ((visit.reader.button("back", back),),))
    acts = {"w": editing.withdraw, "a": editing.publish_again, "D": editing.delete}
    if what not in acts:
        return Toast(visit.reader.words("error.old_button"))
    made = [await acts[what](admin_id, post)]
    return outcome.outcome(visit.reader, made, desk.zone, back=ListPosts(back.state, back.page))


def _back(action: ChangePost) -> ManagePost:
    """The page of the post, from which the list is gone back to that it was chosen from."""
    return ManagePost(action.post, action.state, action.page)


async def _open(desk: Desk, visit: Visit, admin_id: int, path: str, data: bytes) -> Answer:
    """A version of a post as an upload of its own, with everything that can be done to one."""
    try:
        upload_id = await desk.publisher.uploading.receive(
            admin_id, visit.language, [Arrived("post", path, data)], alone=True
        )
    except UploadFullError:
        return Toast(visit.reader.words("upload.full"), alert=True)
    await proofs.send_proof(desk, visit, upload_id)
    return None


async def _send_source(desk: Desk, visit: Visit, post: ManagedPost) -> Answer:
    """The file, under a name by which it replaces the post when it is sent back."""
    data = await desk.publisher.editing.source(post)
    facts = path_facts(post.path)
    name = f"{facts.slug}.{facts.language}.md" if facts.language else f"{facts.slug}.md"
    try:
        await desk.bot.send_document(visit.chat_id, data, filename=name)
    except BadRequest:
        return Toast(visit.reader.words("error.sorry"), alert=True)
    return None


def _not_for_you(visit: Visit) -> Screen:
    return home.notice(visit.reader, "posts.admins_only")

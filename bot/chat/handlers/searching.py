"""/search, plain text in private chats, and posts near a post."""

from bot.chat.desk import Desk
from bot.chat.routes import Answer, Routes
from bot.chat.show import Toast
from bot.chat.visit import Visit, meet
from bot.domain.action import NarrowSearch, ReadPost, SearchExactly, ShowRelated
from bot.domain.message import Screen
from bot.screens import search as screens
from bot.search.query import is_blank
from bot.services.readers import browsing
from bot.services.search import queries, recalling, searching
from bot.services.search.queries import Asked

routes = Routes()

# Longer texts are no queries; the search itself reads fewer characters.
MAX_QUERY = 512


@routes.command("search")
async def search(desk: Desk, visit: Visit, argument: str) -> Answer:
    return await ask_or_find(desk, visit, argument)


@routes.action(SearchExactly)
async def exactly(desk: Desk, visit: Visit, action: SearchExactly) -> Answer:
    before = await queries.find(desk.db, visit.chat_id, action.key)
    if before is None:
        return Toast(visit.reader.words("error.old_button"))
    return await _find(desk, visit, Asked(before.text, exact=True))


@routes.action(NarrowSearch)
async def narrow(desk: Desk, visit: Visit, action: NarrowSearch) -> Answer:
    """The same search within a category or tag, as if its filter had been typed."""
    before = await queries.find(desk.db, visit.chat_id, action.key)
    is_category = action.kind == "c"
    find = browsing.category if is_category else browsing.tag
    found = await find(desk.db, action.topic, language=visit.language)
    if before is None or found is None:
        return Toast(visit.reader.words("error.old_button"))
    name = found[0].name.replace('"', " ")
    kind = "category" if is_category else "tag"
    return await _find(desk, visit, Asked(f'{before.text} {kind}:"{name}"', before.exact))


@routes.action(ShowRelated)
async def related(desk: Desk, visit: Visit, action: ShowRelated) -> Answer:
    post = await browsing.post(desk.db, action.key, language=visit.language, forced_language=action.language or None)
    if post is None:
        return Toast(visit.reader.words("error.old_button"))
    cards = await searching.related(desk.db, post.id, language=visit.language)
    back = visit.reader.button("back", ReadPost(action.key, 0, action.language, action.origin))
    return screens.related(visit.reader, post.card.title, cards, action.origin, back)


async def ask_or_find(desk: Desk, visit: Visit, text: str) -> Screen:
    """What `text` finds, remembered as this chat's search; without text, the question what to look for."""
    text = " ".join(text.split())[:MAX_QUERY]
    if is_blank(text):
        return await _ask(desk, visit)
    if not visit.preferences.known:
        await meet(desk, visit)
    screen, found = await _searched(desk, visit, Asked(text), 0)
    is_reader = visit.user_id not in desk.admins
    await recalling.record(desk.db, visit.chat_id, text, found=found, now=desk.now(), counted=is_reader)
    return screen


async def found_again(desk: Desk, visit: Visit, key: str, page: int) -> Screen:
    """A page of a search that was asked before; the question what to look for when it is forgotten."""
    before = await queries.find(desk.db, visit.chat_id, key)
    if before is None:
        return await _ask(desk, visit)
    screen, _ = await _searched(desk, visit, before, page)
    return screen


async def _find(desk: Desk, visit: Visit, asked: Asked) -> Screen:
    screen, _ = await _searched(desk, visit, asked, 0)
    return screen


async def _searched(desk: Desk, visit: Visit, asked: Asked, page: int) -> tuple[Screen, bool]:
    view = await searching.search(
        desk.db, asked.text, language=visit.language, page=page, exact=asked.exact, zone=desk.zone
    )
    anywhere = Asked(view.query, asked.exact) if view.query and view.filters else None
    nearest = [Asked(term) for term in view.advice.nearest]
    kept = [asked, *nearest, *([anywhere] if anywhere else [])]
    await queries.keep(desk.db, visit.chat_id, kept, now=desk.now())
    ways = screens.Ways(asked.key, anywhere.key if anywhere else "", tuple(one.key for one in nearest))
    return screens.results(visit.reader, view, ways, exact=asked.exact), bool(view.results)


async def _ask(desk: Desk, visit: Visit) -> Screen:
    offered = await recalling.suggestions(desk.db, visit.chat_id)
    texts = list(dict.fromkeys((*offered.recent, *offered.frequent)))
    before = [Asked(text) for text in texts]
    if before:
        await queries.keep(desk.db, visit.chat_id, before, now=desk.now())
    return screens.ask(visit.reader, [(one.text, one.key) for one in before])

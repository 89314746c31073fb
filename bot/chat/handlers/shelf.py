"""/latest, /categories, /tags and /random: lists of posts, turned in place."""

from bot.chat.desk import Desk
from bot.chat.handlers.reading import opened_screen
from bot.chat.handlers.searching import found_again
from bot.chat.routes import Answer, Routes
from bot.chat.visit import Visit
from bot.domain.action import Origin, ReadPost, ShowCategories, ShowList, ShowRandom, ShowTags
from bot.domain.message import Screen
from bot.screens import shelf, topics
from bot.services.readers import browsing

routes = Routes()


@routes.command("latest")
async def latest(desk: Desk, visit: Visit, _argument: str) -> Answer:
    return await list_screen(desk, visit, Origin())


@routes.command("categories")
async def categories(desk: Desk, visit: Visit, _argument: str) -> Answer:
    return await show_categories(desk, visit, ShowCategories())


@routes.command("tags")
async def tags(desk: Desk, visit: Visit, _argument: str) -> Answer:
    return await show_tags(desk, visit, ShowTags())


@routes.command("random")
async def random(desk: Desk, visit: Visit, _argument: str) -> Answer:
    return await show_random(desk, visit, ShowRandom())


@routes.action(ShowList)
async def show_list(desk: Desk, visit: Visit, action: ShowList) -> Answer:
    return await list_screen(desk, visit, action.origin)


@routes.action(ShowCategories)
async def show_categories(desk: Desk, visit: Visit, action: ShowCategories) -> Answer:
    found = await browsing.categories(desk.db, language=visit.language)
    return topics.categories(visit.reader, found, action.page)


@routes.action(ShowTags)
async def show_tags(desk: Desk, visit: Visit, action: ShowTags) -> Answer:
    return topics.tags(visit.reader, await browsing.tags(desk.db, language=visit.language), action.page)


@routes.action(ShowRandom)
async def show_random(desk: Desk, visit: Visit, _action: ShowRandom) -> Answer:
    key = await browsing.random_post(desk.db, language=visit.language)
    if key is None:
        return await list_screen(desk, visit, Origin())
    return await opened_screen(desk, visit, ReadPost(key))


async def list_screen(desk: Desk, visit: Visit, origin: Origin) -> Screen:
    """The list a reader came from, at its page; the latest when that list is gone."""
    if origin.kind in {"c", "t"}:
        find = browsing.category if origin.kind == "c" else browsing.tag
        found = await find(desk.db, origin.key, language=visit.language, page=origin.page)
        if found is not None:
            topic, posts = found
            if origin.kind == "c":
                return shelf.category(
                    visit.reader, posts, name=topic.name, key=topic.key, description=topic.description
                )
            return shelf.tag(visit.reader, posts, name=topic.name, key=topic.key)
    if origin.kind == "s":
        return await found_again(desk, visit, origin.key, origin.page)
    page = origin.page if origin.kind == "l" else 0
    return shelf.latest(visit.reader, await browsing.latest(desk.db, language=visit.language, page=page))

"""What a newcomer meets: /start, /help, /id, /cancel, and the menu that Telegram shows."""

import pytest

from bot.chat.commands import PUBLIC
from bot.sandbox import membership
from tests.chat.publication import TITLE, Publication, keys_of, marked

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_start_says_what_this_is_and_leads_everywhere(publication: Publication) -> None:
    ada = publication.guest("en")

    screen = await ada.says("/start")

    assert marked(screen, "bold") == [TITLE]
    assert "What we learned" in ada.text
    assert "15 posts in 2 categories\nNewest: 2026-01-09\n" in ada.text
    assert keys_of(screen) == [["Latest", "Categories"], ["Tags", "Random"], ["Digest", "Settings", "Help"]]


async def test_start_speaks_the_readers_own_language(publication: Publication) -> None:
    yu = publication.guest("zh-hans")

    screen = await yu.says("/start")

    assert "2 个分类，共 15 篇文章\n最新：2026-01-09\n" in yu.text
    assert keys_of(screen) == [["最新", "分类"], ["标签", "随便看看"], ["订阅", "设置", "帮助"]]


async def test_reader_of_another_language_gets_the_publications_own(publication: Publication) -> None:
    marie = publication.guest("fr")

    await marie.says("/start")

    assert "15 posts in 2 categories" in marie.text


@pytest.mark.parametrize(("language", "home"), [("en", "‹ Home"), ("zh", "‹ 首页")])
async def test_every_button_of_the_first_screen_leads_somewhere_and_back(
    publication: Publication, language: str, home: str
) -> None:
    labels = keys_of(await publication.guest(language).says("/start"))

    for label in [label for row in labels for label in row if label not in {"Random", "随便看看"}]:
        reader = publication.guest(language)
        first = await reader.says("/start")
        words = reader.text
        await reader.taps(label)
        assert reader.text != words
        assert reader.screen.message_id == first.message_id
        await reader.taps(home)
        assert reader.text == words


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_help_names_the_commands_a_reader_needs(publication: Publication, language: str) -> None:
    reader = publication.guest(language)

    await reader.says("/help")

    assert [
        name for name in ("/latest", "/categories", "/tags", "/random", "/settings", "/id") if name not in reader.text
    ] == []


async def test_id_tells_a_person_their_number_to_copy(publication: Publication) -> None:
    ada = publication.guest()

    screen = await ada.says("/id")

    assert marked(screen, "code") == [str(ada.id)]
    assert "HELIOGRAPH_ADMINS" in ada.text


async def test_id_in_a_group_tells_the_groups_number_too(publication: Publication) -> None:
    ada = publication.guest()
    here = ada.into(await publication.group(ada))

    screen = await here.says("/id")

    assert marked(screen, "code") == [str(ada.id), str(here.chat.id)]


async def test_id_of_an_anonymous_admin_is_not_made_up(publication: Publication) -> None:
    ada = publication.guest()
    group = await publication.group(ada, is_forum=True)
    membership.place(publication.world, group, ada.id, "administrator", by=ada.id, is_anonymous=True)

    screen = await ada.into(group).says("/id")

    assert "cannot see your number" in screen.content["text"]
    assert marked(screen, "code") == [str(group.id)]


async def test_cancel_with_nothing_to_cancel_says_so(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("/cancel")

    assert ada.text == "Nothing is being asked right now. /help shows what I can do."


async def test_telegram_shows_the_commands_in_both_languages(publication: Publication) -> None:
    menus = {
        language: publication.world.profile.menu_for(1, 1, language, group=False, admin=False)
        for language in ("zh", "en", "fr")
    }

    assert [entry["command"] for entry in menus["zh"]] == list(PUBLIC)
    assert menus["zh"][0]["description"] == "最新文章"
    assert menus["en"][0]["description"] == menus["fr"][0]["description"] == "Latest posts"


async def test_telegram_shows_the_publications_name_and_what_it_is(publication: Publication) -> None:
    profile = publication.world.profile

    # A language without a name of its own shows the general one.
    assert set(profile.names.values()) == {TITLE}
    assert TITLE in profile.descriptions["zh"]
    assert profile.descriptions["zh"] != profile.descriptions[""]
    assert profile.short_descriptions["zh"] != profile.short_descriptions[""]

"""Lists of posts: the latest, categories, tags, a random one; turned in place, in the reader's language."""

import pytest

from tests.chat.publication import TITLE, Publication, keys_of, marked

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_latest_shows_cards_newest_first_under_the_publications_name(publication: Publication) -> None:
    ada = publication.guest()

    screen = await ada.says("/latest")

    assert marked(screen, "bold") == [TITLE, "Batch norm, at length", "Attention", "Pictures", "Note 11", "Note 10"]
    assert "Latest updates · 1/3" in ada.text
    assert "2. Attention\nLanguage · 2026-01-08 · 1 min\nKeys, queries and values." in ada.text
    assert keys_of(screen)[:2] == [["1", "2", "3", "4", "5"], ["Older ›"]]


async def test_excerpts_stand_in_quotes_that_open(publication: Publication) -> None:
    ada = publication.guest()

    screen = await ada.says("/latest")

    assert "The body of note 11." in marked(screen, "expandable_blockquote")


async def test_chinese_reader_sees_chinese_titles_names_and_dates(publication: Publication) -> None:
    yu = publication.guest("zh-hans")

    await yu.says("/latest")

    assert "最新文章 · 1/3" in yu.text
    assert "2. 注意力机制\n自然语言处理 · 2026-01-08 · 1 分钟\n键、查询与值。" in yu.text


async def test_pages_turn_in_place_and_end_at_both_ends(publication: Publication) -> None:
    ada = publication.guest()
    screen = await ada.says("/latest")

    await ada.taps("Older ›")
    assert "· 2/3" in ada.text
    assert {"‹ Newer", "Older ›"} <= set(ada.buttons)
    await ada.taps("Older ›")

    assert "· 3/3" in ada.text
    assert "Older ›" not in ada.buttons
    assert marked(screen, "bold")[1:] == ["Note 4", "Note 3", "Note 2", "Note 1", "Refused"]
    assert [one.message_id for one in ada.seen] == [screen.message_id]


async def test_drafts_and_posts_of_the_future_are_on_no_list(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/latest")
    shown = ada.text

    await ada.taps("Older ›")
    await ada.taps("Older ›")

    assert "Not finished" not in shown
    assert "Not yet" not in shown


@pytest.mark.parametrize(
    ("language", "name", "line"),
    [("en", "Language", "Language · 3 posts"), ("zh", "自然语言处理", "自然语言处理 · 3 篇")],
)
async def test_categories_have_counts_and_names_in_both_languages(
    publication: Publication, language: str, name: str, line: str
) -> None:
    reader = publication.guest(language)

    screen = await reader.says("/categories")

    assert line in reader.text
    assert "Words in, words out" in reader.text
    assert name in keys_of(screen)[0]


async def test_tapped_category_lists_its_posts_newest_first(publication: Publication) -> None:
    ada = publication.guest()
    screen = await ada.says("/categories")

    await ada.taps("Language")

    assert marked(screen, "bold") == ["Language", "Batch norm, at length", "Attention", "Pictures"]
    assert "3 posts" in ada.text
    await ada.taps("‹ Back")
    assert ada.text.startswith("Categories")


async def test_category_of_many_posts_turns_its_own_pages(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/categories")
    await ada.taps("notes")

    await ada.taps("Older ›")

    assert "12 posts · 2/3" in ada.text
    assert marked(ada.screen, "bold")[1] == "Note 6"


async def test_tags_list_the_posts_that_carry_them(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/tags")

    await ada.taps("basics 2")

    assert marked(ada.screen, "bold") == ["#basics", "Batch norm, at length", "Attention"]


async def test_random_opens_a_post_that_can_be_left(publication: Publication) -> None:
    ada = publication.guest()

    await ada.says("/random")

    assert "‹ Back" in ada.buttons
    await ada.taps("‹ Back")
    assert "Latest updates" in ada.text


async def test_list_that_is_gone_becomes_the_latest(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/start")

    await ada.forges("l|c.aaaaaaaa.")

    assert "Latest updates" in ada.text


async def test_page_past_the_end_is_the_last_one(publication: Publication) -> None:
    ada = publication.guest()
    await ada.says("/start")

    await ada.forges("l|l..99")

    assert "· 3/3" in ada.text

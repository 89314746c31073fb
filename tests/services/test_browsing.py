"""What readers see of the shelf: lists, categories, tags and posts, in their language."""

from itertools import pairwise

import pytest

from bot.domain.post import category_key, post_key, topic_path
from bot.markup.tree import Paragraph
from bot.services.readers import browsing
from bot.services.readers.browsing import Topic
from tests.services.conftest import Folder


async def _categories(folder: Folder, language: str = "en") -> list[tuple[str, int, int]]:
    return [(one.name, one.count, one.depth) for one in await browsing.categories(folder.database, language=language)]


async def _in_category(folder: Folder, *names: str, language: str = "en") -> list[str]:
    found = await browsing.category(folder.database, category_key(topic_path(names)), language=language)
    assert found is not None
    return [card.title for card in found[1].cards]


async def test_the_newest_come_first_five_a_page(folder: Folder) -> None:
    for day in range(1, 13):
        folder.post(f"{day}.md", f"Day {day}", date=f"2026-01-{day:02}T00:00Z")
    folder.pass_time(days=5)
    await folder.sync()

    pages = [await browsing.latest(folder.database, language="en", page=page) for page in range(3)]

    shown = [[card.title for card in page.cards] for page in pages]
    assert shown == [[f"Day {day}" for day in days] for days in ((12, 11, 10, 9, 8), (7, 6, 5, 4, 3), (2, 1))]
    assert [(page.number, page.pages, page.total) for page in pages] == [(0, 3, 12), (1, 3, 12), (2, 3, 12)]


@pytest.mark.parametrize("page", [3, 99, -1])
async def test_a_page_that_is_not_there_is_the_nearest_one(folder: Folder, page: int) -> None:
    for day in range(1, 8):
        folder.post(f"{day}.md", f"Day {day}", date=f"2026-01-{day:02}T00:00Z", categories="[All]")
    await folder.sync()

    listed = await browsing.latest(folder.database, language="en", page=page)
    found = await browsing.category(folder.database, category_key("all"), language="en", page=page)

    number = 0 if page < 0 else 1
    assert found is not None
    assert (listed.number, found[1].number) == (number, number)
    assert len(listed.cards) == len(found[1].cards) == (5 if page < 0 else 2)


async def test_an_empty_shelf_is_one_empty_page(folder: Folder) -> None:
    await folder.sync()

    shelf = await browsing.latest(folder.database, language="zh", page=4)

    assert (shelf.cards, shelf.number, shelf.pages, shelf.total) == ((), 0, 1, 0)
    assert await browsing.random_post(folder.database, language="zh") is None
    assert (await browsing.overview(folder.database, language="zh")).newest is None


async def test_equal_dates_keep_one_order_across_pages(folder: Folder) -> None:
    for number in range(11):
        folder.post(f"{number}.md", f"Post {number}", date="2026-01-01")
    await folder.sync()

    shown = [
        card.key
        for page in range(3)
        for card in (await browsing.latest(folder.database, language="en", page=page)).cards
    ]

    assert len(set(shown)) == 11


async def test_pinned_posts_stand_on_top(folder: Folder) -> None:
    folder.post("a.md", "New", date="2026-01-09")
    folder.post("b.md", "Pinned", date="2025-01-01", pinned="true")

    await folder.sync()

    assert [(card.title, card.pinned) for card in await folder.cards()] == [("Pinned", True), ("New", False)]


async def test_translations_are_one_card_in_the_readers_language(folder: Folder) -> None:
    folder.post("lora.zh.md", "低秩适配", "训练两个小矩阵。")
    folder.post("lora.en.md", "Low rank")
    folder.post("only.zh.md", "只有中文", "没有译文。")

    await folder.sync()

    assert sorted(await folder.titles("zh")) == ["低秩适配", "只有中文"]
    assert sorted(await folder.titles("en")) == ["Low rank", "只有中文"]
    assert (await browsing.overview(folder.database, language="en")).posts == 2


async def test_when_a_translation_goes_the_other_takes_its_place(folder: Folder) -> None:
    folder.post("lora.zh.md", "低秩适配", "训练两个小矩阵。", categories="[Tuning]")
    folder.post("lora.en.md", "Low rank", categories="[Tuning]")
    await folder.sync()
    folder.post("lora.zh.md", "低秩适配", "训练两个小矩阵。", categories="[Tuning]", draft="true")

    await folder.sync()

    assert await folder.titles("zh") == ["Low rank"]
    assert await _in_category(folder, "Tuning", language="zh") == ["Low rank"]
    assert await _categories(folder, "zh") == [("Tuning", 1, 0)]


async def test_a_post_in_several_categories_stands_in_each(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[NLP, Vision]")
    folder.post("b.md", "B", categories="[Vision]")

    await folder.sync()

    assert await _categories(folder) == [("Vision", 2, 0), ("NLP", 1, 0)]
    assert await _in_category(folder, "NLP") == ["A"]
    assert sorted(await _in_category(folder, "Vision")) == ["A", "B"]
    assert {card.title: card.category for card in await folder.cards()} == {"A": "NLP", "B": "Vision"}


async def test_a_categorys_list_holds_the_posts_below_it(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[[Models, Large, Sparse]]")
    folder.post("b.md", "B", categories="[[Models, Small]]")
    folder.post("c.md", "C", categories="[Models]")

    await folder.sync()

    assert await _categories(folder) == [("Models", 3, 0), ("Large", 1, 1), ("Sparse", 1, 2), ("Small", 1, 1)]
    assert sorted(await _in_category(folder, "Models")) == ["A", "B", "C"]
    assert await _in_category(folder, "Models", "Large") == ["A"]


async def test_a_post_in_a_category_and_in_one_below_it_counts_once(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[[Models, Large], [Models]]")

    await folder.sync()

    assert await _categories(folder) == [("Models", 1, 0), ("Large", 1, 1)]


async def test_categories_that_differ_in_case_width_or_space_are_one(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[Large Model]")
    await folder.sync()
    folder.post("b.md", "B", categories="[ＬＡＲＧＥ　model]")
    folder.post("c.md", "C", categories="['large  MODEL ']")

    await folder.sync()

    assert await _categories(folder) == [("Large Model", 3, 0)]


async def test_a_spelling_that_no_post_uses_any_more_is_gone(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[npl notes]")
    folder.post("b.md", "B", categories="[NPL Notes]")
    await folder.sync()
    folder.post("a.md", "A", categories="[NPL Notes]")

    await folder.sync()

    assert await _categories(folder) == [("NPL Notes", 2, 0)]


async def test_a_category_with_a_slash_in_its_name_is_no_child(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[CI/CD]")

    await folder.sync()

    assert await _categories(folder) == [("CI/CD", 1, 0)]


async def test_posts_without_a_category_have_one_in_the_readers_language(folder: Folder) -> None:
    folder.post("a.md", "A")
    folder.post("b.md", "B", categories="[uncategorized]")

    await folder.sync()

    assert await _categories(folder, "zh") == [("未分类", 2, 0)]
    assert await _categories(folder, "en") == [("Uncategorised", 2, 0)]


async def test_a_categorys_page_gives_names_description_and_order(folder: Folder) -> None:
    folder.post("cv/a.md", "A")
    folder.post("nlp/b.md", "B")
    folder.post("nlp/c.md", "C")
    folder.write(
        "cv/_index.md", "---\ntitle_zh: 计算机视觉\ntitle_en: Computer Vision\ndescription: Seeing.\nweight: 1\n---\n"
    )

    await folder.sync()

    assert await _categories(folder, "en") == [("Computer Vision", 1, 0), ("nlp", 2, 0)]
    assert await _categories(folder, "zh") == [("计算机视觉", 1, 0), ("nlp", 2, 0)]
    [found, *_] = await browsing.categories(folder.database, language="zh")
    assert found == Topic(category_key("cv"), "计算机视觉", 1, "Seeing.", 0)
    assert {card.category for card in await folder.cards("zh")} == {"计算机视觉", "nlp"}
    folder.remove("cv/_index.md")
    await folder.sync()
    assert await _categories(folder, "en") == [("nlp", 2, 0), ("cv", 1, 0)]


async def test_pages_of_a_category_in_two_languages_complete_each_other(folder: Folder) -> None:
    folder.post("cv/a.md", "A")
    folder.write("cv/_index.en.md", "---\ntitle: Computer Vision\n---\n")
    folder.write("cv/_index.zh.md", "---\ntitle: 计算机视觉\ndescription: 看。\n---\n")

    await folder.sync()

    assert (await _categories(folder, "en"))[0][0] == "Computer Vision"
    assert (await _categories(folder, "zh"))[0][0] == "计算机视觉"


async def test_the_folders_own_page_describes_the_publication(folder: Folder) -> None:
    folder.post("a.md", "A", date="2026-01-02T00:00Z", categories="[NLP]")
    folder.write("_index.md", "---\ntitle: Home\ndescription: Notes on learning.\n---\n")

    await folder.sync()

    overview = await browsing.overview(folder.database, language="en")
    assert (overview.posts, overview.categories, overview.description) == (1, 1, "Notes on learning.")
    assert overview.newest is not None
    assert overview.newest.isoformat() == "2026-01-02T00:00:00+00:00"


async def test_tags_are_counted_and_listed(folder: Folder) -> None:
    folder.post("a.md", "A", tags="[memory, training]", date="2026-01-01")
    folder.post("b.md", "B", tags="[Memory]", date="2026-01-02")

    await folder.sync()

    found = await browsing.tags(folder.database, language="en")
    assert [(tag.name, tag.count) for tag in found] == [("memory", 2), ("training", 1)]
    listed = await browsing.tag(folder.database, found[0].key, language="en")
    assert listed is not None
    assert [card.title for card in listed[1].cards] == ["B", "A"]


async def test_an_unknown_category_is_none_and_an_empty_one_is_empty(folder: Folder) -> None:
    folder.post("a.md", "A", categories="[NLP]")
    folder.post("b.md", "B", categories="[Vision]")
    await folder.sync()
    folder.remove("a.md")
    await folder.sync()

    assert await browsing.category(folder.database, "nosuchky", language="en") is None
    assert await browsing.tag(folder.database, category_key("nlp"), language="en") is None
    assert await _in_category(folder, "NLP") == []


async def test_a_post_opens_whole(folder: Folder) -> None:
    folder.post(
        "nlp/lora.md",
        "LoRA",
        "Low rank: $W + BA$.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        tags="[memory, tuning]",
        date="2026-01-01",
        lastmod="2026-01-05T00:00Z",
    )
    await folder.sync()

    post = await browsing.post(folder.database, post_key("lora"), language="en")

    assert post is not None
    assert (post.card.title, post.card.category, post.card.reading_minutes) == ("LoRA", "nlp", 1)
    assert [tag.name for tag in post.tags] == ["memory", "tuning"]
    assert [one.name for one in post.categories] == ["nlp"]
    assert (post.has_formulas, post.has_tables, post.path) == (True, True, "nlp/lora.md")
    assert post.updated is not None
    assert isinstance(post.tree.blocks[0], Paragraph)


async def test_a_post_opens_in_the_readers_language_or_in_the_one_asked_for(folder: Folder) -> None:
    folder.post("lora.zh.md", "低秩适配", "训练两个小矩阵。")
    folder.post("lora.en.md", "Low rank")
    await folder.sync()

    async def opened(language: str, forced: str | None = None) -> tuple[str, tuple[str, ...]]:
        post = await browsing.post(folder.database, post_key("lora"), language=language, forced_language=forced)
        assert post is not None
        return post.card.title, post.other_languages

    assert await opened("zh") == ("低秩适配", ("en",))
    assert await opened("en") == ("Low rank", ("zh",))
    assert await opened("zh", "en") == ("Low rank", ("zh",))
    assert await opened("en", "fr") == ("Low rank", ("zh",))


@pytest.mark.parametrize("alias", ["/2019/old-name/", "old-name", "/blog/old-name.html"])
async def test_old_addresses_lead_to_the_post(folder: Folder, alias: str) -> None:
    folder.post("new.md", "New", aliases=f"['{alias}']")
    await folder.sync()

    post = await browsing.post(folder.database, post_key("old-name"), language="en")

    assert post is not None
    assert post.card.key == post_key("new")


async def test_a_post_of_that_very_name_comes_before_an_alias(folder: Folder) -> None:
    folder.post("old.md", "Real")
    folder.post("new.md", "New", aliases="[/old/]")
    await folder.sync()

    post = await browsing.post(folder.database, post_key("old"), language="en")

    assert post is not None
    assert post.card.title == "Real"


async def test_what_readers_may_not_see_does_not_open(folder: Folder) -> None:
    folder.post("draft.md", draft="true")
    folder.post("later.md", date="2030-01-01")
    folder.post("over.md", date="2020-01-01", expiryDate="2021-01-01")
    await folder.sync()

    for slug in ("draft", "later", "over", "never-was"):
        assert await browsing.post(folder.database, post_key(slug), language="en") is None


async def test_reading_on_goes_through_the_category_to_its_end(folder: Folder) -> None:
    for day in (1, 2, 3):
        folder.post(f"nlp-{day}.md", f"NLP {day}", date=f"2026-01-0{day}", categories="[NLP]")
    folder.post("cv.md", "CV", date="2026-01-02", categories="[CV]")
    await folder.sync()

    walked = []
    key: str | None = post_key("nlp-3")
    while key:
        post = await browsing.post(folder.database, key, language="en")
        assert post is not None
        walked.append(post.card.title)
        key = post.next_in_category.key if post.next_in_category else None

    assert walked == ["NLP 3", "NLP 2", "NLP 1"]


async def test_any_post_may_be_the_random_one(folder: Folder) -> None:
    for number in range(4):
        folder.post(f"{number}.md", f"Post {number}")
    await folder.sync()

    keys = {await browsing.random_post(folder.database, language="en", choose=lambda _count, n=n: n) for n in range(4)}

    assert keys == {card.key for card in await folder.cards()}


async def test_lists_go_strictly_down_in_date(folder: Folder) -> None:
    for number in range(20):
        folder.post(f"{number}.md", f"Post {number}", date=f"2025-{number % 12 + 1:02}-{number % 27 + 1:02}")
    await folder.sync()

    dates = [card.date for card in await folder.cards()]

    assert all(earlier >= later for earlier, later in pairwise(dates))
